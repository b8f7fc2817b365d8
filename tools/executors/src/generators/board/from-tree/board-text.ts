// SPDX-License-Identifier: Apache-2.0
import type { Range } from '@nexus-forge/devicetree';
import { comment, hex, list, range, scalar } from '../../yaml/flow';
import type { Description } from './describe';
import type { Todo } from './found';

/** What a tree does not say: it is chosen, or taken over from a board of the same workspace. */
export interface Choices {
  name: string;
  title: string;
  /** Name of the blob. */
  blob: string;
  /** Path of the schema, relative to the file. */
  schema: string;
  /** Path of the cell's manifest. */
  cell: string;
  /** Top-level keys as another board has them, as text. */
  firmware: string;
  bindings?: string;
}

/** board.yaml of a described board, with a comment `# TODO` at each key that a person has to look at. */
export function boardText(found: Description, choices: Choices): string {
  const marked = new Marker(found.todos);
  const sections = [
    [
      '# SPDX-License-Identifier: Apache-2.0',
      `# yaml-language-server: $schema=${choices.schema}`,
      '#',
      ...comment(`Made from ${choices.blob}. A TODO marks what it does not tell.`),
      `name: ${choices.name}`,
      `title: ${scalar(choices.title)}`,
      ...marked.key('model', found.model && [`model: ${scalar(found.model)}`]),
      ...marked.key('compatible', found.compatible.length > 0 && [`compatible: ${list(found.compatible)}`]),
    ],
    marked.key('cpus', found.cpus && ['cpus:', ...marked.inner('cpus', found.cpus, { count: String })]),
    marked.key('memory', found.memory && ['memory:', ...found.memory.map((bank) => `  - ${range(bank)}`)]),
    marked.key('rumpk', found.layout && rumpkLines(found.layout.rumpk), PLACES),
    marked.key('psci', found.psci && [`psci: { method: ${found.psci.method} }`]),
    marked.key('timer', found.timer && ['timer:', ...marked.inner('timer', found.timer, {})], PPIS),
    marked.key('gic', found.gic && ['gic:', ...marked.inner('gic', found.gic, WINDOWS)]),
    marked.key(
      'serial',
      found.serial && [
        'serial:',
        ...marked.inner('serial', found.serial, {
          compatible: (value) => list(value as string[]),
          base: address,
          size: address,
        }),
      ],
    ),
    marked.key(
      'virtio_mmio',
      found.virtio_mmio && [
        'virtio_mmio:',
        ...marked.inner('virtio_mmio', found.virtio_mmio, { base: address, stride: address }),
      ],
    ),
    found.claimed_spis.length === 0
      ? []
      : [
          '# Interrupts of devices that this file does not describe; no doorbell may take one of them.',
          'claimed_spis:',
          ...found.claimed_spis.map(
            ({ first, count, about }) => `  - { first: ${first}, count: ${count}, about: ${JSON.stringify(about)} }`,
          ),
        ],
    choices.bindings === undefined
      ? []
      : ["# dt-schema validates the trees against these and the kernel's own.", choices.bindings],
    marked.key('cell', [`cell: ${choices.cell}`]),
    ['# The Rumpk builds of this board: each becomes a target of this name. Budgets are in bytes.', choices.firmware],
    qemuLines(found),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const PLACES =
  'Where Rumpk lives, chosen for it in the first free range of memory: its own memory, where it keeps the bundle ' +
  'while it stages a cell, and the fixed addresses of its image and of the EL2 stub inside it. The boot loader has ' +
  'to put the image there.';
const PPIS = 'Private peripheral interrupts, without the 16 that precede them among the interrupt ids.';

type Written = Readonly<Record<string, (value: unknown) => string>>;
const address = (value: unknown) => hex(value as number);
const window = (value: unknown) => range(value as Range);
const WINDOWS: Written = {
  distributor: window,
  cpu_interface: window,
  hypervisor: window,
  virtual_cpu: window,
  redistributor: window,
};

function rumpkLines(rumpk: NonNullable<Description['layout']>['rumpk']): string[] {
  return [
    'rumpk:',
    `  memory: ${range(rumpk.memory)}`,
    `  scratch: ${range(rumpk.scratch)}`,
    `  image_address: ${hex(rumpk.image_address)}`,
    `  stub_address: ${hex(rumpk.stub_address)}`,
  ];
}

/** Puts what is to be done where a person meets it. */
class Marker {
  constructor(private readonly todos: readonly Todo[]) {}

  /** Lines of a top-level key; where the tree says nothing, its place says so. */
  key(name: string, lines: readonly string[] | false | '' | undefined, about?: string): string[] {
    const marks = this.of(name, '');
    if (lines) return [...(about === undefined ? [] : comment(about)), ...marks, ...lines];
    return marks;
  }

  /** One line for each value inside a key, its marks before it; a mark may stand for a value that is missing. */
  inner(name: string, values: object, written: Written): string[] {
    return Object.entries(values)
      .flatMap(([key, value]) => [
        ...this.of(`${name}.${key}`, '  '),
        ...(value === undefined ? [] : [`  ${key}: ${(written[key] ?? plain)(value)}`]),
      ])
      .concat(
        this.todos
          .filter(({ key }) => key.startsWith(`${name}.`) && !(key.slice(name.length + 1) in values))
          .flatMap(({ key }) => this.of(key, '  ')),
      );
  }

  private of(key: string, indent: string): string[] {
    return this.todos.filter((todo) => todo.key === key).flatMap(({ why }) => comment(`TODO ${key}: ${why}`, indent));
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? scalar(value) : String(value);
}

function qemuLines({ machine, cpus }: Description): string[] {
  if (machine === undefined || cpus === undefined) return [];
  const words = Object.entries(machine.qemu.options).map(([key, value]) => `${key}: ${value}`);
  return [
    'qemu:',
    `  machine: ${machine.qemu.machine}`,
    ...(words.length > 0 ? [`  options: { ${words.join(', ')} }`] : []),
    `  cpu: ${cpus.compatible.replace(/^.*,/, '')}`,
  ];
}
