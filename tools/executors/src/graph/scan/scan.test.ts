// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { includedHeaders } from './c';
import { dtsIncludes } from './dts';
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

test('device tree: both kinds of include, none in a comment', () => {
  const text = '#include "a.dtsi"\n/include/ "b.dtsi"\n/* #include "no.dtsi"\n#include "no2.dtsi" */\n';
  assert.equal(dtsIncludes(text), ['a.dtsi', 'b.dtsi']);
});

test.run();
