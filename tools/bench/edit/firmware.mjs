// SPDX-License-Identifier: Apache-2.0
// One line of the EL2 stub changed: from the edit to the verdict of the proof that boots it.
import { bareBoot } from '../bare-boot.mjs';
import { targetsOf } from '../workspace.mjs';
import { zigSide } from '../zig-side.mjs';
import { betweenRounds, emptySides, proofSides, sayRatios } from './sides.mjs';

const BUDGET = 1.3;
/** The version that Linux is told: from 1.3 on another one is news to nobody, and each is another image. */
const CHANGED = { file: 'firmware/el2/smccc.zig', from: 'smccc_version_1_2: i64 = 0x0001_0002' };
const FIRST_MINOR = 3;
/** What has to run, and no more. */
const EXPECTED = ['qemu-virt:firmware-el2-proof', 'qemu-virt:proof-el2'];

export async function measureFirmware(bench, clones) {
  bench.say('\none line of firmware/el2: nx run rumpk:proof-el2 to its verdict, against zig build and a bare QEMU');
  const zig = await zigSide(bench, clones.ours);
  const qemu = await bareBoot((await targetsOf('qemu-virt', clones.ours))['proof-el2'].options, bench.scratch, clones.ours);
  const change = (round) => ({ ...CHANGED, to: `smccc_version_1_2: i64 = 0x0001_${(FIRST_MINOR + round).toString(16).padStart(4, '0')}` });
  const found = await bench.interleaved(
    { ...proofSides(clones, EXPECTED), zig, qemu: qemu.run, ...emptySides(bench, 'firmware', EXPECTED) },
    { before: (round) => betweenRounds(clones, change(round)) },
  );
  await betweenRounds(clones);
  const bare = found.zig.map((seconds, round) => seconds + found.qemu[round]);
  sayRatios(bench, found, bare, { what: "one line of firmware/el2 to its proof's verdict", against: 'zig build plus bare QEMU', budget: BUDGET });
}
