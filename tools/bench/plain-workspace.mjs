// SPDX-License-Identifier: Apache-2.0
// Workspaces without this plugin: what Nx costs by itself.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './workspace.mjs';

/** A workspace with no project and no plugin, with the packages of this one. */
export function makeEmptyWorkspace(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n');
  writeFileSync(join(folder, 'nx.json'), '{ "analytics": false, "neverConnectToCloud": true, "tui": { "enabled": false } }\n');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/**
 * One with `length` tasks that do nothing but leave a file, each of which waits for the one before; Nx's arguments that
 * run them all. `cached`: none runs a second time.
 */
export function makeEmptyChain(folder, length, { cached = false } = {}) {
  const last = `chain:task-${length - 1}`;
  const chain = Array.from({ length }, (_, index) => [`chain:task-${index}`, index > 0 ? [`chain:task-${index - 1}`] : []]);
  makeEmptyGraph(folder, Object.fromEntries(chain), { cached });
  return ['run', last, '--outputStyle=static'];
}

/**
 * One with tasks that do nothing but leave a file, in a graph of a given form: `project:target` → those that it waits
 * for. `cached`: each has their files as an input by content, and none runs a second time. Nx is told what it is told
 * here (.env), so that it starts as quickly.
 */
export function makeEmptyGraph(folder, graph, { cached = false } = {}) {
  makeEmptyWorkspace(folder);
  cpSync(join(ROOT, '.env'), join(folder, '.env'));
  const write = (file, content) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  write('.gitignore', 'node_modules\n.nx\ndist\n');
  write('executors/package.json', { executors: './executors.json' });
  write('executors/executors.json', { executors: { nothing: { implementation: './nothing.js', schema: './schema.json' } } });
  write('executors/nothing.js', NOTHING);
  write('executors/schema.json', { type: 'object', properties: {} });
  const placeOf = (id) => `dist/${id.replace(':', '/')}`;
  const keyed = (id, needed) => ({
    cache: true,
    inputs: [{ externalDependencies: [] }, ...needed.map((other) => ({ dependentTasksOutputFiles: `${placeOf(other)}/*` }))],
    outputs: [`{workspaceRoot}/${placeOf(id)}`],
  });
  const dependency = (id) => ({ projects: [projectOf(id)], target: targetOf(id) });
  const target = (id, needed) => ({
    executor: './executors:nothing',
    dependsOn: needed.map(dependency),
    ...(cached ? keyed(id, needed) : {}),
  });
  for (const project of new Set(Object.keys(graph).map(projectOf))) {
    const own = Object.entries(graph).filter(([id]) => projectOf(id) === project);
    const targets = Object.fromEntries(own.map(([id, needed]) => [targetOf(id), target(id, needed)]));
    write(`projects/${project}/project.json`, { name: project, targets });
  }
}

const projectOf = (id) => id.slice(0, id.indexOf(':'));
const targetOf = (id) => id.slice(id.indexOf(':') + 1);

const NOTHING = `const { mkdirSync, writeFileSync } = require('node:fs');
module.exports = async (_options, { root, projectName, targetName }) => {
  const folder = \`\${root}/dist/\${projectName}/\${targetName}\`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(\`\${folder}/file\`, targetName);
  return { success: true };
};
`;
