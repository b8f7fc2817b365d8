// SPDX-License-Identifier: Apache-2.0
/* The window layout and the rings of nexus_ion, compiled for this machine with sanitizers, against a hostile host. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bindings, loadIonAbi } from '@nexus-forge/ion-abi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(__dirname, '..', '..');
const MODULES = join(ROOT, 'linux-cell', 'modules');
const ABI = 'libs/ion-abi/ion-abi.yaml';

/** Each becomes the shim: between them they declare what the tested files use. */
const KERNEL_HEADERS = ['linux/align', 'linux/device', 'linux/errno', 'linux/export', 'linux/kernel', 'linux/log2', 'linux/printk', 'linux/stddef', 'linux/string', 'linux/types', 'asm/barrier'];
const SANITIZED = ['-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover'];
const STRICT = ['-Wall', '-Wextra', '-Werror', '-Wno-sign-compare', '-D__KERNEL__'];
const PROGRAMS: Record<string, string[]> = {
  layout_test: ['nexus_ion/layout.c', 'nexus_ion/layout_rings.c'],
  ring_test: ['nexus_ion/ring.c', 'nexus_ion/ring_payload.c'],
};

const folder = mkdtempSync(join(tmpdir(), 'nf-nexus-ion-'));
for (const header of KERNEL_HEADERS) {
  mkdirSync(dirname(join(folder, header)), { recursive: true });
  writeFileSync(join(folder, `${header}.h`), '#include "shim.h"\n');
}
writeFileSync(join(folder, 'ion_abi.h'), bindings(loadIonAbi(join(ROOT, ABI), ABI))['ion_abi.h']!);

const test = suite('nexus_ion on the host');
test.after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, sources] of Object.entries(PROGRAMS)) {
  const program = join(folder, name);
  const inputs = [...sources, `test/${name}.c`, 'test/check.c', 'test/window.c'];
  const include = [folder, 'test', 'nexus_ion'].map((path) => `-I${path}`);
  execFileSync('gcc', [...SANITIZED, ...STRICT, ...include, ...inputs, '-o', program], { cwd: MODULES });
  /* Without a name the program lists its tests. */
  for (const title of execFileSync(program, { encoding: 'utf8' }).trim().split('\n')) {
    test(title, () => {
      const { status, stderr } = spawnSync(program, [title], { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
      assert.is(status, 0, stderr);
    });
  }
}

test.run();
