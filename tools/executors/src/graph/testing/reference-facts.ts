// SPDX-License-Identifier: Apache-2.0
// A small workspace of every kind of project, as the tests of the graph take it.
import type {
  BoardFacts,
  KernelFacts,
  ModuleFacts,
  ProjectFacts,
  ProofFacts,
  WorkspaceFacts,
  ZigPackageFacts,
} from '../facts';
import { generateTargets } from '../generate-targets';
import { resolveOptions, type PluginOptions } from '../options';
import type { Generation, Target } from '../targets/definition';

export function project(file: string, name?: string): ProjectFacts {
  const root = file.slice(0, file.lastIndexOf('/'));
  return { file, root, name: name ?? root.slice(root.lastIndexOf('/') + 1) };
}

export function zigPackage(name: string, more: Partial<ZigPackageFacts> = {}): ZigPackageFacts {
  return {
    ...project(`firmware/${name}/build.zig`),
    dependencies: {},
    options: [],
    steps: ['test'],
    tools: [],
    ...more,
  };
}

function kernelModule(name: string): ModuleFacts {
  const none = { dependencies: [], folders: [], includes: [], usesBindings: false, kernels: [] };
  return { ...project(`linux-cell/modules/${name}/Kbuild`), modules: [name], line: 1, ...none };
}

export function board(name: string, more: Partial<BoardFacts> = {}): BoardFacts {
  return {
    ...project(`apps/${name}/board.yaml`),
    cell: 'linux-cell/cell.yaml',
    fragments: [],
    inapplicable: [],
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
    boards: ['virt'],
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
  kernels: [
    { ...project('linux-cell/image/kernel.yaml', 'linux-image'), source: { name: 'linux-source' }, fragments: [] },
  ],
  modules: [
    { ...kernelModule('ring'), usesBindings: true },
    { ...kernelModule('blk'), dependencies: ['linux-cell/modules/ring'] },
  ],
  initramfs: [
    {
      ...project('linux-cell/init/initramfs.yaml', 'linux-init'),
      modules: ['ring', 'blk'],
      kernels: [],
      sources: [],
      members: [],
    },
  ],
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
  proofFolders: [project('proofs/el2.proof.yaml')],
  misnamed: [],
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

/** The reference with these kernels; its modules and its initramfs say that they are for the named ones. */
export function withKernels(
  names: readonly string[],
  named: { ring?: string[]; blk?: string[]; init?: string[] } = {},
): WorkspaceFacts {
  const manifest = (root: string, kernels: string[]) => (kernels.length > 0 ? `${root}/module.yaml` : undefined);
  return {
    ...REFERENCE,
    kernels: names.map((name): KernelFacts => {
      return { ...project(`kernels/${name}/kernel.yaml`, name), source: { name: 'linux-source' }, fragments: [] };
    }),
    modules: REFERENCE.modules.map((known) => {
      const kernels = named[known.name as 'ring' | 'blk'] ?? [];
      return { ...known, kernels, manifest: manifest(known.root, kernels) };
    }),
    initramfs: REFERENCE.initramfs.map((known) => ({ ...known, kernels: named.init ?? [] })),
  };
}

/** What a target that stands for a fault says: executor, place, key, summary, what would be right. */
export function faultSaid({ executor, options = {} }: Target): unknown[] {
  const { file, line, key, summary, expected } = options;
  return [executor, line === undefined ? file : `${String(file)}:${String(line)}`, key, summary, expected];
}

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
    for (const [root, { targets }] of Object.entries(projects))
      merged[root] = { ...merged[root], ...(targets as Record<string, Target>) };
  }
  return merged;
}

export function target(root: string, name: string, facts?: WorkspaceFacts, options?: PluginOptions): Target {
  const found = targetsByRoot(facts, options)[root]?.[name];
  if (!found) throw new Error(`no target ${name} in ${root}`);
  return found;
}
