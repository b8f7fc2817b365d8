// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askedByMacro } from './asked-for';
import { assembledFiles, includedHeaders } from './c';
import { dtsReferences } from './dts';
import { zigImports } from './zig';

test('Zig: modules by name, files by path, the compiler’s own left out', () => {
  const text = `
const std = @import("std");
const hal = @import("hal"); // @import("commented")
const near = @import("../other/near.zig");
const text = "not an @import(\\"x\\")";
const blob = @embedFile( "stub.bin" );
/// @import("documented")
`;
  assert.equal(zigImports(text), { modules: ['hal'], files: ['../other/near.zig', 'stub.bin'] });
});

test('C: quoted headers', () => {
  const text = '#include <linux/module.h>\n#include "ion_abi.h"\n  #  include "../ring/ring.h"\n// #include "no.h"\n';
  assert.equal(includedHeaders(text), ['ion_abi.h', '../ring/ring.h']);
});

test('C and device tree: files that are asked for', () => {
  const text = '#if __has_include("opt.h")\n#elif defined(X) && __has_include ( <far/opt.h> )\n#endif\n';
  assert.equal(includedHeaders(text), ['opt.h', '<far/opt.h>']);
  assert.equal(dtsReferences(text), ['opt.h', '<far/opt.h>']);
});

const BY_MACRO: [title: string, text: string, found: [asked: string, line: number, column: number][]][] = [
  ['a macro', '#define OPT "opt.h"\n#if __has_include(OPT)\n#endif\n', [['OPT', 2, 5]]],
  ['a call of one', '#if defined(X) && __has_include ( NAME(x) )\n', [['NAME(x', 1, 19]]],
  ['a macro that asks', '#define HAS(x) __has_include_next(x)\n', [['x', 1, 16]]],
  ['a name', '#if __has_include("opt.h") || __has_include( <far/opt.h> )\n', []],
  ['whether one can ask', '#ifdef __has_include\n#if defined(__has_include)\n', []],
  ['a substitute', '#ifndef __has_include\n# define __has_include(x) 0\n#endif\n', []],
  ['a comment', '/* __has_include(A)\n * __has_include(B) */\n// __has_include(C)\n', []],
];
for (const [title, text, found] of BY_MACRO) {
  test(`C and device tree: asked by a macro: ${title}`, () => {
    assert.equal(askedByMacro(text).map(({ asked, line, column }) => [asked, line, column]), found);
  });
}

test('assembly: what it takes in by itself, in C text too', () => {
  assert.equal(assembledFiles('\t.incbin "a.bin", 0, 4\n.include "b.inc"\n'), ['a.bin', 'b.inc']);
  assert.equal(assembledFiles('asm(".incbin \\"c.bin\\"\\n");\n#include "no.h"\n'), ['c.bin']);
});

test('device tree: both kinds of include, none in a comment', () => {
  const text = '#include "a.dtsi"\n/include/ "b.dtsi"\n/* #include "no.dtsi"\n#include "no2.dtsi" */\n';
  assert.equal(dtsReferences(text), ['a.dtsi', 'b.dtsi']);
});

test.run();
