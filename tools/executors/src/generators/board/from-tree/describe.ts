// SPDX-License-Identifier: Apache-2.0
import type { Board, Range } from '@nexus-forge/devicetree';
import { layoutIn, LEAST_BANK, type Layout } from '../../layout/layout';
import { claimsFrom, usersOf, type Claim } from './claims';
import { coresOf, psciOf } from './cores';
import type { Found, Todo } from './found';
import { gicNodeOf, gicOf, leastCount, noGic, timerOf, type FoundGic } from './gic';
import { machineOf, unsaidClaims, type Machine } from './machines';
import { freeMemory, memoryOf } from './memory';
import { serialOf } from './serial';
import { transportsOf } from './transports';
import { rootOf, textOf, textsOf, type SourceTree } from './tree';
import { wiresOf } from './wires';

/** What a tree says of a board, as far as it does. */
export interface Description {
  model?: string;
  compatible: string[];
  cpus?: Board['cpus'];
  memory?: Range[];
  layout?: Layout;
  psci?: Board['psci'];
  timer?: Partial<Board['timer']>;
  gic?: FoundGic & { spi_count: number };
  serial?: Board['serial'];
  virtio_mmio?: Board['virtio_mmio'];
  claimed_spis: Claim[];
  machine?: Machine;
  todos: Todo[];
}

/** `window`: where a guest sees its ION window. */
export function describe(tree: SourceTree, window: Range): Description {
  const identity = identityOf(tree);
  const gicNode = gicNodeOf(tree);
  const wires = wiresOf(tree, gicNode?.node.path ?? '');
  const memory = memoryOf(tree);
  const layout = memory.value && layoutIn(freeMemory(tree, memory.value), window);
  const gic = gicNode === undefined ? noGic(tree) : gicOf(gicNode, wires(gicNode.node));
  const parts = {
    cpus: coresOf(tree),
    memory,
    psci: psciOf(tree),
    timer: timerOf(tree, wires),
    serial: serialOf(tree, wires),
    virtio_mmio: transportsOf(tree, wires),
  };
  const { serial, virtio_mmio: row } = parts;
  const machine = identity.machine;
  const described = new Set([
    ...(serial.value?.spi === undefined ? [] : [serial.value.spi]),
    ...(row.value === undefined
      ? []
      : Array.from({ length: row.value.count }, (_, index) => row.value!.first_spi + index)),
  ]);
  const users = usersOf(tree, wires);
  for (const { first, count, about } of unsaidClaims(tree, machine)) {
    for (let number = first; number < first + count; number++)
      if (!described.has(number) && !users.has(number)) users.set(number, [about]);
  }
  const claims = claimsFrom(new Map([...users].sort(([a], [b]) => a - b)), described);
  const count = spiCount(machine, [...users.keys(), ...described]);
  return {
    ...identity,
    ...Object.fromEntries(Object.entries(parts).map(([key, { value }]: [string, Found<unknown>]) => [key, value])),
    layout,
    gic: gic.value && { ...gic.value, spi_count: count.value! },
    claimed_spis: claims,
    todos: inOrder([
      ...identity.todos,
      ...Object.values(parts).flatMap(({ todos }) => todos),
      ...gic.todos,
      ...(gic.value === undefined ? [] : count.todos),
      ...(layout === undefined ? [memory.value === undefined ? PLACE_LATER : NO_PLACE] : []),
    ]),
  };
}

/** The keys in the order of the file. */
const KEYS = ['model', 'compatible', 'cpus', 'memory', 'rumpk', 'psci', 'timer', 'gic', 'serial', 'virtio_mmio'];

function inOrder(todos: readonly Todo[]): Todo[] {
  const rank = ({ key }: Todo) => KEYS.indexOf(key.split('.')[0] ?? '');
  return [...todos].sort((a, b) => rank(a) - rank(b));
}

const PLACE_LATER: Todo = { key: 'rumpk', why: 'its places are in the memory, which is not known yet' };
const NO_PLACE: Todo = {
  key: 'rumpk',
  why: `no free range of the memory holds Rumpk and a cell below 512 GiB: that takes ${LEAST_BANK / 2 ** 20} MiB`,
};

function spiCount(machine: Machine | undefined, used: readonly number[]): Found<number> {
  if (machine !== undefined) return { value: machine.spiCount, todos: [] };
  const why = 'no tree says it: as many as its devices use, rounded up; GICD_TYPER and the manual have it';
  return { value: leastCount(used), todos: [{ key: 'gic.spi_count', why }] };
}

/** What board.yaml takes for a compatible string. */
const VENDOR_AND_DEVICE = /^[a-z0-9-]+,[A-Za-z0-9._+-]+$/;
const PRINTABLE = /^[ !#-[\]-~]*[!#-[\]-~]$/;

function identityOf(tree: SourceTree): Pick<Description, 'model' | 'compatible' | 'machine' | 'todos'> {
  const root = rootOf(tree);
  const given = root === undefined ? [] : textsOf(root, 'compatible');
  const machine = machineOf(given);
  const compatible = given
    .map((name) => (name === machine?.compatible ? (machine.named ?? name) : name))
    .filter((name) => VENDOR_AND_DEVICE.test(name));
  const said = root && textOf(root, 'model');
  const model = said !== undefined && PRINTABLE.test(said) ? said : compatible[0];
  const todos = [
    ...(compatible.length === 0
      ? [{ key: 'compatible', why: `the root says ${given.join(', ') || 'nothing'}; <vendor>,<device> is meant` }]
      : []),
    ...(said === undefined && model !== undefined
      ? [{ key: 'model', why: 'the root has no model; this is its first compatible string' }]
      : []),
    ...(model === undefined ? [{ key: 'model', why: 'the root has no model' }] : []),
  ];
  return { model, compatible, machine, todos };
}
