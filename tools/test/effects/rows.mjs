// SPDX-License-Identifier: Apache-2.0
// Each row: an edit, and the exact set of tasks that must really run after it. `command` replaces the usual run.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { edit } from './scratch.mjs';

/** Packages whose suite has a name have a second target for what they test beyond it. */
const NAMED_SUITES = ['nipcell'];
const tests = (...packages) =>
  packages.flatMap((name) => (NAMED_SUITES.includes(name) ? [`${name}:test`, `${name}:test-more`] : [`${name}:test`]));
const on = (names) => (...targets) => names.flatMap((name) => targets.map((target) => `${name}:${target}`));
/** Boards: those that run the cell of linux-cell, and with them those that have one of their own. */
const SHARING = ['qemu-virt', 'qemu-virt-gicv3'];
const boards = on([...SHARING, 'qemu-virt-smp', 'xlnx-versal-virt', 'xlnx-zcu102']);
const modules = (...names) => names.map((name) => `${name}:module`);

const BRIDGES = ['nexus_ion', 'nexus_net', 'nexus_blk', 'nexus_input'];
const EL2_PROOFS = boards('proof-el2');
const DIRECT_PROOF = 'qemu-virt:proof-direct-boot';
/** Guests in Linux's place: one that is refused what it asks for, and one for each fault that ends a cell. */
const FAULTS = ['store-control', 'store-slots', 'store-unmapped', 'load-unmapped', 'load-rumpk', 'fetch-ion'];
const GUESTS = ['misbehaving:guest', ...FAULTS.map((name) => `misbehaving:${name}`)];
const FAULT_PROOFS = ['qemu-virt:proof-misbehaving', ...FAULTS.map((name) => `qemu-virt:proof-misbehaving-${name}`)];
/** They boot the cell's bundle under Rumpk. */
const CELL_PROOFS = [...EL2_PROOFS, ...FAULT_PROOFS];
const PROOFS = [...CELL_PROOFS, ...boards('proof-default'), DIRECT_PROOF];
const LINUX_PROOFS = [...CELL_PROOFS, DIRECT_PROOF];
const RUMPK = [...boards('firmware'), ...boards('firmware-el2-proof')];
const PACKAGES = ['el2', 'fdt', 'hal', 'ion', 'l1', 'mutant', 'nipcell', 'rumpk', 'stage2', 'valves'];

/** Another tool: the same program with a byte behind it, first on the search path. */
const other = (command) => (scratch) => {
  const folder = join(scratch, '.nexus-forge', `other-${command}`);
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, command);
  const original = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
  copyFileSync(realpathSync(original), copy);
  appendFileSync(copy, '\0');
  chmodSync(copy, 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
};

const bundlePlugin = (scratch) => execFileSync(process.execPath, ['tools/executors/build.mjs'], { cwd: scratch });

