// SPDX-License-Identifier: Apache-2.0
import type { InitramfsFacts, KernelFacts, ModuleFacts, WorkspaceFacts } from './facts';
import { MODULE_FILE } from './read/kbuild';

/** What a configuration file says wrongly: which file, which key, and what would be right. */
export interface NamingFault {
  file: string;
  key?: string;
  summary: string;
  expected: string;
}

/** The kernel that something is built for, or why it is none. */
export type KernelChoice = { kernel: KernelFacts; fault?: undefined } | { kernel?: undefined; fault: NamingFault };

/** The kernel of a module: what its module.yaml names. */
export function kernelOfModule(facts: WorkspaceFacts, { name, file, root, kernel }: ModuleFacts): KernelChoice {
  const manifest = `${root}/${MODULE_FILE}`;
  return choose(facts, { what: `the module ${name}`, named: kernel, file: kernel === undefined ? file : manifest, manifest });
}

/** The kernel of an initramfs: what its initramfs.yaml names. */
export function kernelOfInitramfs(facts: WorkspaceFacts, { name, file, kernel }: InitramfsFacts): KernelChoice {
  return choose(facts, { what: `the initramfs ${name}`, named: kernel, file, manifest: file });
}

interface Naming {
  what: string;
  /** Name of the kernel's project. */
  named: string | undefined;
  /** Where a fault is shown. */
  file: string;
  /** Where `kernel` is to be written. */
  manifest: string;
}

/** With one kernel in the workspace its name may be left out; of several none is taken for being the first. */
function choose({ kernels }: WorkspaceFacts, { what, named, file, manifest }: Naming): KernelChoice {
  const names = kernels.map(({ name }) => name).sort();
  const kernel = named === undefined && kernels.length === 1 ? kernels[0] : kernels.find(({ name }) => name === named);
  if (kernel) return { kernel };
  if (names.length === 0) return { fault: { file, key: 'kernel', summary: `${what} has no kernel to be built for`, expected: 'a kernel.yaml in this workspace' } };
  const summary = named === undefined ? `${what} does not say which of ${names.length} kernels it is for` : `${what} is for the kernel ${named}, which does not exist`;
  return { fault: { file, key: 'kernel', summary, expected: `kernel: one of ${names.join(', ')}, in ${manifest}` } };
}

/** Refuses modules that are not for the kernel of what takes them; of a module without a kernel its own target tells. */
export function foreignModuleFault(
  facts: WorkspaceFacts,
  taker: { what: string; file: string; key?: string; kernel: KernelFacts },
  modules: readonly ModuleFacts[],
): NamingFault | undefined {
  const foreign = modules.flatMap((module) => {
    const other = kernelOfModule(facts, module).kernel;
    return other && other.name !== taker.kernel.name ? [`${module.name} for ${other.name}`] : [];
  });
  if (foreign.length === 0) return undefined;
  return {
    file: taker.file,
    key: taker.key,
    summary: `${taker.what} is for the kernel ${taker.kernel.name}, but takes ${foreign.join(', ')}`,
    expected: 'one kernel for all of them',
  };
}
