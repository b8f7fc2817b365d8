// SPDX-License-Identifier: Apache-2.0
// Workspaces without this plugin: what Nx costs by itself.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace.mjs';

/** A workspace with no project and no plugin, with the packages of this one. */
export function makeEmptyWorkspace(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n');
  writeFileSync(join(folder, 'nx.json'), '{ "analytics": false, "neverConnectToCloud": true, "tui": { "enabled": false } }\n');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** One with `length` tasks that do nothing, each of which waits for the one before; Nx's arguments that run them all. */
export function makeEmptyChain(folder, length) {
  makeEmptyWorkspace(folder);
  const write = (file, content) => writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  for (const name of ['executors', 'chain']) mkdirSync(join(folder, name));
  write('executors/package.json', { executors: './executors.json' });
  write('executors/executors.json', { executors: { nothing: { implementation: './nothing.js', schema: './schema.json' } } });
  write('executors/nothing.js', 'module.exports = async () => ({ success: true });\n');
  write('executors/schema.json', { type: 'object', properties: {} });
  const target = (index) => ({ executor: './executors:nothing', dependsOn: index > 0 ? [`task-${index - 1}`] : [] });
  const targets = Array.from({ length }, (_, index) => [`task-${index}`, target(index)]);
  write('chain/project.json', { name: 'chain', targets: Object.fromEntries(targets) });
  return ['run', `chain:task-${length - 1}`, '--outputStyle=static'];
}
