// SPDX-License-Identifier: Apache-2.0
// `npx nx run nexus-forge:picture`: the README's picture, from the task graph of the EL2 proof. With --check it fails
// where docs/stages.svg is not what the graph says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, runNx } from '../bench/workspace.mjs';
import { draw } from './draw.mjs';

const TASK = 'qemu-virt:proof-el2';
const FILE = 'docs/stages.svg';

/** The tasks that the proof needs, as Nx has them. */
async function tasks() {
  const place = mkdtempSync(join(tmpdir(), 'nexus-forge-picture-'));
  try {
    const file = join(place, 'graph.json');
    await runNx(['run', TASK, `--graph=${file}`]);
    const { graph, tasks: { tasks: found, dependencies } } = JSON.parse(readFileSync(file, 'utf8'));
    const executorOf = ({ target: { project, target } }) => graph.nodes[project].data.targets[target].executor.replace(/^.*:/, '');
    return { dependencies, executors: Object.fromEntries(Object.entries(found).map(([id, task]) => [id, executorOf(task)])) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
const drawn = draw(await tasks());
if (!values.check) writeFileSync(join(ROOT, FILE), drawn);
else if (drawn !== readFileSync(join(ROOT, FILE), 'utf8')) {
  console.error(`error: ${FILE} is not what the graph of ${TASK} says\n  to do: npx nx run nexus-forge:picture, and commit it`);
  process.exitCode = 1;
}
