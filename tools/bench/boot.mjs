// SPDX-License-Identifier: Apache-2.0
// From QEMU's start to the end: Linux under Rumpk against the same Image and initramfs booted directly.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleaved, printRatio, timed } from './measure.mjs';

const ROUNDS = Number(process.argv[2] ?? 9);
const MACHINE = '-M virt,virtualization=on,gic-version=2,dtb-randomness=off -cpu cortex-a72 -smp 1 -m 512'.split(' ');
const QUIET = '-nodefaults -display none -no-reboot -serial stdio'.split(' ');
const COMMAND_LINE = 'console=ttyAMA0 panic=-1 ion_base=0x90000000';
const ARTEFACT = {
  image: 'dist/linux-image/image/Image',
  initramfs: 'dist/linux-init/initramfs/initramfs.cpio.gz',
  firmware: 'dist/qemu-virt/firmware-el2-proof/rumpk.img',
  bundle: 'dist/qemu-virt/cell-bundle/cell.cpio',
};

async function boot(kernel, initrd, more = []) {
  const { seconds, output } = await timed('qemu-system-aarch64', [...MACHINE, ...QUIET, '-kernel', kernel, '-initrd', initrd, ...more]);
  if (!output.includes('@init end failed=0')) throw new Error(`the guest did not finish:\n${output.slice(-2000)}`);
  return seconds;
}

const scratch = mkdtempSync(join(tmpdir(), 'nexus-forge-bench-'));

/** The proof as the target runs it; its own figure, from QEMU's start to the end of the evidence. */
async function prove() {
  const options = { ...JSON.parse(readFileSync(join(scratch, 'options.json'), 'utf8')), outputDirectory: join(scratch, 'proof') };
  const order = join(scratch, 'order.json');
  writeFileSync(
    order,
    JSON.stringify({
      bundle: join(process.cwd(), 'tools/executors/dist/executors/proof.js'),
      context: { root: process.cwd(), cwd: process.cwd(), projectName: 'rumpk', targetName: 'proof-el2' },
      options,
    }),
  );
  await timed(process.execPath, ['tools/executors/dist/cli/run-executor.js', order]);
  return JSON.parse(readFileSync(join(scratch, 'proof', 'run.json'), 'utf8')).durationMs / 1000;
}

try {
  const { output } = await timed(process.execPath, ['node_modules/nx/bin/nx.js', 'show', 'target', 'rumpk:proof-el2', '--json'], {
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const { options } = JSON.parse(output.slice(output.indexOf('{')));
  writeFileSync(join(scratch, 'options.json'), JSON.stringify(options));
  const found = await interleaved(
    {
      direct: () => boot(ARTEFACT.image, ARTEFACT.initramfs, ['-append', COMMAND_LINE]),
      rumpk: () => boot(ARTEFACT.firmware, ARTEFACT.bundle),
      verdict: prove,
    },
    ROUNDS,
  );
  printRatio('Linux under Rumpk / Linux directly, to power-off', found.rumpk, found.direct, 1.3);
  printRatio('proof, QEMU start to verdict / Linux directly', found.verdict, found.direct, 1.3);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
