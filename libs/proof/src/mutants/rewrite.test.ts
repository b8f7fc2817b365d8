// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sha512 } from '@nexus-forge/artefact';
import { readArchive, writeArchive, type Member } from './cpio';
import { replaceMembers, rewriteArtefact } from './rewrite';

const fields = [1, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const member = (name: string, content: string | Buffer): Member => ({ name, fields, content: Buffer.from(content) });
const contents = (archive: Buffer) => Object.fromEntries(readArchive(archive).map(({ name, content }) => [name, content]));

const PARTS = { 'cell.dtb': Buffer.from('arm,psci-1.0 arm,psci'), initramfs: gzipSync(Buffer.from('symbol: nexus_ring')) };
const SUMS = Object.entries(PARTS).map(([name, content]) => `${sha512(content)}  ${name}\n`).join('');
const BUNDLE = writeArchive([member('SHA512SUMS', SUMS), ...Object.entries(PARTS).map(([name, content]) => member(name, content))]);

test('an archive that the field tool made is read, and ours is read by it', () => {
  const listed = execFileSync('cpio', ['-t', '--quiet'], { input: BUNDLE, encoding: 'utf8' });
  assert.is(listed, 'SHA512SUMS\ncell.dtb\ninitramfs\n');
  const made = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], { input: 'package.json\n', cwd: `${__dirname}/../..` });
  assert.match(String(contents(made)['package.json']), /@nexus-forge\/proof/);
  assert.is(readArchive(writeArchive(readArchive(made))).length, 1);
});

test('every occurrence in a member is replaced, and the sums made right', () => {
  const changed = contents(rewriteArtefact(BUNDLE, { artefact: 'bundle', member: 'cell.dtb', find: 'arm,psci', replace: 'arm,none', resum: true }));
  assert.is(String(changed['cell.dtb']), 'arm,none-1.0 arm,none');
  assert.match(String(changed['SHA512SUMS']), `${sha512(changed['cell.dtb'] as Buffer)}  cell.dtb\n`);
  assert.match(String(changed['SHA512SUMS']), `${sha512(PARTS.initramfs)}  initramfs\n`);
});

test('bytes of a number that must occur once are found wherever they begin, and refused where they occur twice', () => {
  const rewrite = { artefact: 'x', find: '\xff\x80', replace: '\0\x81', once: true };
  assert.equal(rewriteArtefact(Buffer.from([1, 0xff, 0x80, 2]), rewrite), Buffer.from([1, 0, 0x81, 2]));
  const twice = Buffer.from([0xff, 0x80, 0xff, 0x80]);
  assert.throws(() => rewriteArtefact(twice, rewrite), /the bytes ff80 occur 2 times in x, not once/);
});

test('a member of another length takes a place, with sums that fit; one that is not there is named', () => {
  const changed = contents(replaceMembers(BUNDLE, new Map([['initramfs', Buffer.from('something longer than what was there before it')]])));
  assert.is(String(changed['initramfs']), 'something longer than what was there before it');
  assert.is(String(changed['cell.dtb']), String(PARTS['cell.dtb']));
  assert.match(String(changed['SHA512SUMS']), `${sha512(changed['initramfs'] as Buffer)}  initramfs\n`);
  assert.match(String(changed['SHA512SUMS']), `${sha512(PARTS['cell.dtb'])}  cell.dtb\n`);
  assert.throws(() => replaceMembers(BUNDLE, new Map([['Image', Buffer.alloc(1)]])), /the archive has no member Image/);
});

test('without resum the sums stay, so that the firmware must notice', () => {
  const changed = contents(rewriteArtefact(BUNDLE, { artefact: 'bundle', member: 'cell.dtb', offset: 2, xor: 0x20 }));
  assert.is(String(changed['cell.dtb']).slice(0, 4), 'arM,');
  assert.is(String(changed['SHA512SUMS']), SUMS);
});

test('the inside of a gzip member is rewritten', () => {
  const rewrite = { artefact: 'bundle', member: 'initramfs', gzip: true, find: 'nexus_ring', replace: 'nexus_rinx' };
  const changed = contents(rewriteArtefact(BUNDLE, rewrite));
  assert.is(String(gunzipSync(changed['initramfs'] as Buffer)), 'symbol: nexus_rinx');
});

test('a whole artefact is rewritten when no member is named', () => {
  assert.equal(rewriteArtefact(Buffer.from([0, 1, 2]), { artefact: 'image', offset: 1, xor: 0x80 }), Buffer.from([0, 0x81, 2]));
});

const REFUSED: [title: string, run: () => Buffer, expected: RegExp][] = [
  ['text that is not there', () => rewriteArtefact(BUNDLE, { artefact: 'bundle', member: 'cell.dtb', find: 'absent', replace: 'ABSENT' }), /finds no "absent" in cell\.dtb/],
  ['a byte beyond the end', () => rewriteArtefact(Buffer.alloc(3), { artefact: 'image', offset: 3, xor: 1 }), /image has no byte 3/],
  ['a member that is not there', () => rewriteArtefact(BUNDLE, { artefact: 'bundle', member: 'Image', offset: 0, xor: 1 }), /bundle has no member Image\n.*SHA512SUMS, cell\.dtb/],
];
for (const [title, run, expected] of REFUSED) {
  test(`refused: ${title}`, () => assert.throws(run, (error: Error) => expected.test(error.message)));
}

test.run();