export const rows = [
  {
    title: 'a comment in a Zig file of firmware/el2',
    apply: (scratch) => edit(scratch, 'firmware/el2/smccc.zig', /^(\/\/!.*\n)/m, '$1//! One more line of comment.\n'),
    expected: [...tests('el2', 'rumpk'), ...boards('el2-stub'), ...RUMPK],
  },
  {
    title: "one instruction's worth of change in firmware/stage2",
    apply: (scratch) => edit(scratch, 'firmware/stage2/registers.zig', 'if (bits < 40) return', 'if (bits < 40 or bits == 63) return'),
    // The default image has no hand-off: its bytes stay, and so does its proof.
    expected: [...tests('stage2', 'nipcell', 'rumpk'), ...RUMPK, ...CELL_PROOFS],
  },
  {
    title: 'a line in nexus_blk',
    apply: (scratch) => edit(scratch, 'linux-cell/modules/nexus_blk/main.c', 'Block bridge of a Rumpk cell', 'Block bridge of a cell'),
    expected: [...modules('nexus_blk'), ...tests('nexus_blk'), 'linux-init:initramfs', ...boards('cell-bundle'), ...LINUX_PROOFS],
  },
  {
    title: 'a kernel configuration fragment',
    apply: (scratch) =>
      edit(scratch, 'linux-cell/image/diagnostics.config', 'CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE=0x1', 'CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE=0x3'),
    expected: ['linux-image:image', ...modules(...BRIDGES), 'linux-init:initramfs', ...boards('cell-bundle'), ...LINUX_PROOFS],
  },
  {
    title: "the cell's command line",
    apply: (scratch) => edit(scratch, 'linux-cell/cell.yaml', 'panic=-1 ion_base', 'panic=-1 loglevel=7 ion_base'),
    expected: [...on(SHARING)('device-tree', 'cell-bundle', 'proof-el2'), ...FAULT_PROOFS],
  },
  {
    title: "a check's wording",
    apply: (scratch) => edit(scratch, 'proofs/el2-staged-eret.proof.yaml', /title: entered at EL2/, 'title: entered at exception level 2'),
    expected: EL2_PROOFS,
  },
  {
    title: 'the QEMU pin',
    apply: (scratch) => edit(scratch, 'workspace.json', /("qemu": \{.*"series": \[)/, '$1{ "version": "0.1" }, '),
    expected: PROOFS,
  },
  {
    title: 'another QEMU on the machine',
    environment: other('qemu-system-aarch64'),
    expected: PROOFS,
  },
  {
    title: 'another gzip on the machine',
    environment: other('gzip'),
    // What it packs lies in the build tree and the initramfs; their bytes stay.
    expected: ['linux-image:image', ...modules(...BRIDGES), 'linux-init:initramfs', ...boards('cell-bundle')],
  },
  {
    title: 'the Zig pin',
    apply: (scratch) => edit(scratch, 'workspace.json', /("linux-arm64": ")[0-9a-f]{4}/, '$10000'),
    // The bindings are compiled once when they are made; their bytes stay.
    expected: ['ion-abi:generate', ...tests(...PACKAGES), ...boards('el2-stub'), ...RUMPK, ...GUESTS],
  },
  {
    title: "the proof executor's own code",
    apply: (scratch) => {
      edit(scratch, 'libs/proof/src/report/table.ts', /^export function/m, 'export const effectsMark = 1;\nexport function');
      edit(scratch, 'tools/executors/src/executors/proof/executor.ts', /^export default/m, "globalThis.name = 'effects';\nexport default");
      bundlePlugin(scratch);
    },
    // The bundles are no files of git's: taking the edit back does not take them back.
    afterwards: bundlePlugin,
    expected: PROOFS,
  },
  {
    title: 'a comment in a library of every executor',
    apply: (scratch) => {
      edit(scratch, 'libs/artefact/src/staging.ts', /^(\/\/ SPDX.*\n)/, '$1// One more line of comment.\n');
      bundlePlugin(scratch);
    },
    afterwards: bundlePlugin,
    expected: [],
  },
  {
    title: 'one field of ion-abi.yaml',
    apply: (scratch) => edit(scratch, 'libs/ion-abi/ion-abi.yaml', 'de9447cb-e026-4843', 'de9447cb-e026-4844'),
    expected: [
      'ion-abi:generate',
      ...tests('el2', 'ion', 'nipcell', 'rumpk', ...BRIDGES),
      // The device trees are held against the window's size; their bytes stay.
      ...boards('device-tree', 'el2-stub'),
      ...RUMPK,
      ...modules(...BRIDGES),
      'linux-init:initramfs',
      ...boards('cell-bundle'),
      ...PROOFS,
    ],
  },
  {
    title: 'README and docs',
    apply: (scratch) => {
      appendFileSync(join(scratch, 'README.md'), '\nOne more line.\n');
      writeFileSync(join(scratch, 'docs', 'new-page.md'), '# New\n');
    },
    expected: [],
  },
  {
    title: 'a new board app',
    apply: (scratch) => {
      execFileSync(process.execPath, ['node_modules/.bin/nx', 'g', '@nexus-forge/nx:board', 'second-board', '--no-interactive'], {
        cwd: scratch,
        env: { ...process.env, NX_DAEMON: 'false' },
      });
    },
    command: ['run-many', '-t', 'proof', 'device-tree', 'el2-stub', 'firmware', '--outputStyle=static', '--nxBail=false'],
    expected: ['second-board:device-tree', 'second-board:el2-stub', 'second-board:firmware'],
  },
];
