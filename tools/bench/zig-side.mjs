// SPDX-License-Identifier: Apache-2.0
// A bare `zig build` of what the EL2 proof boots, as somebody without this plugin runs it.
import { join } from 'node:path';
import { zigOrder } from './orders.mjs';
import { timed } from './run.mjs';
import { targetsOf } from './workspace.mjs';

/** In the workspace at `root`, with Zig's own cache, which stays from round to round; a function that gives seconds. */
export async function zigSide(bench, root) {
  const { options } = (await targetsOf('qemu-virt', root))['firmware-el2-proof'];
  const places = { prefix: join(bench.scratch, 'zig-out'), cache: join(bench.scratch, 'zig-cache') };
  const { argv, cwd, env } = await zigOrder(root, options, places);
  return async () => (await timed(argv[0], argv.slice(1), { cwd, env })).seconds;
}
