// SPDX-License-Identifier: Apache-2.0
import { allConstants, enumNumber, kindNumbers, NOTICE } from './derived';
import { fieldType, uuidWords, type Enumeration, type Field, type IonAbi, type Structure } from './description';
import { hex, pascalCase } from './names';
import { ringTable } from './ring-table';

/** The Zig binding: constants, enums, extern structs with their layout asserted at compile time, and the tables. */
export function emitZig(abi: IonAbi): string {
  return [
    '// SPDX-License-Identifier: Apache-2.0',
    ...NOTICE.map((line) => `//! ${line}`),
    '',
    'const builtin = @import("builtin");',
    '',
    ...allConstants(abi).flatMap((one) => [`/// ${one.about}.`, `pub const ${one.name}: ${one.type} = ${hex(one.value)};`]),
    '',
    ...abi.enums.flatMap((one) => (one.bits ? bitSet(one) : enumeration(one))),
    ...abi.structs.flatMap(externStruct),
    ...layoutAsserts(abi.structs),
    ...sectionTable(abi),
    ...rings(abi),
    ...hypercalls(abi),
  ].join('\n');
}

function enumeration(one: Enumeration): string[] {
  const values = one.values.flatMap((value) => [`    /// ${value.about}.`, `    ${value.name} = ${value.value},`]);
  return [`/// ${one.about}.`, `pub const ${pascalCase(one.name)} = enum(${one.type}) {`, ...values, '};', ''];
}

function bitSet(one: Enumeration): string[] {
  const values = one.values.flatMap((value) => [`    /// ${value.about}.`, `    pub const ${value.name}: ${one.type} = ${hex(value.value)};`]);
  return [`/// ${one.about}.`, `pub const ${one.name} = struct {`, ...values, '};', ''];
}

function externStruct(one: Structure): string[] {
  const fields = one.fields.flatMap((field) => [`    /// ${field.about}.`, `    ${field.name}: ${zigType(field)},`]);
  return [`/// ${one.about}.`, `pub const ${pascalCase(one.name)} = extern struct {`, ...fields, '};', ''];
}

/** Only reserved fields have a default: forgetting any other is an error of the one who fills the structure in. */
function zigType(field: Field): string {
  const { scalar, count } = fieldType(field.type);
  const type = count === undefined ? scalar : `[${count}]${scalar}`;
  if (!field.name.startsWith('reserved')) return type;
  return `${type} = ${count === undefined ? '0' : '@splat(0)'}`;
}

function layoutAsserts(structs: readonly Structure[]): string[] {
  const asserts = structs.flatMap((one) => {
    const name = pascalCase(one.name);
    return [
      `    expectLayout(@sizeOf(${name}), ${one.size}, "size of ${name}");`,
      ...one.fields.map((field) => `    expectLayout(@offsetOf(${name}, "${field.name}"), ${field.offset}, "offset of ${name}.${field.name}");`),
    ];
  });
  return [
    'fn expectLayout(comptime actual: usize, comptime expected: usize, comptime what: []const u8) void {',
    '    if (actual != expected) @compileError(what ++ " drifted from ion-abi.yaml");',
    '}',
    '',
    'comptime {',
    '    @setEvalBranchQuota(100_000);',
    '    if (builtin.cpu.arch.endian() != .little) @compileError("the ION window is little-endian");',
    ...asserts,
    '}',
    '',
  ];
}

function sectionTable(abi: IonAbi): string[] {
  const entries = abi.window.sections.map((section) => {
    const access = enumNumber(abi, 'access', section.access);
    const kind = enumNumber(abi, 'section_kind', section.kind);
    return `    .{ .offset = ${hex(section.offset)}, .size = ${hex(section.size)}, .access = ${access}, .kind = ${kind} }, // ${section.name}`;
  });
  return ['/// The section table: it fills the window without gap or overlap.', `pub const sections: [${entries.length}]Section = .{`, ...entries, '};', ''];
}

function rings(abi: IonAbi): string[] {
  const table = ringTable(abi);
  const list = (line: (ring: (typeof table)[number]) => string) => table.map((ring) => `    ${line(ring)}`);
  return [
    '/// Place of a ring in the ring table, and its bit in a doorbell mask.',
    'pub const RingIndex = enum(u32) {',
    ...list((ring) => `${ring.name} = ${ring.index},`),
    '};',
    '',
    '/// Channel id of a ring.',
    'pub const Channel = enum(u32) {',
    ...list((ring) => `${ring.name} = ${hex(ring.channel)},`),
    '};',
    '',
    '/// The ring table, indexed by RingIndex.',
    `pub const rings: [${table.length}]Ring = .{`,
    ...table.flatMap((ring) => [
      `    .{ // ${ring.name}`,
      `        .channel = ${hex(ring.channel)},`,
      `        .direction = ${enumNumber(abi, 'direction', ring.direction)},`,
      `        .slot_count = ${ring.slot_count},`,
      `        .slot_size = ${ring.slot_size},`,
      ...(['slots_offset', 'producer_offset', 'consumer_offset', 'pool_offset', 'pool_size'] as const).map(
        (key) => `        .${key} = ${hex(ring[key])},`,
      ),
      `        .buffer_size = ${ring.buffer_size},`,
      `        .buffer_count = ${ring.buffer_count},`,
      '    },',
    ]),
    '};',
    '',
    '/// Descriptor kinds that a ring may carry, indexed by RingIndex.',
    `pub const ring_kinds: [${table.length}][]const u16 = .{`,
    ...list((ring) => `&.${zigList(kindNumbers(abi, ring.kinds))}, // ${ring.name}: ${pascalCase(ring.kinds)}`),
    '};',
    '',
  ];
}

/** A list as `zig fmt` sets it. */
function zigList(items: readonly number[]): string {
  return items.length === 1 ? `{${items[0]}}` : `{ ${items.join(', ')} }`;
}

function hypercalls(abi: IonAbi): string[] {
  const { calls, vendor_uid: uid } = abi.hypercalls;
  return [
    '/// SMC Calling Convention function ids; conduit HVC.',
    'pub const hypercall = struct {',
    ...calls.flatMap((call) => [`    /// ${call.about}.`, `    pub const ${call.name}: u32 = ${hex(call.id)};`]),
    '};',
    '',
    `/// ${uid} as the UID query returns it in w0 to w3.`,
    `pub const vendor_uid_words: [4]u32 = .{ ${uuidWords(uid).map(hex).join(', ')} };`,
    '',
  ];
}
