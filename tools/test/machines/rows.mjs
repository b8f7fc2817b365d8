// SPDX-License-Identifier: Apache-2.0
// Each row: what is edited in the tree that the machine hands over, and what Rumpk must say of it. With `board` the
// edit is in the tree that Rumpk is built from instead, and the machine is as QEMU makes it.

const GIC = '/intc@8000000';
const CONSOLE = '/pl011@9000000';
const FIRST_TRANSPORT = '/virtio_mmio@a000000';

/** For fdtput: another value of a property, as cells in hexadecimal, and a node away. */
const cells = (node, property, value) => ({ options: ['-t', 'x'], edit: [node, property, ...value.split(' ')] });
const without = (node) => ({ options: ['-r'], edit: [node] });
const wrong = (expected, what, found) => `expected ${expected} as ${what}, found ${found}: correct its board.yaml, or build for the other board`;

export const rows = [
  { title: 'the machine as it is', reads: 'base=0x40000000 size=0x20000000 cpus=1 gic=2 from=device_tree' },
  {
    title: "the GIC's CPU interface elsewhere",
    ...cells(GIC, 'reg', '0 8000000 0 10000 0 8020000 0 10000 0 8030000 0 10000 0 8040000 0 10000'),
    says: wrong('0x8010000', 'base of register block 1 of the interrupt controller', '0x8020000'),
  },
  {
    title: "the GIC's distributor too small",
    ...cells(GIC, 'reg', '0 8000000 0 1000 0 8010000 0 10000 0 8030000 0 10000 0 8040000 0 10000'),
    says: wrong('0x10000', 'size of register block 0 of the interrupt controller', '0x1000'),
  },
  {
    title: 'no window of the GIC for a hypervisor',
    ...cells(GIC, 'reg', '0 8000000 0 10000 0 8010000 0 10000'),
    says: wrong('0x8030000', 'base of register block 2 of the interrupt controller', 'none'),
  },
  {
    title: "the hypervisor timer's interrupt",
    ...cells('/timer', 'interrupts', '1 d 104 1 e 104 1 b 104 1 c 104'),
    says: wrong('0x1a', 'INTID 3 of the timer', '0x1c'),
  },
  {
    title: "a virtio-mmio transport's interrupt",
    ...cells(FIRST_TRANSPORT, 'interrupts', '0 44 1'),
    says: wrong('0x30', 'INTID 0 of the virtio-mmio transports', '0x64'),
  },
  {
    title: 'a virtio-mmio transport that is not there',
    ...without(FIRST_TRANSPORT),
    says: wrong('0xa000000', 'base of register block 0 of the virtio-mmio transports', 'none'),
  },
  {
    title: "the console's interrupt",
    ...cells(CONSOLE, 'interrupts', '0 7 4'),
    says: wrong('0x21', 'INTID 0 of the console', '0x27'),
  },
  // Nothing is there to write to: the machine's own tree says where the console is, and there Rumpk speaks.
  {
    title: 'a console that the board has elsewhere',
    board: true,
    ...cells('/serial@9000000', 'reg', '0 b000000 0 1000'),
    says: wrong('0xb000000', 'base of register block 0 of the console', '0x9000000'),
  },
  {
    title: 'a distributor that the board has elsewhere',
    board: true,
    ...cells('/interrupt-controller@8000000', 'reg', '0 b000000 0 10000 0 8010000 0 10000 0 8030000 0 10000 0 8040000 0 10000'),
    says: wrong('0xb000000', 'base of register block 0 of the interrupt controller', '0x8000000'),
  },
];
