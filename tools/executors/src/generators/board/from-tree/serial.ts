// SPDX-License-Identifier: Apache-2.0
import type { Device } from '@nexus-forge/devicetree';
import { DRIVEN_UARTS } from '@nexus-forge/firmware';
import { seenWindows } from './addresses';
import { unknown, type Found, type Todo } from './found';
import {
  cellOf,
  cellsOf,
  compatibleWith,
  isInUse,
  nodeAt,
  nodeOf,
  textOf,
  textsOf,
  type SourceNode,
  type SourceTree,
} from './tree';
import type { Wire } from './wires';

/** By this name the cells of this workspace ask for the port. */
const NAME = 'uart0';

/** The port that /chosen names; where it names none, one that the firmware has a driver for. */
export function serialOf(tree: SourceTree, wires: (node: SourceNode) => Wire[]): Found<Device> {
  const candidates = [chosenPort(tree), ...compatibleWith(tree, DRIVEN_UARTS).filter(isInUse)];
  const node = candidates.find((one) => one !== undefined && seenWindows(one).length > 0);
  const [window] = node === undefined ? [] : seenWindows(node);
  if (node === undefined || window === undefined) {
    return unknown('serial', `/chosen names no port, and no ${DRIVEN_UARTS.join(', ')} is in use`);
  }
  const wire = wires(node).find(({ kind }) => kind === 'spi');
  const clock = clockOf(tree, node);
  const value: Device = {
    name: NAME,
    compatible: textsOf(node, 'compatible'),
    ...window,
    ...(wire === undefined ? {} : { spi: wire.number, ...(wire.trigger === 'edge' ? { trigger: wire.trigger } : {}) }),
    ...(clock === undefined ? {} : { clock_hz: clock }),
  };
  return { value, todos: doubts(tree, node, value) };
}

function doubts(tree: SourceTree, node: SourceNode, { compatible, spi, clock_hz: clock }: Device): Todo[] {
  const others = compatibleWith(tree, DRIVEN_UARTS)
    .filter((other) => isInUse(other) && seenWindows(other).length > 0)
    .map(({ path }) => path);
  const instead =
    others.length > 0 ? `; it has one for ${others.join(', ')}` : `; it has them for ${DRIVEN_UARTS.join(', ')}`;
  return [
    ...(compatible.some((name) => DRIVEN_UARTS.includes(name))
      ? []
      : [
          { key: 'serial', why: `${node.path} is the tree's console, and the firmware has no driver for it${instead}` },
        ]),
    ...(spi === undefined ? [{ key: 'serial.spi', why: `${node.path} has no interrupt of the GIC` }] : []),
    ...(clock === undefined
      ? [{ key: 'serial.clock_hz', why: `${node.path} does not say the rate of its clock` }]
      : []),
  ];
}

/** `stdout-path` is a path or an alias, with options behind a colon; the older name is Linux's. */
function chosenPort(tree: SourceTree): SourceNode | undefined {
  const chosen = nodeAt(tree, '/chosen');
  const aliases = nodeAt(tree, '/aliases');
  const named = chosen && (textOf(chosen, 'stdout-path') ?? textOf(chosen, 'linux,stdout-path'));
  const [target = ''] = (named ?? '').split(':');
  return nodeAt(tree, target.startsWith('/') ? target : ((aliases && textOf(aliases, target)) ?? ''));
}

/** The rate of the first clock where it is a fixed one. */
function clockOf(tree: SourceTree, node: SourceNode): number | undefined {
  const source = nodeOf(tree, cellsOf(node, 'clocks')[0]);
  const fixed = source !== undefined && textsOf(source, 'compatible').includes('fixed-clock') ? source : undefined;
  return cellOf(node, 'clock-frequency') ?? (fixed && cellOf(fixed, 'clock-frequency'));
}
