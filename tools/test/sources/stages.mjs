// SPDX-License-Identifier: Apache-2.0
// The stages of a workspace with the sources that each declares.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { library, runNx } from '../../bench/workspace.mjs';

const EXECUTOR = /^@nexus-forge\/nx:(.+)$/;
/** Executors that make something of sources; the others look at what these do. */
const MAKING = new Set(['cell-bundle', 'device-tree', 'el2-stub', 'host-test', 'initramfs', 'ion-abi', 'kbuild-module', 'linux-image', 'module-test', 'proof', 'zig-build']);

/** In the order of the graph's projects: id, executor, options, and the paths of its sources. Mutants boot a proof's own inputs. */
export async function stagesOf(root) {
  const file = join(root, '.nexus-forge', 'sources-graph.json');
  await runNx(['graph', `--file=${file}`], { root });
  const { nodes } = JSON.parse(readFileSync(file, 'utf8')).graph;
  const { sourcesAmong } = library('tools/executors/src/stage.ts');
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 }).split('\0').filter(Boolean);
  const stages = Object.entries(nodes).flatMap(([project, { data }]) =>
    Object.entries(data.targets ?? {}).map(([target, { executor = '', options = {}, inputs = [] }]) => ({
      id: `${project}:${target}`,
      executor: EXECUTOR.exec(executor)?.[1],
      options,
      sources: () => sourcesAmong({ inputs, projectRoot: data.root }, paths).sort(),
    })),
  );
  return stages.filter(({ executor, options }) => MAKING.has(executor) && options.mutants === undefined);
}
