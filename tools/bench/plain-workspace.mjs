// SPDX-License-Identifier: Apache-2.0
// Workspaces without this plugin: what Nx costs by itself.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * run them all. `cached`: each has the file of the one before as an input by content, and none runs a second time. Nx is
 * told what it is told here (.env), so that it starts as quickly.
 */
export function makeEmptyChain(folder, length, { cached = false } = {}) {
  makeEmptyWorkspace(folder);
  cpSync(join(ROOT, '.env'), join(folder, '.env'));
  const write = (file, content) => writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  for (const name of ['executors', 'chain']) mkdirSync(join(folder, name));
  write('.gitignore', 'node_modules\n.nx\ndist\n');
  write('executors/package.json', { executors: './executors.json' });
  write('executors/executors.json', { executors: { nothing: { implementation: './nothing.js', schema: './schema.json' } } });
  write('executors/nothing.js', NOTHING);
  write('executors/schema.json', { type: 'object', properties: {} });
  const keyed = (index) => ({
    cache: true,
    inputs: [{ externalDependencies: [] }, ...(index > 0 ? [{ dependentTasksOutputFiles: `dist/task-${index - 1}/*` }] : [])],
    outputs: [`{workspaceRoot}/dist/task-${index}`],
  });
  const target = (index) => ({ executor: './executors:nothing', dependsOn: index > 0 ? [`task-${index - 1}`] : [], ...(cached ? keyed(index) : {}) });
  const targets = Array.from({ length }, (_, index) => [`task-${index}`, target(index)]);
  write('chain/project.json', { name: 'chain', targets: Object.fromEntries(targets) });
  return ['run', `chain:task-${length - 1}`, '--outputStyle=static'];
}

const NOTHING = `const { mkdirSync, writeFileSync } = require('node:fs');
module.exports = async (_options, { root, targetName }) => {
  mkdirSync(\`\${root}/dist/\${targetName}\`, { recursive: true });
  writeFileSync(\`\${root}/dist/\${targetName}/file\`, targetName);
  return { success: true };
};
`;
