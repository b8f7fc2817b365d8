// SPDX-License-Identifier: Apache-2.0
import * as assert from 'uvu/assert';
import { factsSuite } from './testing/facts-suite';

const test = factsSuite('facts of a workspace');

test('what fragments include, near and far, with the places where each is looked for', ({ facts }) => {
  const { boards } = facts({
    'apps/v/board.yaml': 'name: v\nfragments: { board: [b.dtsi], cell: [../../common/c.dtsi] }\n',
    'apps/v/b.dtsi': '#include "defs.h"\n#include "common/x.dtsi"\n',
    'apps/v/defs.h': '',
    'common/c.dtsi': '/include/ "../top.dtsi"\n#include "gone.h"\n#include "../../../etc/x"\n',
    'common/x.dtsi': '#include "../apps/v/b.dtsi"\n#include <top.dtsi>\n&a { x = /incbin/("b.bin"); };\n',
    'top.dtsi': '',
  });
  assert.equal(boards[0]?.fragments, ['apps/v/b.dtsi', 'common/c.dtsi']);
  assert.equal(boards[0]?.includes, [
    ['apps/v/defs.h'],
    ['apps/v/common/x.dtsi', 'common/x.dtsi'],
    ['apps/v/b.dtsi'],
    ['common/top.dtsi', 'top.dtsi'],
    ['common/b.bin', 'b.bin'],
    ['top.dtsi'],
    ['common/gone.h', 'gone.h'],
  ]);
});

test('headers that /init takes from elsewhere', ({ facts }) => {
  const { initramfs } = facts({
    'cell/init/initramfs.yaml': 'name: i\ninit: { sources: [main.c, ../../common/text.c] }\nfiles: [{ path: /x, source: ../motd }]\n',
    'cell/init/main.c': '#include "near.h"\n#include "../shared/far.h"\n',
    'cell/init/near.h': '',
    'cell/shared/far.h': '#include "farther.h"\n',
    'cell/shared/farther.h': '',
    'common/text.c': '#include "text.h"\n',
    'common/text.h': '',
  });
  assert.equal(initramfs[0]?.sources, ['cell/init/main.c', 'common/text.c']);
  assert.equal(initramfs[0]?.members, ['cell/motd']);
  assert.equal(initramfs[0]?.includes, [['cell/shared/far.h'], ['cell/shared/farther.h'], ['common/text.h']]);
});

test('modules: several of one Kbuild, headers by any spelling and by path', ({ facts }) => {
  const { modules } = facts({
    'm/led/Kbuild': 'obj-m := acme-led.o b.o\nccflags-y += -I"$(src)/../ring/" -I$(M)/../plain\n',
    'm/led/acme-led.c': '#include "../tag/tag.h"\n#include "ring.h"\n#include "../one/one.h"\n',
    'm/ring/Kbuild': 'obj-m := ring.o\n',
    'm/ring/ring.h': '',
    'm/tag/Kbuild': 'obj-m := tag.o\n',
    'm/tag/tag.h': '',
    'm/one/one.h': '#include "two.h"\n',
    'm/one/two.h': '',
    'm/led/sub/part.c': '#include "../../deep/d.h"\n',
    'm/deep/d.h': '',
    'm/plain/p.h': '',
  });
  const led = modules.find(({ root }) => root === 'm/led')!;
  assert.equal([led.name, led.modules], ['led', ['acme-led', 'b']]);
  assert.equal(led.dependencies, ['m/ring', 'm/tag']);
  assert.equal(led.folders, ['m/plain']);
  assert.equal(led.includes.map((places) => places.at(-1)), ['m/one/one.h', 'm/one/two.h', 'm/deep/d.h']);
});

