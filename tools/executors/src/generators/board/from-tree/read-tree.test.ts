// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSourceTree } from './read-tree';
import { scratchFolder, treeOf } from './testing/source';
import { cellsOf, isInUse, nodeAt, textsOf, type SourceNode, type SourceTree } from './tree';

const at = (tree: SourceTree, path: string): SourceNode => {
  const node = nodeAt(tree, path);
  if (node === undefined) throw new Error(`no ${path}`);
  return node;
};

test('nodes come with their names, their parents and the bytes of their properties', async () => {
  const tree = await treeOf('a@1 { reg = <1>; b { empty; bytes = [01 02 03]; }; }; c { };');
  assert.equal(
    tree.nodes.map(({ path }) => path),
    ['/', '/a@1', '/a@1/b', '/c'],
  );
  assert.equal(
    tree.nodes.map(({ name }) => name),
    ['', 'a', 'b', 'c'],
  );
  assert.is(at(tree, '/a@1/b').parent?.path, '/a@1');
  assert.is(at(tree, '/a@1/b').properties.get('empty')?.length, 0);
  assert.equal([...(at(tree, '/a@1/b').properties.get('bytes') ?? [])], [1, 2, 3]);
});

/** Values that dtc shows in another form than they were written in. */
const GUESSED: [title: string, source: string, cells: number[], texts: string[]][] = [
  ['cells that look like text', '<0x41424300>', [0x41424300], ['ABC']],
  ['cells with the highest bit', '<0xfffffff0 0x0>', [0xfffffff0, 0], []],
  ['several texts', '"ab", "c"', [], ['ab', 'c']],
  ['text with a quote, a backslash and a colon', '"a\\"b\\\\c: d"', [], ['a"b\\c: d']],
  ['64-bit numbers', '/bits/ 64 <0x1234567890abcdef>', [0x12345678, 0x90abcdef], []],
];
for (const [title, source, cells, texts] of GUESSED) {
  test(`whatever dtc takes a value for, its bytes count: ${title}`, async () => {
    const node = at(await treeOf(`n { value = ${source}; };`), '/n');
    if (cells.length > 0) assert.equal(cellsOf(node, 'value'), cells);
    if (texts.length > 0) assert.equal(textsOf(node, 'value'), texts);
  });
}

test('a node and a property of one name are two things', async () => {
  const tree = await treeOf('n { x = <7>; x { y; }; };');
  assert.equal(cellsOf(at(tree, '/n'), 'x'), [7]);
  assert.ok(at(tree, '/n/x').properties.has('y'));
});

test('reservations outside of the nodes are read', async () => {
  const tree = await treeOf('n { };', '/memreserve/ 0x1000 0x2000;\n/memreserve/ 0x100000000 0x10;');
  assert.equal(tree.reserved, [
    { base: 0x1000, size: 0x2000 },
    { base: 0x1_0000_0000, size: 0x10 },
  ]);
});

for (const [status, inUse] of [
  ['"okay"', true],
  ['"ok"', true],
  ['"disabled"', false],
  ['"reserved"', false],
  ['"fail"', false],
] as const) {
  test(`status ${status}: ${inUse ? '' : 'not '}in use`, async () =>
    assert.is(isInUse(at(await treeOf(`n { status = ${status}; };`), '/n')), inUse));
}

test('a file that is no blob is refused before any tool runs', async () => {
  const file = join(scratchFolder(), 'x.dtb');
  writeFileSync(file, '/dts-v1/;');
  const fault = (path: string) =>
    readSourceTree(path).then(
      () => '',
      (error: Error) => String(error),
    );
  assert.match(await fault(file), /x\.dtb is no device tree blob[^]*d00dfeed[^]*2f647473/);
  assert.match(await fault(`${file}.not`), /is no device tree blob[^]*no such file/);
  writeFileSync(file, Buffer.from([0xd0, 0x0d, 0xfe, 0xed, 0, 0]));
  assert.match(await fault(file), /dtc ended with status/);
});

test.run();
