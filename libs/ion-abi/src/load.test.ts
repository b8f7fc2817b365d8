// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseIonAbi } from './load';

const SMALL = readFileSync(join(__dirname, 'golden', 'small.yaml'), 'utf8');

test('the reference description is accepted', () => {
  const text = readFileSync(join(__dirname, '..', 'ion-abi.yaml'), 'utf8');
  assert.is(parseIonAbi(text, 'ion-abi.yaml').rings.length, 8);
});

test('the small description is accepted', () => assert.is(parseIonAbi(SMALL, 'small.yaml').version, 7));

/** The message for the small description with one part replaced. */
function refusal(from: string, to: string): string {
  assert.ok(SMALL.includes(from), `the small description has ${from}`);
  try {
    parseIonAbi(SMALL.replace(from, to), 'small.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const FAULTS: [title: string, from: string, to: string, expected: RegExp][] = [
  ['an unknown key', 'size: 16\n', 'size: 16\n    align: 8\n', /unknown key structs\.0\.align/],
  ['an unaligned field', 'type: u64, offset: 8', 'type: u64, offset: 12', /header\.epoch is unaligned[\s\S]*multiple of 8[\s\S]*12/],
  ['an overlapping field', 'type: u16, offset: 4', 'type: u16, offset: 2', /header\.small overlaps the field before it[\s\S]*offset 4/],
  ['a hole', 'type: "u8[2]", offset: 6', 'type: "u8[1]", offset: 6', /header\.epoch leaves a hole before it[\s\S]*offset 7[\s\S]*reserved/],
  ['a size beyond the last field', 'size: 16\n', 'size: 24\n', /the size of header is not where its last field ends[\s\S]*16[\s\S]*24/],
  [
    'a size that its alignment does not divide',
    'size: 64\n    about: Descriptor\n    fields: [{ name: offset, type: u32, offset: 0, about: "Offset" }, { name: reserved, type: "u32[15]"',
    'size: 63\n    about: Descriptor\n    fields: [{ name: offset, type: u32, offset: 0, about: "Offset" }, { name: reserved, type: "u8[59]"',
    /the size of descriptor is unaligned[\s\S]*multiple of 4[\s\S]*63/,
  ],
  ['a missing structure', '  - { name: section, size', '  - { name: sektion, size', /the structure section is missing/],
  ['a missing enumeration', '{ name: host_state, type', '{ name: state, type', /the enumeration host_state is missing/],
  ['a missing constant', 'name: magic, type: u32, value', 'name: magik, type: u32, value', /the constant magic is missing/],
  ['a constant that is derived', 'name: top_bit', 'name: window_size', /window_size is derived/],
  ['a name that stands twice', 'name: top_bit', 'name: magic', /the name magic stands twice[\s\S]*first on line 6/],
  ['a field name that stands twice', 'name: small, type', 'name: magic, type', /the name magic stands twice/],
  ['a value that does not fit', 'value: 64, about', 'value: 4294967296, about', /event_index_offset does not fit its type[\s\S]*u32/],
  ['an enumeration value that does not fit', '{ name: text, value: 1', '{ name: text, value: 65536', /text_kind\.text does not fit its type/],
  ['two names for one value', 'read_write, value: 3', 'read_write, value: 1', /access\.read_write has the value of read_only/],
  ['a call id of another owner', 'id: 0xC6000001', 'id: 0xC4000001', /the id of doorbell is in another owner's range[\s\S]*0xc4000001/],
  ['two calls of one id', 'id: 0xC6000001', 'id: 0x8600FF01', /the hypercall doorbell has the id of vendor_uid/],
  ['sections that overlap', 'offset: 0x3000, size: 0xFD000', 'offset: 0x2000, size: 0xFE000', /section down overlaps the section before it[\s\S]*0x3000[\s\S]*0x2000/],
  ['a gap between sections', 'offset: 0x3000, size: 0xFD000', 'offset: 0x4000, size: 0xFC000', /section down leaves a gap before it/],
  ['a section beyond the window', 'offset: 0x100000, size: 0x100000', 'offset: 0x100000, size: 0x101000', /section up leaves the window[\s\S]*0x200000[\s\S]*0x201000/],
  ['a window that is not filled', 'offset: 0x100000, size: 0x100000', 'offset: 0x100000, size: 0xFF000', /the sections do not fill the window/],
  ['a section off its page', 'offset: 0x3000, size: 0xFD000', 'offset: 0x3000, size: 0xFD010', /section down is not page aligned/],
  ['a window of half a block', 'size: 0x200000\n', 'size: 0x300000\n', /the window size is not a whole number of blocks/],
  ['an unknown access', 'size: 0xFD000, access: read_only', 'size: 0xFD000, access: write_only', /write_only is no access[\s\S]*read_only, read_write/],
  ['an unknown direction', 'direction: host_to_guest, kinds', 'direction: sideways, kinds', /sideways is no direction/],
  ['an unknown set of kinds', 'direction: host_to_guest, kinds: text_kind', 'direction: host_to_guest, kinds: access', /access is no enumeration of descriptor kinds/],
  ['a section kind that is missing', 'name: down, kind: host_to_guest', 'name: down, kind: header', /the window needs one section of kind header/],
  ['a table outside the header', 'section_table_offset: 0x40', 'section_table_offset: 0xFF8', /the section table is outside section header/],
  ['a table over another', 'ring_table_offset: 0x80', 'ring_table_offset: 0x50', /the ring table overlaps the section table/],
  ['a slot count that is no power of two', 'slot_count: 4,', 'slot_count: 3,', /the slot count of in is no power of two[\s\S]*rule R1/],
  ['slots outside their section', 'slots_offset: 0x3000', 'slots_offset: 0x100000', /the slot area of in is outside section down/],
  ['a pool outside its section', 'pool_offset: 0x4000', 'pool_offset: 0xFFFC0', /the pool of in is outside section down/],
  ['a pool over slots', 'pool_offset: 0x101000', 'pool_offset: 0x1001C0', /the pool of out overlaps the slot area of out/],
  ['a buffer off its cache line', 'buffer_size: 128', 'buffer_size: 100', /buffer_size of out is not cache-line aligned/],
  ['a channel that stands twice', 'channel: 0x11', 'channel: 0x10', /out has the channel of in/],
  ['index and event index on one line', 'name: event_index_offset, type: u32, value: 64', 'name: event_index_offset, type: u32, value: 32', /share a cache line/],
  ['more rings than index lines', 'name: index_line_size, type: u32, value: 128', 'name: index_line_size, type: u32, value: 4096', /the index line of out leaves the control page/],
];
for (const [title, from, to, expected] of FAULTS) {
  test(`${title} is refused`, () => assert.match(refusal(from, to), expected));
}

const PLACES: [part: string, key: string, to: string][] = [
  ['slot_count: 4,', 'slot_count', 'slot_count: 3,'],
  ['channel: 0x11', 'channel', 'channel: 0x10'],
  ['offset: 0x3000, size: 0xFD000', 'offset', 'offset: 0x4000, size: 0xFC000'],
];
for (const [part, key, to] of PLACES) {
  test(`a fault of ${key} is placed at its key`, () => {
    const before = SMALL.slice(0, SMALL.indexOf(part)).split('\n');
    assert.ok(refusal(part, to).startsWith(`small.yaml:${before.length}:${(before.at(-1) as string).length + 1}: `));
  });
}

test('all faults are told at once', () => {
  const message = refusal('slot_count: 4, slots_offset: 0x3000', 'slot_count: 3, slots_offset: 0x3001');
  assert.match(message, /no power of two[\s\S]*further faults:[\s\S]*slots_offset of in is not cache-line aligned/);
});

test.run();
