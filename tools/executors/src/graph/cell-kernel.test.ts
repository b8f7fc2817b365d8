// SPDX-License-Identifier: Apache-2.0
// The kernel of a cell: its Image and its initramfs are of one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CellFacts, WorkspaceFacts } from './facts';
import { faultSaid, REFERENCE, target, withKernels } from './testing/reference-facts';

const BOTH = ['old', 'new'];
const IMAGE = { project: 'new', target: 'image', file: 'Image' };
const taken = (target: string) => ({
  initramfs: { project: 'linux-init', target, file: 'initramfs.cpio.gz' },
  initramfsDescription: undefined,
});
const everything = withKernels(BOTH, { ring: BOTH, blk: BOTH, init: BOTH });
/** A workspace whose cell says this of Image and initramfs. */
const withCell = (more: Partial<CellFacts>, facts: WorkspaceFacts = everything): WorkspaceFacts => ({
  ...facts,
  cells: REFERENCE.cells.map((known) => ({ ...known, image: undefined, ...more })),
});
const bundle = (more: Partial<CellFacts>, facts?: WorkspaceFacts) =>
  target('apps/virt', 'cell-bundle', withCell(more, facts));
const partsOf = (more: Partial<CellFacts>, facts?: WorkspaceFacts) => {
  const { image, initramfs } = bundle(more, facts).options as {
    image?: string;
    initramfs?: string | { buildTree: string };
  };
  return [image, typeof initramfs === 'object' ? initramfs.buildTree : initramfs];
};

const OWN_NEW = ['dist/new/image/Image', 'dist/new/image/build-tree.tar.gz'];
const FITTING: [title: string, cell: Partial<CellFacts>, parts: (string | undefined)[], facts?: WorkspaceFacts][] = [
  ['it names its kernel', { kernel: 'new' }, OWN_NEW],
  ['it names the Image of a kernel', { image: IMAGE }, OWN_NEW],
  ['it names both', { kernel: 'new', image: IMAGE }, OWN_NEW],
  ['it names none, of one', {}, OWN_NEW, withKernels(['new'])],
  [
    'it takes an initramfs of another target',
    { kernel: 'new', ...taken('initramfs-new') },
    [OWN_NEW[0], 'dist/linux-init/initramfs-new/initramfs.cpio.gz'],
  ],
  [
    'its Image is made by hand of its kernel',
    { kernel: 'new', image: { ...IMAGE, project: 'sign' } },
    ['dist/sign/image/Image', OWN_NEW[1]],
  ],
  [
    'its Image is of no kernel.yaml: the initramfs names the kernel',
    { image: { ...IMAGE, project: 'vendor' } },
    ['dist/vendor/image/Image', 'dist/old/image/build-tree.tar.gz'],
    withKernels(BOTH, { ring: BOTH, blk: BOTH, init: ['old'] }),
  ],
];
for (const [title, cell, parts, facts] of FITTING) {
  test(`a cell, ${title}`, () => assert.equal(partsOf(cell, facts), parts));
}

const initFor = (kernel: string) => withKernels(BOTH, { ring: BOTH, blk: BOTH, init: [kernel] });
const REFUSED: [
  title: string,
  cell: Partial<CellFacts>,
  said: [key: string, summary: string, expected: string],
  facts?: WorkspaceFacts,
][] = [
  [
    'that names none of several',
    {},
    [
      'kernel',
      'the cell linux-cell does not say which of 2 kernels it is for',
      'kernel: one of new, old, in linux-cell/cell.yaml',
    ],
  ],
  [
    'that names one which does not exist',
    { kernel: 'gone' },
    [
      'kernel',
      'the cell linux-cell is for the kernel gone, which does not exist',
      'kernel: one of new, old, in linux-cell/cell.yaml',
    ],
  ],
  [
    'in a workspace without a kernel',
    {},
    ['kernel', 'the cell linux-cell has no kernel to be built for', 'a kernel.yaml in this workspace'],
    withKernels([]),
  ],
  [
    'whose Image is of another kernel than it names',
    { kernel: 'old', image: IMAGE },
    [
      'image',
      'the cell linux-cell is for the kernel old, its Image is of new',
      'an Image of old, or none: it is that of the kernel then',
    ],
  ],
  [
    'that names a kernel which its initramfs is not for',
    { kernel: 'new' },
    [
      'kernel',
      "the cell's Image is of the kernel new, its initramfs linux-init is for old",
      'kernel: old, or an initramfs for new',
    ],
    initFor('old'),
  ],
  [
    "that takes another kernel's initramfs of a target",
    { image: IMAGE, ...taken('initramfs-old') },
    [
      'image',
      "the cell's Image is of the kernel new, its initramfs linux-init is for old",
      'an Image of old, or an initramfs for new',
    ],
  ],
  [
    'that takes the initramfs of a target which stands for several',
    { kernel: 'new', ...taken('initramfs') },
    [
      'initramfs',
      'initramfs names linux-init:initramfs, which stands for 2 kernels',
      'one of linux-init:initramfs-new, linux-init:initramfs-old',
    ],
  ],
  [
    'whose Image is of no kernel.yaml, with an initramfs for several',
    { image: { ...IMAGE, project: 'vendor' } },
    [
      'kernel',
      'linux-cell does not say for which of 2 kernels it takes linux-init',
      'kernel: one of new, old, in linux-cell/cell.yaml',
    ],
  ],
];
for (const [title, cell, said, facts] of REFUSED) {
  test(`a cell ${title}: refused by its bundle alone`, () => {
    assert.equal(faultSaid(bundle(cell, facts)), ['@nexus-forge/nx:fault', 'linux-cell/cell.yaml', ...said]);
    const others = withCell(cell, facts);
    assert.is(target('apps/virt', 'device-tree', others).executor, '@nexus-forge/nx:device-tree');
  });
}

test.run();
