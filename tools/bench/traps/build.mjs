// SPDX-License-Identifier: Apache-2.0
// Builds the two machine programs of the trap benchmark: the counting guest, and the bare stub with that guest in it.
import { join } from 'node:path';
import { timed } from '../run.mjs';
import { cleanEnvironment, library, ROOT } from '../workspace.mjs';

const SOURCES = join(ROOT, 'tools', 'bench', 'traps');
const FLAGS = [
  ...['-O2', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-nostdlib', '-static', '-no-pie', '-fpie'],
  ...['-mgeneral-regs-only', '-mstrict-align', '-fno-stack-protector', '-fno-asynchronous-unwind-tables'],
  ...['-Wl,--build-id=none', '-Wl,--no-warn-rwx-segments', '-Wl,-z,max-page-size=4096'],
];

/** Compiles `sources` to an arm64 Image `<name>.img` in `folder`; its path. */
async function buildImage(folder, name, sources) {
  const { requireTool } = library('libs/toolchain/src/require-tool.ts');
  const [compiler, binutils] = [await requireTool(ROOT, 'cross-gcc'), await requireTool(ROOT, 'binutils')];
  const options = { cwd: SOURCES, env: cleanEnvironment({ LC_ALL: 'C' }) };
  const [elf, image] = [join(folder, `${name}.elf`), join(folder, `${name}.img`)];
  await timed(compiler.path, [...FLAGS, `-Wl,-T,${join(SOURCES, 'image.ld')}`, `-Wa,-I,${folder}`, '-o', elf, ...sources], options);
  await timed(binutils.sibling('objcopy'), ['-O', 'binary', elf, image], options);
  return image;
}

/** Paths of both images. */
export async function buildTrapImages(folder) {
  const guest = await buildImage(folder, 'guest', ['image.S', 'guest.c']);
  const bare = await buildImage(folder, 'bare', ['image.S', 'bare_stub.S']);
  return { guest, bare };
}
