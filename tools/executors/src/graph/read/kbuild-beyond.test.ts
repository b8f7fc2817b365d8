// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linesBeyond, listedObjects } from './kbuild-beyond';

const REFUSED: [line: string, before?: string][] = [
  ['-include $(src)/../shared/common.mk'],
  ['include $(src)/../shared/common.mk'],
  ['sinclude common.mk'],
  ['include $(COMMON)', 'COMMON := $(M)/../common.mk'],
  [`ccflags-y := -DV='"$(shell cat $(src)/../shared/version)"'`],
  ['V := $(shell cat ../shared/version)'],
  ['V := $(shell git describe)'],
  ['V := $(file < $(src)/../shared/version)'],
  ['V := $(shell cat /home/acme/version)'],
  ['acme-y := acme.o $(patsubst %.c,%.o,$(wildcard $(src)/../shared/*.c))'],
  ['acme-y := acme.o ../shared/impl.o'],
  ['acme-objs += $(SHARED)', 'SHARED := ../shared/impl.o'],
  ['ccflags-y += -I$(PWD)/../shared'],
  ['ccflags-y += -I../shared'],
  ['ccflags-y += -I$(HERE)/../shared', 'HERE := $(shell pwd)'],
  ['ldflags-y += -T $(src)/../shared/acme.lds'],
];
for (const [line, before = ''] of REFUSED) {
  test(`it looks beside the folder: ${line}`, () => {
    assert.equal(linesBeyond(`obj-m := acme.o \\\n  b.o\n${before}\n${line}\n`), [{ line: 4, text: line }]);
  });
}

const TAKEN = [
  'obj-m := acme.o\nacme-y := main.o sub/part.o',
  'ccflags-y += -I$(src)/../ring -I"$(src)/../tag" -include $(src)/../lib/first.h -imacros $(M)/../tag/m.h',
  'asflags-y := -Wa,-I$(src) -Wa,-I$(src)/../data',
  'RING = $(src)/../ring\nccflags-y += -I$(RING)/include -I$(abspath $(src)/../x)',
  'include $(src)/sub/../common.mk\n-include $(srctree)/scripts/Makefile.compiler',
  'ccflags-y += -DV="$(shell cat $(src)/version)" -I$(srctree)/drivers/base',
  'KDIR ?= /lib/modules/$(shell uname -r)/build\nPWD := $(shell pwd)\nall:\n\t$(MAKE) -C $(KDIR) M=$(PWD)',
  'KBUILD_EXTRA_SYMBOLS := $(src)/../ring/Module.symvers',
  '$(obj)/table.h: $(src)/table.txt\n\t$(Q)sed s/a/b/ < $(src)/table.txt > $@',
  '# include $(src)/../shared/common.mk',
];
for (const text of TAKEN) test(`it keeps to the folder: ${JSON.stringify(text)}`, () => assert.equal(linesBeyond(`${text}\n`), []));

test('the objects that a Kbuild lists, with the lines', () => {
  const text = 'obj-m := acme.o b.o\nPARTS := x.o\nacme-y := main.o \\\n  sub/part.o\nacme-objs += $(PARTS)\n';
  assert.equal(listedObjects(text).map(({ name, line }) => [name, line]), [['b', 1], ['main', 3], ['x', 5]]);
});

test.run();
