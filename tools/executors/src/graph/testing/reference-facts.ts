// SPDX-License-Identifier: Apache-2.0
// A small workspace of every kind of project, as the tests of the graph take it.
import type { BoardFacts, ProjectFacts, ProofFacts, WorkspaceFacts, ZigPackageFacts } from '../facts';
import { generateTargets } from '../generate-targets';
import { resolveOptions, type PluginOptions } from '../options';
import type { Generation, Target } from '../targets/definition';

export function project(file: string, name?: string): ProjectFacts {
  const root = file.slice(0, file.lastIndexOf('/'));
  return { file, root, name: name ?? root.slice(root.lastIndexOf('/') + 1) };
}

export function zigPackage(name: string, more: Partial<ZigPackageFacts> = {}): ZigPackageFacts {
  return { ...project(`firmware/${name}/build.zig`), dependencies: {}, options: [], steps: ['test'], tools: [], ...more };
}

export function board(name: string, more: Partial<BoardFacts> = {}): BoardFacts {
  return {
    ...project(`apps/${name}/board.yaml`),
    cell: 'linux-cell/cell.yaml',
    fragments: [],
    firmware: {
      package: 'firmware/rumpk',
      stub: 'firmware/el2',
      builds: { firmware: {}, 'firmware-proof': { 'proof-eret': true } },
      budget: { stub: 8192, image: 65536 },
    },
    ...more,
  };
}

export function proof(id: string, more: Partial<ProofFacts> = {}): ProofFacts {
  return {
    file: `proofs/${id}.proof.yaml`,
    id,
    title: `Title of ${id}`,
    project: 'rumpk',
    target: `proof-${id}`,
    board: 'virt',
    artefacts: { firmware: { project: 'virt', target: 'firmware-proof', file: 'rumpk.img' } },
    pins: [],
    hasMutants: false,
    sabotage: {},
    ...more,
  };
}

export const REFERENCE: WorkspaceFacts = {
  defaultBoard: 'virt',
  pins: ['zig', 'linux-source', 'cross-gcc', 'binutils', 'qemu', 'dtc'],
  boards: [board('virt')],
  cells: [
    {
      ...project('linux-cell/cell.yaml'),
      image: { project: 'linux-image', target: 'image', file: 'Image' },
      initramfsDescription: 'linux-cell/init/initramfs.yaml',
    },
  ],
  kernels: [{ ...project('linux-cell/image/kernel.yaml', 'linux-image'), source: { name: 'linux-source' }, fragments: [] }],
  modules: [
    { ...project('linux-cell/modules/ring/Kbuild'), modules: ['ring'], dependencies: [], folders: [], includes: [], usesBindings: true },
    { ...project('linux-cell/modules/blk/Kbuild'), modules: ['blk'], dependencies: ['linux-cell/modules/ring'], folders: [], includes: [], usesBindings: false },
  ],
  initramfs: [{ ...project('linux-cell/init/initramfs.yaml', 'linux-init'), modules: ['ring', 'blk'], sources: [], members: [] }],
  packages: [
    zigPackage('stage2'),
    zigPackage('ion', { options: ['ion-abi'] }),
    zigPackage('el2', { dependencies: { ion: 'firmware/ion' }, options: ['board-dtb', 'ion-abi'], steps: [] }),
    zigPackage('rumpk', {
      dependencies: { el2: 'firmware/el2', stage2: 'firmware/stage2' },
      options: ['arch', 'board-dtb', 'el2-stub', 'ion-abi'],
      steps: ['test-all'],
    }),
  ],
  proofs: [proof('el2')],
  bindings: [project('libs/ion-abi/ion-abi.yaml')],
};

/** The reference with a cell that takes the initramfs of another target. */
export const WITH_ARTEFACT: WorkspaceFacts = {
  ...REFERENCE,
  cells: REFERENCE.cells.map((known) => ({
    ...known,
    initramfs: { project: 'linux-init', target: 'initramfs', file: 'initramfs.cpio.gz' },
    initramfsDescription: undefined,
  })),
};

export function generation(facts: WorkspaceFacts = REFERENCE, options: PluginOptions = {}): Generation {
  return {
    options: resolveOptions(options),
    facts,
    recipe: (executor) => [{ env: `RECIPE_${executor}` }],
    hasManifest: true,
  };
}

/** All targets, merged over files as Nx does: project root → target name → target. */
export function targetsByRoot(facts?: WorkspaceFacts, options?: PluginOptions): Record<string, Record<string, Target>> {
  const merged: Record<string, Record<string, Target>> = {};
  for (const [, projects] of generateTargets(generation(facts, options))) {
    for (const [root, { targets }] of Object.entries(projects)) merged[root] = { ...merged[root], ...(targets as Record<string, Target>) };
  }
  return merged;
}

export function target(root: string, name: string, facts?: WorkspaceFacts, options?: PluginOptions): Target {
  const found = targetsByRoot(facts, options)[root]?.[name];
  if (!found) throw new Error(`no target ${name} in ${root}`);
  return found;
}
