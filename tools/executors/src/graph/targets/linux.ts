// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import type { ArtefactReference, InitramfsFacts, KernelFacts, ModuleFacts } from '../facts';
import { BINDINGS_HEADER } from '../read/kbuild';
import { artefactPath, defineTarget, outputDirectory, workspaceFile, type Generation, type Target } from './definition';

const CROSS_TOOLS = ['cross-gcc', 'binutils'];

/** The build tree of the kernel that modules and the initramfs belong to. */
function buildTree({ facts, options }: Generation): ArtefactReference | undefined {
  const kernel = facts.kernels[0];
  return kernel && { project: kernel.name, target: options.targetNames.linuxImage, file: 'build-tree.tar.gz' };
}

export function kernelTargets(generation: Generation, kernel: KernelFacts): Record<string, Target> {
  const name = generation.options.targetNames.linuxImage;
  const target = defineTarget(generation, {
    project: kernel.name,
    name,
    executor: 'linux-image',
    description: 'The Linux kernel of the cell: Image, symbol versions, configuration and the tree that modules build against',
    technologies: ['linux', 'kbuild'],
    options: { kernel: kernel.file },
    tools: [kernel.source, ...CROSS_TOOLS, ...HOST_TOOLS.kernel],
    files: ['{projectRoot}/**/*', '!{projectRoot}/**/*.md'],
  });
  return { [name]: target };
}

export function moduleTargets(generation: Generation, module: ModuleFacts): Record<string, Target> {
  const { facts, options } = generation;
  const name = options.targetNames.module;
  const tree = buildTree(generation);
  const dependencies = facts.modules.filter(({ root }) => module.dependencies.includes(root));
  const symbols = dependencies.map((known): ArtefactReference => ({ project: known.name, target: name, file: 'Module.symvers' }));
  const bindings = module.usesBindings ? facts.bindings[0] : undefined;
  const header = bindings && { project: bindings.name, target: options.targetNames.bindings, file: BINDINGS_HEADER };
  const target = defineTarget(generation, {
    project: module.name,
    name,
    executor: 'kbuild-module',
    description: `The kernel module ${module.name}`,
    technologies: ['linux', 'kbuild'],
    options: {
      module: module.name,
      source: module.root,
      ...(tree ? { buildTree: artefactPath(options, tree) } : {}),
      headers: header ? [artefactPath(options, header)] : [],
      dependencies: dependencies.map((known) => ({
        source: known.root,
        symvers: `${outputDirectory(options, known.name, name)}/Module.symvers`,
      })),
    },
    tools: [...CROSS_TOOLS, ...HOST_TOOLS.module],
    files: [
      '{projectRoot}/**/*',
      '!{projectRoot}/**/*.md',
      ...dependencies.map((known) => workspaceFile(`${known.root}/**/*.h`)),
    ],
    artefacts: [...(tree ? [tree] : []), ...(header ? [header] : []), ...symbols],
  });
  return { [name]: target };
}

export function initramfsTargets(generation: Generation, initramfs: InitramfsFacts): Record<string, Target> {
  const { options } = generation;
  const name = options.targetNames.initramfs;
  const tree = buildTree(generation);
  const modules = initramfs.modules.map(
    (module): ArtefactReference => ({ project: module, target: options.targetNames.module, file: `${module}.ko` }),
  );
  const target = defineTarget(generation, {
    project: initramfs.name,
    name,
    executor: 'initramfs',
    description: 'The initramfs of the cell: a static /init and the kernel modules, the same bytes each time',
    technologies: ['linux', 'cpio'],
    options: {
      initramfs: initramfs.file,
      ...(tree ? { buildTree: artefactPath(options, tree) } : {}),
      modules: modules.map((module) => artefactPath(options, module)),
    },
    tools: [...CROSS_TOOLS, ...HOST_TOOLS.initramfs],
    files: ['{projectRoot}/**/*', '!{projectRoot}/**/*.md'],
    artefacts: [...(tree ? [tree] : []), ...modules],
  });
  return { [name]: target };
}
