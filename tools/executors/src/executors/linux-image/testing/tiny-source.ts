// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A kernel source that builds in no time: the targets, places and words of kbuild that matter here. Of
 * what its Kconfig declares it drops CONFIG_SHY; CONFIG_FAIL and CONFIG_SLOW are about its one object, CONFIG_TRIM
 * brings headers that nothing removes.
 */
const MAKEFILE = `
kernelversion:
	@echo 9.0.4
allnoconfig:
	@mkdir -p $(O)
	@grep -E 'CONFIG_(GOOD|FAIL|SLOW|TRIM|MODULES|BLK_DEV_INITRD|INITRAMFS_SOURCE)' $(KCONFIG_ALLCONFIG) > $(O)/.config; true
olddefconfig:
	@true
$(O)/include/generated/bounds.h:
	@mkdir -p $(O)/include/generated $(O)/arch/arm64/include/generated/asm
	@echo bounds > $@
prepare: $(O)/include/generated/bounds.h
	@if grep -q CONFIG_TRIM=y $(O)/.config; then cd $(O) && touch include/generated/autoksyms.h arch/arm64/include/generated/asm/vdso32.h; fi
$(O)/main.o: main.c $(O)/include/generated/bounds.h
	@echo '  CC      init/main.o'
	@if grep -q CONFIG_FAIL=y $(O)/.config; then echo 'main.c:1: error: no luck' >&2; exit 1; fi
	@if grep -q CONFIG_SLOW=y $(O)/.config; then echo $$PPID > $(O)/../../../building; sleep 60; fi
	@cp main.c $@
	@printf 'source_init/main.o := %s\\n' ../../../../common/outside.h ../main.c > $(O)/.main.o.cmd
Image: prepare $(O)/main.o
	@mkdir -p $(O)/arch/arm64/boot $(O)/include/config $(O)/scripts/basic $(O)/scripts/mod $(O)/usr
	@cp $(O)/main.o $(O)/arch/arm64/boot/Image
	@echo version > $(O)/include/generated/utsversion.h
modules: Image
	@printf '0x00000000\\tprintk\\tvmlinux\\tEXPORT_SYMBOL_GPL\\t\\n' > $(O)/Module.symvers
	@cd $(O) && touch include/config/auto.conf scripts/basic/fixdep scripts/mod/modpost scripts/module.lds usr/gen_init_cpio include/generated/.x.h.cmd
	@echo 6.1.0-test > $(O)/include/config/kernel.release
`;
const KCONFIG = ['GOOD', 'SHY', 'FAIL', 'SLOW', 'TRIM', 'MODULES', 'BLK_DEV_INITRD', 'INITRAMFS_SOURCE']
  .map((name) => `config ${name}\n\tbool\n`)
  .join('');

export function write(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** A 4 KiB file with the header of an arm64 Image. */
export function image(): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.writeBigUInt64LE(4096n, 16);
  bytes.write('ARM\x64', 56, 'latin1');
  return bytes;
}

/** Packs the source as `kernel.tar`. */
export function pack(root: string, source: Buffer): void {
  const files = {
    Makefile: MAKEFILE,
    Kconfig: KCONFIG,
    'main.c': source,
    'arch/arm64/Makefile': '',
    'arch/arm64/include/a.h': '',
    'include/b.h': '',
    'scripts/c.sh': '',
  };
  for (const [name, content] of Object.entries(files)) write(root, `linux-9/${name}`, content);
  execFileSync('tar', ['--create', '--file=kernel.tar', 'linux-9'], { cwd: root });
}
