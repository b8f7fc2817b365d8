// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emitTypeScript } from './emit-typescript';
import { loadIonAbi } from './load';

/** The generated module, loaded as any TypeScript of this workspace. */
interface Binding {
  MAGIC: number;
  NET_LINK_UP: bigint;
  RING_SIZE: number;
  readHeader(view: DataView): Record<string, number | bigint>;
  readSectionTable(view: DataView): Record<string, number>[];
  readRingTable(view: DataView): { channel: number; reserved: number[]; slotsOffset: number; slotCount: number; slotSize: number }[];
  readSlot(view: DataView, ring: unknown, index: number): Record<string, number | bigint>;
  readIndexCell(view: DataView, at: number): { index: number; event: number };
}

const test = suite<{ folder: string; binding: Binding }>('TypeScript binding');
test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-ion-ts-'));
  const path = join(context.folder, 'ion-abi.ts');
  writeFileSync(path, emitTypeScript(loadIonAbi(join(__dirname, '..', 'ion-abi.yaml'))));
  context.binding = require(path) as Binding;
});
test.after(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** A window with a header, one section and two rings; all else zero. */
function window(): DataView {
  const view = new DataView(new ArrayBuffer(0x4000));
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  u32(0, 0x494f4e52);
  view.setBigUint64(16, 0x1_0000_0001n, true);
  u32(40, 1);
  u32(44, 0x80);
  u32(48, 2);
  u32(52, 0x200);
  u32(0x80, 0x1000);
  u32(0x84, 0x2000);
  u32(0x240, 0x501);
  u32(0x248, 4);
  u32(0x24c, 32);
  u32(0x250, 0x3000);
  u32(0x27c, 9);
  u32(0x3000 + 32 + 12, 77);
  view.setBigUint64(0x3000 + 32 + 16, 2n ** 63n + 1n, true);
  u32(0x1080, 5);
  u32(0x10c0, 6);
  return view;
}

test('the magic is the bytes 52 4e 4f 49', ({ binding }) => {
  const bytes = new Uint8Array(window().buffer, 0, 4);
  assert.is(Buffer.from(bytes).toString('hex'), '524e4f49');
  assert.is(binding.readHeader(window())['magic'], binding.MAGIC);
});

test('the header is read, 64-bit fields as bigint', ({ binding }) => {
  const header = binding.readHeader(window());
  assert.is(header['epoch'], 0x1_0000_0001n);
  assert.is(header['ringTableOffset'], 0x200);
});

test('the tables are read where the header says', ({ binding }) => {
  assert.is(binding.readSectionTable(window())[0]?.['size'], 0x2000);
  const rings = binding.readRingTable(window());
  assert.is(rings.length, 2);
  assert.is(rings[1]?.channel, 0x501);
  assert.equal(rings[1]?.reserved, [0, 0, 0, 0, 9]);
});

test('a free-running index is taken modulo the capacity', ({ binding }) => {
  const view = window();
  const slot = binding.readSlot(view, binding.readRingTable(view)[1], 0xfffffffd);
  assert.is(slot['tag'], 77);
  assert.is(slot['argument'], 2n ** 63n + 1n);
});

test('index and event index are read', ({ binding }) => assert.equal(binding.readIndexCell(window(), 0x1080), { index: 5, event: 6 }));

test('a constant above 2^53 keeps all its digits', ({ binding }) => assert.is(binding.NET_LINK_UP, 2n ** 63n));

test('a table beyond the bytes is a RangeError', ({ binding }) => {
  const view = window();
  view.setUint32(52, 0x7fff_ffff, true);
  assert.throws(() => binding.readRingTable(view), (error: unknown) => error instanceof RangeError);
});

test.run();
