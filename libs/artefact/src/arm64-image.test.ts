// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readArm64Image } from './arm64-image';

interface Header {
  size?: number;
  textOffset?: bigint;
  imageSize?: bigint;
  flags?: bigint;
  magic?: string;
}

/** An Image of `size` bytes with the given header. */
function image({ size = 4096, textOffset = 0n, imageSize = 8192n, flags = 0xan, magic = 'ARM\x64' }: Header): Buffer {
  const bytes = Buffer.alloc(size);
  if (size < 64) return bytes;
  bytes.writeBigUInt64LE(textOffset, 8);
  bytes.writeBigUInt64LE(imageSize, 16);
  bytes.writeBigUInt64LE(flags, 24);
  bytes.write(magic, 56, 'latin1');
  return bytes;
}

test('a header is read', () => {
  const header = readArm64Image(image({ textOffset: 0x80000n, imageSize: 0x700000n }), 'Image');
  assert.equal(header, { textOffset: 0x80000, imageSize: 0x700000, flags: 0xan });
});

test('a view into a larger buffer is read from its own start', () => {
  const whole = Buffer.concat([Buffer.alloc(100, 0xff), image({ imageSize: 0x5000n })]);
  assert.is(readArm64Image(whole.subarray(100), 'Image').imageSize, 0x5000);
});

const FAULTS: [title: string, header: Header, expected: RegExp][] = [
  ['a short file', { size: 63 }, /Image is not a usable arm64 Image\n.*header of 64 bytes\n.*63 bytes/],
  ['another magic', { magic: 'ELF\x02' }, /"ARM\\x64" at byte 56\n.*454c4602/],
  ['a big-endian kernel', { flags: 0xbn }, /a little-endian kernel\n.*flags 0xb/],
  ['an image_size of 0', { imageSize: 0n }, /image_size of at least the file's 4096 bytes\n.*0/],
  ['an image_size below the file', { imageSize: 4095n }, /at least the file's 4096 bytes\n.*4095/],
  ['an absurd image_size', { imageSize: 2n ** 60n }, /image_size/],
  ['a text_offset of 2 MiB', { textOffset: 2n << 20n }, /text_offset a multiple of 4 KiB below 2 MiB\n.*0x200000/],
  ['an odd text_offset', { textOffset: 0x800n }, /text_offset/],
];
for (const [title, header, expected] of FAULTS) {
  test(`${title} is refused`, () => assert.throws(() => readArm64Image(image(header), 'Image'), expected));
}

test.run();
