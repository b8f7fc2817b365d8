// SPDX-License-Identifier: Apache-2.0
// The results that targets leave in files. Only a file that was put in place during the run counts: one that stood there
// before says nothing about it. It is left there for the run, since a proof says in its report what is different from it.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The result file of each kind of target, inside the target's output directory, and how it counts. */
const RESULTS = [
  { executor: 'host-test', file: 'results.json', count: ({ passed, failed }) => ({ passed, failed }) },
  { executor: 'module-test', file: 'results.json', count: ({ passed, failed }) => ({ passed, failed }) },
  { executor: 'proof', mutants: false, file: 'evidence.json', count: ({ passed, total }) => ({ passed, failed: total - passed }) },
  { executor: 'proof', mutants: true, file: 'mutants.json', count: ({ passed, total }) => ({ passed, failed: total - passed }) },
];

/** The targets of a project graph that give results, as they stand before the run: `project:target`, file, counter. */
export function resultTargets(root, graph) {
  return Object.values(graph.nodes).flatMap(({ name, data }) =>
    Object.entries(data.targets ?? {}).flatMap(([target, { executor = '', options = {} }]) => {
      const kind = RESULTS.find(
        (result) => executor === `@nexus-forge/nx:${result.executor}` && (result.mutants ?? false) === (options.mutants ?? false),
      );
      if (!kind) return [];
      const path = join(root, options.outputDirectory, kind.file);
      return [{ id: `${name}:${target}`, project: name, target, mutants: kind.mutants ?? false, path, count: kind.count, before: markOf(path) }];
    }),
  );
}

/**
 * Boards whose mutants `npm test` boots: one of each interrupt controller, and what the boards share with them. The
 * others' have the same proofs and the same sabotages, and take minutes each.
 */
const MUTANT_BOARDS = ['qemu-virt', 'qemu-virt-gicv3'];

/** What `nx run-many` is asked for, one call after the other, and the targets whose results each leaves. */
export function callsFor(targets) {
  const plain = targets.filter(({ mutants }) => !mutants);
  const spoilt = targets.filter(({ mutants, project }) => mutants && MUTANT_BOARDS.includes(project));
  const without = MUTANT_BOARDS.filter((board) => !spoilt.some(({ project }) => project === board));
  if (without.length > 0) throw new Error(`no mutants of ${without.join(' and ')}: MUTANT_BOARDS names boards that have some`);
  const namesOf = (all) => [...new Set(all.map(({ target }) => target))].sort();
  return [
    { args: ['-t', ...namesOf(plain)], targets: plain },
    { args: ['-t', ...namesOf(spoilt), '-p', ...MUTANT_BOARDS], targets: spoilt },
  ];
}

/** Tells a file from whatever takes its place, with the same bytes too. A time of change may be kept by who copies. */
function markOf(path) {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino} ${found.birthtimeNs}`;
}

/** The figures of one target after the run; a target that left no result of it, or an empty one, is one failure. */
export function figuresOf({ path, count, before }) {
  const now = markOf(path);
  if (now === undefined) return failure('left no result');
  if (now === before) return failure('left no result: what stands there is from an earlier run');
  const { passed, failed } = count(JSON.parse(readFileSync(path, 'utf8')));
  return passed + failed === 0 ? failure('ran nothing') : { passed, failed };
}

const failure = (note) => ({ passed: 0, failed: 1, note });
