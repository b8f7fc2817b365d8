// SPDX-License-Identifier: Apache-2.0
// The smallest workspace that an initramfs is made in, as tests take it: a kernel's build tree, a module, an /init.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InitramfsSource } from '../order';

/** In place of gen_init_cpio: says, behind the signature of an archive, what it was told, with time and content of every file. */
const CPIO_TOOL = `#!/bin/sh
echo 070701
echo "time $2"
while read kind path content rest; do
  if [ $kind = file ]; then echo "$kind $path $rest"; stat -c 'mtime %Y' "$content"; cat "$content"; echo; else echo "$kind $path $content $rest"; fi
done < "$3"
`;
export const DESCRIPTION = `
name: tiny
init: { sources: [main.c] }
modules: [mine]
directories: [/proc]
nodes: [{ path: /dev/console, mode: 0o600, major: 5, minor: 1 }]
files: [{ path: /etc/motd, source: motd }]
`;
export const TINY: InitramfsSource = {
  initramfs: 'init/initramfs.yaml',
  buildTree: 'dist/build-tree.tar.gz',
  modules: ['dist/mine/mine.ko'],
  stateDirectory: 'state',
};

export function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

export function compile(root: string, compiler: string, output: string): void {
  mkdirSync(dirname(join(root, output)), { recursive: true });
  execFileSync(compiler, ['-x', 'c', '-c', '-', '-o', join(root, output)], { input: 'int mine;' });
}

export function writeTiny(root: string): void {
  write(root, 'tree/usr/gen_init_cpio', CPIO_TOOL);
  chmodSync(join(root, 'tree/usr/gen_init_cpio'), 0o755);
  write(root, 'tree/include/config/kernel.release', '6.1.0-test\n');
  mkdirSync(join(root, 'dist'), { recursive: true });
  execFileSync('tar', ['--create', '--gzip', '--file=../dist/build-tree.tar.gz', 'usr', 'include'], { cwd: join(root, 'tree') });
  write(root, 'init/initramfs.yaml', DESCRIPTION);
  write(root, 'init/main.c', 'void _start(void);\nvoid _start(void) { for (;;); }\n');
  write(root, 'init/motd', 'hello\n');
  compile(root, 'aarch64-linux-gnu-gcc', 'dist/mine/mine.ko');
}
