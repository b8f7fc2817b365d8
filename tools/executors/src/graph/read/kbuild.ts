// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { LenientMap } from './yaml';

/** The generated header of the ION bindings. */
export const BINDINGS_HEADER = 'ion_abi.h';

/** The file beside a module's Kbuild that says which kernel it is for. */
export const MODULE_FILE = 'module.yaml';

export interface KbuildFacts {
  /** Whether it builds a module of its own, rather than only naming subfolders. */
  buildsModule: boolean;
  /** Folders that it adds to the include path as `-I$(src)/../other`. */
  includeFolders: string[];
}

export function readKbuild(file: string, text: string): KbuildFacts {
  const code = text.replace(/#.*$/gm, '');
  const folders = [...code.matchAll(/-I\s*\$[({]src[)}]\/(\S+)/g)].map((match) => posix.join(posix.dirname(file), match[1]!));
  return {
    buildsModule: /^\s*obj-m\s*[:+]?=\s*\S+\.o/m.test(code),
    includeFolders: [...new Set(folders)].sort(),
  };
}

/** The kernel that a module.yaml names. */
export function readModule(text: string): { kernel?: string } {
  return { kernel: LenientMap.parse(text).text('kernel') };
}
