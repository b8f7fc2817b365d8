// SPDX-License-Identifier: Apache-2.0
import { isPlainPath, PLAIN_PATH } from '@nexus-forge/state';
import { formatToolReference, HOST_TOOLS } from '@nexus-forge/toolchain';
import { bindingsSource } from '../bindings-source';
import type { ArtefactReference, KernelFacts, ModuleFacts } from '../facts';
import { kernelsOfModule, nameForKernel, type NamingFault } from '../kernel-of';
import { foreignSymbolsFault } from '../module-builders';
import { BINDINGS_HEADER, MODULE_FILE } from '../read/kbuild';
import {
  artefactPath,
  defineTarget,
  filesBeside,
  lookedFor,
  OWN_FOLDER,
  workspaceFile,
  type Generation,
  type Target,
} from './definition';
import { faultTarget } from './fault';
import { targetsPerKernel } from './per-kernel';

export const CROSS_TOOLS = ['cross-gcc', 'binutils'];

/** The Image of a kernel. */
export function imageOf({ options }: Generation, kernel: KernelFacts): ArtefactReference {
  return { project: kernel.name, target: options.targetNames.linuxImage, file: 'Image' };
}

/** The tree that modules for a kernel and its initramfs are built against. */
export function buildTree({ options }: Generation, kernel: KernelFacts): ArtefactReference {
  return { project: kernel.name, target: options.targetNames.linuxImage, file: 'build-tree.tar.gz' };
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
    tools: [formatToolReference(kernel.source), ...CROSS_TOOLS, ...HOST_TOOLS.kernel],
    files: [...OWN_FOLDER, ...filesBeside(kernel.root, kernel.fragments)],
  });
  return { [name]: target };
}

/** A path that kbuild cannot take is told before the kernel is built, which takes minutes. */
function strangePathFault(module: ModuleFacts): NamingFault | undefined {
  const paths = [module.root, ...module.dependencies, ...module.folders, ...module.includes.map((places) => places.at(-1)!)];
  const strange = paths.find((path) => !isPlainPath(path));
  return strange === undefined ? undefined : { file: module.file, summary: `kbuild cannot work with the path ${strange}`, expected: PLAIN_PATH };
}

/** Which modules a Kbuild builds has to be known before the kernel is built, and so without make. */
function unclearNamesFault({ file, unclear = [] }: ModuleFacts): NamingFault | undefined {
  const lines = unclear.map(({ line, text }) => `${text} (line ${line})`);
  return lines.length === 0 ? undefined : { file, summary: `it cannot be told which modules this builds: ${lines.join(', ')}`, expected: 'obj-m with plain names, as in obj-m := a.o b.o' };
}

/** Told before the kernel is built: of what lies elsewhere, make would take nothing, or something else. */
function beyondFault({ file, beyond = [] }: ModuleFacts): NamingFault | undefined {
  const lines = beyond.map(({ line, text }) => `${text} (line ${line})`);
  return lines.length === 0
    ? undefined
    : {
        file,
        line: beyond[0]!.line,
        summary: `this reads what does not lie in the folder of the module: ${lines.join(', ')}`,
        expected: 'files of the folder; headers of others by -I$(src)/../…, the text of others by #include',
      };
}

function sourcelessFault({ file, sourceless = [] }: ModuleFacts): NamingFault | undefined {
  const [first] = sourceless;
  return (
    first && {
      file,
      line: first.line,
      summary: `${first.text}: there is no source of ${first.name}.o, and an object in the folder is not taken`,
      expected: `${first.name}.c or ${first.name}.S, or the object by the name ${first.name}.o_shipped`,
    }
  );
}

/** What a module's target for a kernel makes. */
export function madeByModule(
  { facts, options }: Generation,
  { module, kernel, file }: { module: ModuleFacts; kernel: KernelFacts; file: string },
): ArtefactReference {
  const choice = kernelsOfModule(facts, module);
  return { project: module.name, target: nameForKernel(choice, options.targetNames.module, kernel), file };
}

