// SPDX-License-Identifier: Apache-2.0
import type { Claim } from './claims';
import { compatibleWith, type SourceTree } from './tree';

/** What QEMU's own trees leave out, from the sources of QEMU 7.2 and 10.0 (hw/arm). */
export interface Machine {
  /** Root compatible string of its tree. */
  compatible: string;
  /** The same with a vendor, where the tree has none. */
  named?: string;
  spiCount: number;
  /** Interrupts that a device has and its node, of this compatible string, does not say. */
  claims: readonly (Claim & { of?: string })[];
  qemu: { machine: string; options: Readonly<Record<string, string | number>> };
}

const MACHINES: readonly Machine[] = [
  {
    compatible: 'linux,dummy-virt',
    spiCount: 256,
    claims: [
      { first: 8, count: 2, about: 'secure UART, generic event device' },
      { first: 48, count: 64, about: 'GICv2m message frames', of: 'arm,gic-v2m-frame' },
      { first: 112, count: 64, about: 'platform bus', of: 'qemu,platform' },
    ],
    qemu: { machine: 'virt', options: { virtualization: 'on', 'dtb-randomness': 'off' } },
  },
  {
    compatible: 'xlnx-versal-virt',
    named: 'xlnx,versal-virt',
    spiCount: 192,
    claims: [],
    qemu: { machine: 'xlnx-versal-virt', options: {} },
  },
];

export function machineOf(compatible: readonly string[]): Machine | undefined {
  return MACHINES.find((machine) => compatible.includes(machine.compatible));
}

/** Interrupts of this tree's devices that no node of it has. */
export function unsaidClaims(tree: SourceTree, machine: Machine | undefined): readonly Claim[] {
  return (machine?.claims ?? []).filter(({ of }) => of === undefined || compatibleWith(tree, [of]).length > 0);
}
