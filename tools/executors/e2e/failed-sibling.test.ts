// SPDX-License-Identifier: Apache-2.0
// A command about one target ends when a task that it needs has failed, by the real Nx.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

/** How long the slow task's tool would take, in seconds: far more than the whole file may. */
const SLOW = 3600;

const test = suite<{ place: Elsewhere }>('a failure beside a long task');
test.before.each((context) => {
  const place = new Elsewhere();
  context.place = place;
  // The proofs of the project are its host test, whose Zig takes an hour, and one that needs a device tree of a broken board.
  place.write('firmware/kern/build.zig', 'pub fn build(b: *std.Build) void { b.step("test", "x"); }\n');
  place.write('.toolchain/zig-9.9.9/zig', `#!/bin/sh\n[ "$1" = version ] && echo 9.9.9 && exit 0\nexec sleep ${SLOW}\n`, 0o755);
  place.write('proofs/boot.proof.yaml', 'title: It boots\nproject: kern\ntarget: proof-boot\nboards: [virt]\nartefacts: { firmware: virt:firmware/kern.img, tree: virt:device-tree/board.dtb }\n');
});
test.after.each(({ place }) => place.remove());

test('nx run: the long task is ended, and says why', async ({ place }) => {
  const { status, output } = await place.nx(['run', 'kern:proof', '--outputStyle=static']);
  assert.is.not(status, 0);
  assert.match(output, /error: virt:device-tree has failed, so this command cannot succeed: its other tasks end here/);
});

test.run();
