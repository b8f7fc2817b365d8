// SPDX-License-Identifier: Apache-2.0

/** A component whose state the table tells, and where its evidence lies. */
export interface Component {
  title: string;
  /** Output directory of the target that gives the evidence, workspace-relative. */
  evidence: string;
  kind: 'proof' | 'tests';
  /** Of a proof: only this check (its number), rather than all of them. */
  check?: number;
  /** The target that makes the evidence. */
  target: string;
}

/** A proof of its own for each fault that ends a cell. */
const FAULTS = [
  ['store to index lines of Rumpk', 'store-control'],
  ['store to slots of Rumpk', 'store-slots'],
  ['store to memory not its own', 'store-unmapped'],
  ['load from an address where nothing is', 'load-unmapped'],
  ["load from Rumpk's image", 'load-rumpk'],
  ['fetch from the ION window', 'fetch-ion'],
] as const;

/** Boards beside the reference one, each with both proofs. */
const OTHER_BOARDS = ['qemu-virt-gicv3', 'qemu-virt-smp', 'xlnx-versal-virt', 'xlnx-zcu102'] as const;

/** A proof on the other boards: the configuration tells its rows apart. */
const onOtherBoards = (title: string, target: string): Component[] =>
  OTHER_BOARDS.map((board) => {
    return { title, evidence: `dist/${board}/${target}`, kind: 'proof', target: `${board}:${target}` };
  });

const EL2 = { evidence: 'dist/qemu-virt/proof-el2', kind: 'proof', target: 'qemu-virt:proof-el2' } as const;

/** The components of the reference workspace, in the order in which a reader meets them. */
export const COMPONENTS: readonly Component[] = [
  { title: 'ARM64 Linux Image direct QEMU boot', evidence: 'dist/qemu-virt/proof-direct-boot', kind: 'proof', target: 'qemu-virt:proof-direct-boot' },
  { title: 'Rumpk AArch64 default boot', evidence: 'dist/qemu-virt/proof-default', kind: 'proof', target: 'qemu-virt:proof-default' },
  ...onOtherBoards('Rumpk AArch64 default boot', 'proof-default'),
  { title: 'NipCell host tests', evidence: 'dist/nipcell/test', kind: 'tests', target: 'nipcell:test' },
  { title: 'Staged EL2 Linux guest boot', ...EL2 },
  ...onOtherBoards('Staged EL2 Linux guest boot', 'proof-el2'),
  { title: 'Guest that does what it must not', evidence: 'dist/qemu-virt/proof-misbehaving', kind: 'proof', target: 'qemu-virt:proof-misbehaving' },
  ...FAULTS.map(([fault, name]): Component => ({
    title: `Cell ended by a ${fault}`,
    evidence: `dist/qemu-virt/proof-misbehaving-${name}`,
    kind: 'proof',
    target: `qemu-virt:proof-misbehaving-${name}`,
  })),
  { title: 'nexus_ion bridge module', ...EL2, check: 24 },
  { title: 'nexus_net bridge module', ...EL2, check: 25 },
  { title: 'nexus_blk bridge module', ...EL2, check: 26 },
  { title: 'nexus_input bridge module', ...EL2, check: 27 },
];