/** A module is built for each of its kernels, by a target of its own. */
export function moduleTargets(generation: Generation, module: ModuleFacts): Record<string, Target> {
  const { facts, options } = generation;
  const own = strangePathFault(module) ?? unclearNamesFault(module) ?? beyondFault(module) ?? sourcelessFault(module);
  const choice = kernelsOfModule(facts, module);
  return targetsPerKernel(generation, {
    project: module.name,
    name: options.targetNames.module,
    what: `The kernel module ${module.name}`,
    choice: { ...choice, fault: own ?? choice.fault },
    make: (kernel, name) => {
      const dependencies = facts.modules.filter(({ root }) => module.dependencies.includes(root));
      const fault = own ?? foreignSymbolsFault(facts, module, kernel, dependencies);
      return fault ? { fault } : moduleTarget(generation, { module, kernel, name, dependencies });
    },
  });
}

interface ModuleBuild {
  module: ModuleFacts;
  kernel: KernelFacts;
  /** Name of the target. */
  name: string;
  /** Modules whose headers and symbols it uses. */
  dependencies: readonly ModuleFacts[];
}

function moduleTarget(generation: Generation, { module, kernel, name, dependencies }: ModuleBuild): Target {
  const { options } = generation;
  const tree = buildTree(generation, kernel);
  const symbolsOf = (known: ModuleFacts) => madeByModule(generation, { module: known, kernel, file: 'Module.symvers' });
  const symbols = dependencies.map(symbolsOf);
  const header = bindingsHeader(generation, module);
  return defineTarget(generation, {
    project: module.name,
    name,
    executor: 'kbuild-module',
    description: `The kernel module${module.modules.length > 1 ? 's' : ''} ${module.modules.join(', ')}`,
    technologies: ['linux', 'kbuild'],
    options: {
      modules: module.modules,
      source: module.root,
      buildTree: artefactPath(options, tree),
      headers: header ? [artefactPath(options, header)] : [],
      dependencies: dependencies.map(({ root }, index) => ({
        source: root,
        symvers: artefactPath(options, symbols[index]!),
      })),
      ...(module.folders.length > 0 ? { folders: module.folders } : {}),
      ...(module.includes.length > 0 ? { includes: module.includes.map((places) => places.at(-1)!) } : {}),
    },
    tools: [...CROSS_TOOLS, ...HOST_TOOLS.module],
    files: [
      ...OWN_FOLDER,
      ...[...dependencies.map(({ root }) => root), ...module.folders].map((folder) => workspaceFile(`${folder}/**/*.h`)),
      ...[...module.includes, ...(module.absent ?? [])].map(lookedFor),
    ],
    artefacts: [tree, ...(header ? [header] : []), ...symbols],
  });
}

/** The generated header of the ION window, where a module uses it. */
function bindingsHeader({ facts, options }: Generation, module: ModuleFacts): ArtefactReference | undefined {
  const bindings = module.usesBindings ? bindingsSource(facts) : undefined;
  return bindings && { project: bindings.name, target: options.targetNames.bindings, file: BINDINGS_HEADER };
}

/** The host tests that a module.yaml names, as the module's target `test`. */
export function moduleTestTargets(generation: Generation, module: ModuleFacts): Record<string, Target> {
  if (module.tests === undefined) return {};
  const { options } = generation;
  const name = options.targetNames.hostTest;
  const header = bindingsHeader(generation, module);
  const target = defineTarget(generation, {
    project: module.name,
    name,
    executor: 'module-test',
    description: `Host tests of the kernel module ${module.modules.join(', ') || module.name}`,
    technologies: ['linux', 'c'],
    options: { description: `${module.root}/${MODULE_FILE}`, headers: header ? [artefactPath(options, header)] : [] },
    tools: ['host-gcc'],
    files: [...OWN_FOLDER, ...new Set(module.tests.map(lookedFor))],
    artefacts: header ? [header] : [],
  });
  return { [name]: target };
}
