// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toolchainNodes } from './external-nodes';
import { loadManifest } from './load-manifest';
import { peekManifest, satisfies } from './manifest';

const test = suite<{ root: string }>('manifest');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-manifest-'));
});
test.after.each((context) => rmSync(context.root, { recursive: true, force: true }));

const write = (root: string, text: string) => writeFileSync(join(root, 'workspace.json'), text);

const VERSIONS: [version: string, pinned: string | string[], accepted: boolean][] = [
  ['0.17.1', '0.17.1', true],
  ['7.2.22', '7.2', true],
  ['7.20', '7.2', false],
  ['7.2.0-rc1', '7.2', false],
  ['12.2.0', '12', true],
  ['1.7.0', ['1.6', '1.7'], true],
  ['1.8.0', ['1.6', '1.7'], false],
];
for (const [version, pinned, accepted] of VERSIONS) {
  test(`${version} is ${accepted ? '' : 'not '}of ${String(pinned)}`, () => {
    assert.is(satisfies(version, { version: pinned }), accepted);
  });
}

test("this workspace's own manifest is valid and read alike by the graph and by the executors", () => {
  const root = join(__dirname, '..', '..', '..');
  const { $schema, ...manifest } = loadManifest(root) as unknown as Record<string, unknown>;
  assert.ok($schema);
  assert.equal(peekManifest(root), manifest);
});

const UNREADABLE: [title: string, text: string][] = [
  ['a syntax error', '{ "toolchain": '],
  ['another kind of value', '[1]'],
  ['a pin without a version', '{ "toolchain": { "zig": 1 } }'],
];
for (const [title, text] of UNREADABLE) {
  test(`${title} leaves the graph without the pin, and the executor with the place`, ({ root }) => {
    write(root, text);
    assert.equal(peekManifest(root), { toolchain: {} });
    assert.throws(() => loadManifest(root), /^workspace\.json:1:\d+: /);
  });
}

test('no manifest is no pin', ({ root }) => {
  assert.equal(peekManifest(root), { toolchain: {} });
  assert.equal(loadManifest(root), { toolchain: {} });
});

test('a pin is one node; only what it says changes it', () => {
  const nodes = (pin: object) => toolchainNodes({ toolchain: { qemu: pin as never } })['toolchain:qemu']?.data;
  const before = nodes({ version: '7.2', debian: 'a' });
  assert.is(before?.version, '7.2');
  assert.equal(nodes({ debian: 'a', version: '7.2' }), before);
  assert.is.not(nodes({ version: '7.2', debian: 'b' })?.hash, before?.hash);
});

test('the schema describes every pin of the manifest', () => {
  const schema = JSON.parse(readFileSync(join(__dirname, '..', 'workspace.schema.json'), 'utf8'));
  const pins = Object.keys(peekManifest(join(__dirname, '..', '..', '..')).toolchain);
  assert.equal(Object.keys(schema.properties.toolchain.properties), pins);
});

test.run();
