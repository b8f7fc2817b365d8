// SPDX-License-Identifier: Apache-2.0
// Where the tasks of a graph stand: columns by what they wait for, and only those arrows that say something new.

/** How many tasks stand in a row before each: 0 where it waits for none. */
export function levelsOf(dependencies) {
  const levels = {};
  const levelOf = (id) => (levels[id] ??= Math.max(-1, ...dependencies[id].map(levelOf)) + 1);
  Object.keys(dependencies).forEach(levelOf);
  return levels;
}

/** Edges [from, to] without those that a longer way says too. */
export function arrowsOf(dependencies) {
  const reached = {};
  const behind = (id) => (reached[id] ??= new Set(dependencies[id].flatMap((one) => [one, ...behind(one)])));
  return Object.entries(dependencies).flatMap(([to, all]) =>
    all.filter((from) => !all.some((other) => other !== from && behind(other).has(from))).map((from) => [from, to]),
  );
}

/**
 * What stands in each column from the top: its tasks by name, then `{ from, to }` for each arrow that passes it on its
 * way to a later one.
 */
export function columnsOf(dependencies) {
  const levels = levelsOf(dependencies);
  const columns = [];
  for (const id of Object.keys(levels).sort()) (columns[levels[id]] ??= []).push(id);
  for (const [from, to] of arrowsOf(dependencies)) {
    for (let level = levels[from] + 1; level < levels[to]; level++) columns[level].push({ from, to });
  }
  return columns;
}