test('files that are asked for and are not there are looked for all the same', ({ facts }) => {
  const asks = '#if __has_include("../../shared/opt.h")\n#endif\n';
  const { boards, initramfs, modules } = facts({
    'apps/v/board.yaml': 'name: v\nfragments: { board: [b.dtsi] }\n',
    'apps/v/b.dtsi': '#if __has_include("opt.h")\n#elif __has_include(<far/opt.h>)\n#endif\n',
    'cell/init/initramfs.yaml': 'name: i\ninit: { sources: [main.c] }\n',
    'cell/init/main.c': asks,
    'm/led/Kbuild': 'obj-m := led.o\n',
    'm/led/led.c': asks,
    'm/led/module.yaml': 'kernel: k\ntests: { programs: { t: [../test/t.c] }, include: [../test] }\n',
    'm/test/t.c': '#if __has_include("opt.h")\n#endif\n#include "there.h"\n',
    'm/test/there.h': '',
  });
  assert.equal(boards[0]?.includes, [['apps/v/opt.h', 'opt.h'], ['far/opt.h']]);
  assert.equal(initramfs[0]?.includes, [['shared/opt.h']]);
  assert.equal([modules[0]?.includes, modules[0]?.absent], [[], [['shared/opt.h']]]);
  assert.equal(modules[0]?.tests, [['m/test/t.c'], ['m/test/there.h'], ['m/test/opt.h', 'm/led/opt.h']]);
});

test('what the assembler takes in from elsewhere is a file that the module includes', ({ facts }) => {
  const { modules } = facts({
    'm/blob/Kbuild': 'obj-m := blob.o\nasflags-y := -Wa,-I$(src)/../data\n',
    'm/blob/table.S': '.incbin "table.bin"\n',
    'm/data/table.bin': '',
  });
  assert.equal(modules[0]?.includes.map((places) => places.at(-1)), ['m/data/table.bin']);
});

test('an object without a source is told where it lies in the folder as such', ({ facts }) => {
  const { modules } = facts({
    'm/a/Kbuild': 'obj-m := a.o\na-y := main.o blob.o kept.o made.o\n',
    ...Object.fromEntries(['main.c', 'main.o', 'blob.o', 'kept.o_shipped', 'kept.o', 'a.o'].map((name) => [`m/a/${name}`, ''])),
    'm/b/Kbuild': 'obj-m := b.o\n',
  });
  assert.equal(modules.map(({ sourceless = [] }) => sourceless.map(({ name, line }) => [name, line])), [[['blob', 2]], []]);
});

test('a Kbuild that names modules in any way makes a project, one that names subfolders alone makes none', ({ facts }) => {
  const { modules } = facts({ 'm/a/Kbuild': 'obj-$(CONFIG_A) += a.o\n', 'm/b/Kbuild': 'obj-m := b.o $(C)\n', 'm/Kbuild': 'obj-y += a/ b/\n' });
  assert.equal(
    modules.map(({ name, modules: built, unclear }) => [name, built, unclear]),
    [
      ['a', [], [{ line: 1, text: 'obj-$(CONFIG_A) += a.o' }]],
      ['b', ['b'], [{ line: 1, text: 'obj-m := b.o $(C)' }]],
    ],
  );
});

test('a module says its kernels in a module.yaml; without one, its Kbuild has a line to show', ({ facts }) => {
  const { modules } = facts({
    'm/a/Kbuild': 'obj-m := a.o\n',
    'm/a/module.yaml': 'kernel: [old, new]\n',
    'm/b/Kbuild': '# B\nccflags-y += -I$(src)\nobj-m := \\\n  b.o\n',
  });
  assert.equal(
    modules.map(({ manifest, kernels, line }) => [manifest, kernels, line]),
    [
      ['m/a/module.yaml', ['old', 'new'], 1],
      [undefined, [], 3],
    ],
  );
});

test('folders of one name make projects of different names; a name that is given stays', ({ facts }) => {
  const { modules } = facts({
    'a/src/Kbuild': 'obj-m := a.o\n',
    'b/src/Kbuild': 'obj-m := b.o\n',
    'c/src/Kbuild': 'obj-m := c.o\n',
    'c/src/project.json': '{ "name": "mine" }',
    'd/only/Kbuild': 'obj-m := d.o\n',
  });
  assert.equal(modules.map(({ name }) => name), ['a-src', 'b-src', 'mine', 'only']);
});

test.run();
