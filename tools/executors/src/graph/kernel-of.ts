// SPDX-License-Identifier: Apache-2.0
import type { InitramfsFacts, KernelFacts, ModuleFacts, WorkspaceFacts } from './facts';
import { renaming } from './misnamed';
import { MODULE_FILE } from './read/kbuild';

/** What a configuration file says wrongly: which file, which line or key, and what would be right. */
export interface NamingFault {
  file: string;
  /** For a file that has no keys. */
  line?: number;
  /** With dots where it is inside of others; an element of a list by its index. */
  key?: string;
  summary: string;
  expected: string;
  /** What to do, where `expected` alone does not say it. */
  fix?: string;
}

/** The kernels that something is built for. */
export interface KernelChoice {
  /** Of those that it names, the ones that exist; where it names none, the only one of the workspace. */
  kernels: readonly KernelFacts[];
  /** Whether it names several: what is made for each of them then carries the kernel's name. */
  several: boolean;
  /** Where it names one that does not exist, or none and it had to. */
  fault?: NamingFault;
}

/** The kernels of a module: what its module.yaml names. */
export function kernelsOfModule(
  facts: WorkspaceFacts,
  { name, file, line, root, manifest, kernels }: ModuleFacts,
): KernelChoice {
  const place = manifest === undefined ? { file, line } : { file: manifest };
  return choose(facts, { what: `the module ${name}`, named: kernels, place, manifest: `${root}/${MODULE_FILE}` });
}

/** The kernels of an initramfs: what its initramfs.yaml names. */
export function kernelsOfInitramfs(facts: WorkspaceFacts, { name, file, kernels }: InitramfsFacts): KernelChoice {
  return choose(facts, { what: `the initramfs ${name}`, named: kernels, place: { file }, manifest: file });
}

/** What names a kernel, or has to. */
export interface Naming {
  what: string;
  /** Names of projects. */
  named: readonly string[];
  /** Where a fault is shown. */
  place: Pick<NamingFault, 'file' | 'line'>;
  /** Where `kernel` is to be written. */
  manifest: string;
}

/** With one kernel in the workspace its name may be left out; of several none is taken for being the first. */
export function choose(facts: WorkspaceFacts, { what, named, place, manifest }: Naming): KernelChoice {
  const { kernels: known } = facts;
  const names = known.map(({ name }) => name).sort();
  const unknown = named.filter((name) => !names.includes(name));
  const isClear = named.length === 0 && known.length === 1;
  const kernels = isClear ? known : named.flatMap((name) => known.filter((kernel) => kernel.name === name));
  const choice = { kernels, several: named.length > 1 };
  if (isClear || (named.length > 0 && unknown.length === 0)) return choice;
  const fault = (summary: string, expected: string): KernelChoice => ({
    ...choice,
    fault: { ...place, key: 'kernel', summary, expected, fix: renaming(facts, 'kernels') },
  });
  if (names.length === 0) return fault(`${what} has no kernel to be built for`, 'a kernel.yaml in this workspace');
  const expected = `kernel: one of ${names.join(', ')}, in ${manifest}`;
  if (named.length === 0) return fault(`${what} does not say which of ${names.length} kernels it is for`, expected);
  return fault(`${what} is for the kernel ${unknown.join(', ')}, which does not exist`, expected);
}

/**
 * The name of the target that makes something for one of its kernels: `plain` where it names one. What is not for that
 * kernel tells so under the plain name.
 */
export function nameForKernel({ kernels, several }: KernelChoice, plain: string, kernel: KernelFacts): string {
  return several && kernels.includes(kernel) ? `${plain}-${kernel.name}` : plain;
}
