// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toolchainNodes } from './external-nodes';
import { loadManifest } from './load-manifest';
import { peekManifest, pinOf, satisfies, seriesOf, type WrittenPin } from './manifest';

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
    assert.is(satisfies(version, pinOf({ series: [pinned].flat().map((one) => ({ version: one })) })), accepted);
  });
}

test("this workspace's own manifest is valid and read alike by the graph and by the executors", () => {
  const root = join(__dirname, '..', '..', '..');
  assert.ok(Object.keys(loadManifest(root).toolchain).length > 0);
  assert.equal(peekManifest(root), loadManifest(root));
});

const UNREADABLE: [title: string, text: string][] = [
  ['a syntax error', '{ "toolchain": '],
  ['another kind of value', '[1]'],
  ['a pin of another form', '{ "toolchain": { "zig": 1 } }'],
  ['a pin without a version', '{ "toolchain": { "zig": {} } }'],
  ['a list of no series', '{ "toolchain": { "zig": { "series": [] } } }'],
  ['a series without a version', '{ "toolchain": { "zig": { "series": [{ "debian": "zig" }] } } }'],
  ['a version that is a list', '{ "toolchain": { "zig": { "version": ["1", "2"] } } }'],
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

const WRITTEN: [title: string, pin: WrittenPin, series: object[]][] = [
  ['one series, in short', { version: '1', debian: 'a' }, [{ version: '1', debian: 'a' }]],
  ['the same as a list', { series: [{ version: '1' }], debian: 'a' }, [{ version: '1', debian: 'a' }]],
  [
    'a series that says otherwise',
    { debian: 'a', series: [{ version: '1' }, { version: '2', debian: 'b', release: 'x' }] },
    [
      { version: '1', debian: 'a' },
      { version: '2', debian: 'b', release: 'x' },
    ],
  ],
];
for (const [title, pin, series] of WRITTEN) {
  test(`a pin has one form, however it is written: ${title}`, ({ root }) => {
    assert.equal(pinOf({ ...pin, command: 'c' }), { command: 'c', series });
    write(root, JSON.stringify({ toolchain: { tool: pin } }));
    assert.equal(loadManifest(root), { toolchain: { tool: { series } } });
    assert.equal(peekManifest(root), loadManifest(root));
  });
}

const FAULTS: [title: string, pin: string, expected: RegExp][] = [
  ['a series that stands twice', '{ "series": [{ "version": "1" },\n{ "version": "1" }] }', /^workspace\.json:2:1: the series 1 of tool stands twice/],
  [
    'a file for one series only',
    '{ "series": [{ "version": "1", "file": "f" },\n{ "version": "2" }] }',
    /^workspace\.json:2:1: the series 2 of tool is of another kind than the first\n.*a file for each series, or for none/,
  ],
  ['both forms at once', '{ "version": "1", "series": [{ "version": "1" }] }', /^workspace\.json:1:\d+: the pin tool does not say which version[\s\S]*found: +both/],
  ['an unknown key of a series', '{ "series": [{ "version": "1", "deb": "x" }] }', /unknown key toolchain\.tool\.series\.0\.deb/],
  ['a name that an identity could not be told from', '{ "version": "1" }, "tool--6-1": { "version": "1" }', /tool--6-1/],
];
for (const [title, pin, expected] of FAULTS) {
  test(`${title} is refused with its place`, ({ root }) => {
    write(root, `{ "toolchain": { "tool": ${pin} } }`);
    assert.throws(() => loadManifest(root), expected);
  });
}

test('the series of a version', () => {
  const pin = pinOf({ series: [{ version: '6.1' }, { version: '6.12', debian: 'b' }] });
  assert.is(seriesOf('6.12.48', pin)?.debian, 'b');
  assert.is(seriesOf('6.1.192', pin)?.version, '6.1');
  assert.is(seriesOf('6.13', pin), undefined);
});

test('a pin is one node; only what it says changes it', () => {
  const nodes = (pin: WrittenPin) => toolchainNodes({ toolchain: { qemu: pinOf(pin) } })['toolchain:qemu']?.data;
  const before = nodes({ version: '7.2', debian: 'a' });
  assert.is(before?.version, '7.2');
  assert.equal(nodes({ debian: 'a', version: '7.2' }), before);
  assert.is.not(nodes({ version: '7.2', debian: 'b' })?.hash, before?.hash);
  assert.is(nodes({ series: [{ version: '7.2' }, { version: '10.0' }] })?.version, '7.2 || 10.0');
  assert.is(nodes({ series: [{ version: '7.2' }], debian: 'a' })?.hash, before?.hash, 'how it is written says nothing');
});

test('the schema describes every pin of the manifest', () => {
  const schema = JSON.parse(readFileSync(join(__dirname, '..', 'workspace.schema.json'), 'utf8'));
  const pins = Object.keys(peekManifest(join(__dirname, '..', '..', '..')).toolchain);
  assert.equal(Object.keys(schema.properties.toolchain.properties), pins);
});

test.run();
