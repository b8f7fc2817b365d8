// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import type { ArtefactReference, InitramfsFacts } from '../facts';
import { foreignModuleFault, kernelOfInitramfs, type NamingFault } from '../kernel-of';
import { artefactPath, defineTarget, everythingIn, filesOutside, lookedFor, type Generation, type Target, type TargetPlan } from './definition';
import { faultTarget } from './fault';
import { buildTree, CROSS_TOOLS, projectOfModule } from './linux';

/** What a target that makes an initramfs has for it: options of its executor, and all that it reads. */
export type InitramfsParts = Required<Pick<TargetPlan, 'options' | 'tools' | 'files' | 'artefacts'>>;

/** The parts for an initramfs, or why there are none; `folder` is its folder in Nx's notation, as the target sees it. */
export function initramfsParts(generation: Generation, initramfs: InitramfsFacts, folder: string): InitramfsParts | { fault: NamingFault } {
  const { facts, options } = generation;
  const { kernel, fault } = kernelOfInitramfs(facts, initramfs);
  if (fault) return { fault };
  const taken = facts.modules.filter((module) => module.modules.some((name) => initramfs.modules.includes(name)));
  const foreign = foreignModuleFault(facts, { what: `the initramfs ${initramfs.name}`, file: initramfs.file, key: 'modules', kernel }, taken);
  if (foreign) return { fault: foreign };
  const tree = buildTree(generation, kernel);
  const modules = initramfs.modules.map(
    (module): ArtefactReference => ({ project: projectOfModule(facts, module), target: options.targetNames.module, file: `${module}.ko` }),
  );
  return {
    options: {
      initramfs: initramfs.file,
      buildTree: artefactPath(options, tree),
      modules: modules.map((module) => artefactPath(options, module)),
    },
    tools: [...CROSS_TOOLS, ...HOST_TOOLS.initramfs],
    files: [
      ...everythingIn(folder),
      ...filesOutside(initramfs.root, [...initramfs.sources, ...initramfs.members]),
      ...(initramfs.includes ?? []).map(lookedFor),
    ],
    artefacts: [tree, ...modules],
  };
}

export function initramfsTargets(generation: Generation, initramfs: InitramfsFacts): Record<string, Target> {
  const name = generation.options.targetNames.initramfs;
  const parts = initramfsParts(generation, initramfs, '{projectRoot}');
  if ('fault' in parts) return { [name]: faultTarget({ ...parts.fault, description: `The initramfs ${initramfs.name}: it cannot be built` }) };
  const target = defineTarget(generation, {
    project: initramfs.name,
    name,
    executor: 'initramfs',
    description: 'The initramfs of the cell: a static /init and the kernel modules, the same bytes each time',
    technologies: ['linux', 'cpio'],
    ...parts,
  });
  return { [name]: target };
}
