// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CreateDependenciesContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dependenciesFrom } from './create-dependencies';
import { REFERENCE, withKernels, WITH_ARTEFACT } from './testing/reference-facts';

const SOURCES: Record<string, [project: string, text: string]> = {
  'firmware/rumpk/main.zig': ['rumpk', 'const s = @import("stage2"); const e = @import("el2"); const a = @import("ion_abi"); const u = @import("unknown");'],
  'firmware/rumpk/near.zig': ['rumpk', 'const x = @import("../stage2/walker.zig"); const own = @import("main.zig");'],
  'firmware/stage2/walker.zig': ['stage2', ''],
  'firmware/el2/el2.zig': ['el2', ''],
  'linux-cell/modules/blk/main.c': ['blk', '#include "ring.h"\n#include "../ring/bus.h"\n'],
  'linux-cell/modules/ring/ring.h': ['ring', ''],
  'linux-cell/modules/ring/bus.h': ['ring', ''],
  'apps/virt/extra.dtsi': ['virt', '#include "../../linux-cell/common.dtsi"\n'],
  'linux-cell/common.dtsi': ['linux-cell', ''],
};

const test = suite<{ context: CreateDependenciesContext; root: string; write(file: string, text: string): void }>('dependencies');
test.before.each((state) => {
  state.root = mkdtempSync(join(tmpdir(), 'nf-edges-'));
  state.write = (file, text) => {
    mkdirSync(dirname(join(state.root, file)), { recursive: true });
    writeFileSync(join(state.root, file), text);
  };
  const projectFileMap: Record<string, { file: string; hash: string }[]> = {};
  for (const [file, [project, text]] of Object.entries(SOURCES)) {
    state.write(file, text);
    (projectFileMap[project] ??= []).push({ file, hash: text });
  }
  const all = [...REFERENCE.packages, ...REFERENCE.boards, ...REFERENCE.cells, ...REFERENCE.kernels, ...REFERENCE.modules, ...REFERENCE.initramfs, ...REFERENCE.bindings];
  const projects = Object.fromEntries(all.map(({ name, root }) => [name, { root }]));
  state.context = { workspaceRoot: state.root, projects, fileMap: { projectFileMap, nonProjectFiles: [] } } as unknown as CreateDependenciesContext;
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const edges = (context: CreateDependenciesContext, facts = REFERENCE): string[] =>
  dependenciesFrom(context, facts, 'test').map((edge) => `${edge.source} -> ${edge.target} ${'sourceFile' in edge ? edge.sourceFile : edge.type}`);

const EXPECTED = [
  'blk -> linux-image linux-cell/modules/blk/Kbuild',
  'blk -> ring linux-cell/modules/blk/Kbuild',
  'blk -> ring linux-cell/modules/blk/main.c',
  'el2 -> ion firmware/el2/build.zig.zon',
  'linux-cell -> linux-image linux-cell/cell.yaml',
  'linux-cell -> linux-init linux-cell/cell.yaml',
  'linux-init -> blk linux-cell/init/initramfs.yaml',
  'linux-init -> linux-image linux-cell/init/initramfs.yaml',
  'linux-init -> ring linux-cell/init/initramfs.yaml',
  'ring -> ion-abi linux-cell/modules/ring/Kbuild',
  'ring -> linux-image linux-cell/modules/ring/Kbuild',
  'rumpk -> el2 firmware/rumpk/build.zig.zon',
  'rumpk -> el2 firmware/rumpk/main.zig',
  'rumpk -> ion-abi firmware/rumpk/main.zig',
  'rumpk -> stage2 firmware/rumpk/build.zig.zon',
  'rumpk -> stage2 firmware/rumpk/main.zig',
  'rumpk -> stage2 firmware/rumpk/near.zig',
  'rumpk -> virt implicit',
  'virt -> el2 apps/virt/board.yaml',
  'virt -> ion-abi apps/virt/board.yaml',
  'virt -> linux-cell apps/virt/board.yaml',
  'virt -> linux-cell apps/virt/extra.dtsi',
  'virt -> rumpk apps/virt/board.yaml',
];

test('imports, includes and references make edges', ({ context }) => assert.equal(edges(context), EXPECTED));

test("a cell that takes another target's initramfs has the same edges", ({ context }) => assert.equal(edges(context, WITH_ARTEFACT), EXPECTED));

test('what is for several kernels has an edge to each, and to the modules that are for them', ({ context }) => {
  const facts = withKernels(['old', 'new'], { ring: ['old', 'new'], blk: ['old'], init: ['new'] });
  for (const name of ['old', 'new']) Object.assign(context.projects, { [name]: { root: `kernels/${name}` } });
  const cells = facts.cells.map((cell) => ({ ...cell, kernel: 'new', image: undefined }));
  const found = edges(context, { ...facts, cells }).map((edge) => edge.split(' ').slice(0, 3).join(' '));
  const between = /^(ring|blk|linux-init|linux-cell) -> (?!ion-abi)/;
  assert.equal([...new Set(found.filter((edge) => between.test(edge)))], [
    'blk -> old',
    'blk -> ring',
    'linux-cell -> linux-init',
    'linux-cell -> new',
    'linux-init -> new',
    'linux-init -> ring',
    'ring -> new',
    'ring -> old',
  ]);
});

test('edges of files that have not changed stay', ({ context, root }) => {
  edges(context);
  // What was read before is remembered by content hash: even unreadable now, the files keep their edges.
  rmSync(join(root, 'firmware'), { recursive: true });
  assert.equal(edges(context), EXPECTED);
});

test('an edit is seen', ({ context, write }) => {
  edges(context);
  write('firmware/rumpk/near.zig', '');
  const files = context.fileMap.projectFileMap['rumpk']!;
  files[1]!.hash = 'edited';
  assert.equal(edges(context), EXPECTED.filter((edge) => !edge.endsWith('near.zig')));
});

test('a damaged memory is read anew', ({ context, root, write }) => {
  edges(context);
  write('.nexus-forge/graph-imports.json', '{ damaged');
  assert.equal(edges({ ...context, workspaceRoot: root }), EXPECTED);
});

test.run();
