// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waysTo, type Origin, type Origins } from './ways';

const origin = (sources: Record<string, string>, artefacts: Record<string, [producer: string, digest: string]> = {}): Origin => ({
  sources,
  artefacts: Object.fromEntries(Object.entries(artefacts).map(([path, [producer, digest]]) => [path, { producer, digest }])),
});

/** A bundle of an image and an initramfs, whose module is built against the same image. */
const BEFORE: Origins = {
  bundle: origin({ 'cell.yaml': '1' }, { Image: ['image', '1'], 'initramfs.cpio': ['initramfs', '1'] }),
  initramfs: origin({ 'init.c': '1' }, { 'a.ko': ['module', '1'] }),
  module: origin({ 'main.c': '1', 'old.h': '1' }, { 'build-tree.tar': ['image', '1'] }),
  image: origin({ 'kernel.config': '1', TOOL_GCC: 'linux-x64 1' }),
};

const CASES: [title: string, changed: Partial<Record<string, Origin>>, ways: string[]][] = [
  ['nothing', {}, []],
  ['its own source', { bundle: origin({ 'cell.yaml': '2' }, { Image: ['image', '1'], 'initramfs.cpio': ['initramfs', '1'] }) }, ['bundle <- cell.yaml']],
  [
    'a source far behind, one that is gone and one that is new',
    {
      bundle: origin({ 'cell.yaml': '1' }, { Image: ['image', '1'], 'initramfs.cpio': ['initramfs', '2'] }),
      initramfs: origin({ 'init.c': '1' }, { 'a.ko': ['module', '2'] }),
      module: origin({ 'main.c': '2', 'new.h': '1' }, { 'build-tree.tar': ['image', '1'] }),
    },
    ['bundle <- initramfs <- module <- main.c, new.h, old.h (gone)'],
  ],
  [
    'a source whose task made the same bytes as before',
    { module: origin({ 'main.c': '2', 'old.h': '1' }, { 'build-tree.tar': ['image', '1'] }) },
    [],
  ],
  [
    'a source that several ways come from: the shortest',
    {
      bundle: origin({ 'cell.yaml': '1' }, { Image: ['image', '2'], 'initramfs.cpio': ['initramfs', '2'] }),
      initramfs: origin({ 'init.c': '1' }, { 'a.ko': ['module', '2'] }),
      module: origin({ 'main.c': '1', 'old.h': '1' }, { 'build-tree.tar': ['image', '2'] }),
      image: origin({ 'kernel.config': '1', TOOL_GCC: 'linux-x64 2' }),
    },
    ['bundle <- image <- TOOL_GCC'],
  ],
];
for (const [title, changed, ways] of CASES) {
  test(title, () => assert.equal(waysTo('bundle', BEFORE, { ...BEFORE, ...changed } as Origins), ways));
}

test('more sources than one wants to read', () => {
  const sources = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`${index}.c`, '1']));
  assert.equal(waysTo('module', { module: origin({}) }, { module: origin(sources) }), ['module <- 0.c, 1.c, 2.c, 3.c, 4.c, and 3 more']);
});

test('a task of which nothing is known of before', () => assert.equal(waysTo('bundle', {}, BEFORE), []));

test('tasks that take each other’s outputs come to an end', () => {
  const round = (digest: string): Origins => ({ a: origin({}, { b: ['b', digest] }), b: origin({ x: digest }, { a: ['a', digest] }) });
  assert.equal(waysTo('a', round('1'), round('2')), ['a <- b <- x']);
});

test.run();
