// SPDX-License-Identifier: Apache-2.0
import type { Board } from '@nexus-forge/devicetree';
import type { SourceNode, SourceTree } from './tree';
import type { Wire } from './wires';

export type Claim = NonNullable<Board['claimed_spis']>[number];

/** Names that one row of the file shows. */
const SHOWN = 6;

/** The shared interrupts of every node, in use or not: the lines are there in any case. By number, ascending. */
export function usersOf(tree: SourceTree, wires: (node: SourceNode) => Wire[]): Map<number, string[]> {
  const users = new Map<number, string[]>();
  for (const node of tree.nodes) {
    for (const { kind, number } of wires(node)) {
      if (kind === 'spi') users.set(number, [...new Set([...(users.get(number) ?? []), node.name])]);
    }
  }
  return new Map([...users].sort(([a], [b]) => a - b));
}

/** Runs of interrupts that no part of the file describes. */
export function claimsFrom(users: ReadonlyMap<number, readonly string[]>, described: ReadonlySet<number>): Claim[] {
  const numbers = [...users.keys()].filter((number) => !described.has(number));
  const starts = numbers.filter((number) => !numbers.includes(number - 1));
  return starts.map((first) => {
    const run = numbers.slice(numbers.indexOf(first)).filter((number, index) => number === first + index);
    return { first, count: run.length, about: summary(run.flatMap((number) => users.get(number) ?? [])) };
  });
}

function summary(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const rest = distinct.length - SHOWN;
  return rest > 0 ? `${distinct.slice(0, SHOWN).join(', ')} and ${rest} more` : distinct.join(', ');
}
