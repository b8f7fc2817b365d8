// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { ModuleFacts } from '../facts';
import { includedHeaders } from '../scan/c';
import { projectOf } from './manifests';

/** The generated header of the ION bindings. */
export const BINDINGS_HEADER = 'ion_abi.h';

/** Whether a Kbuild file builds a module of its own, rather than only naming subfolders. */
export function buildsModule(kbuild: string): boolean {
  return /^\s*obj-m\s*[:+]?=\s*\S+\.o/m.test(kbuild);
}

/** Folders that a Kbuild file adds to the include path as `-I$(src)/../other`. */
export function includeFolders(root: string, kbuild: string): string[] {
  const code = kbuild.replace(/#.*$/gm, '');
  const found = [...code.matchAll(/-I\s*\$[({](?:src|srctree\/\$\(src\))[)}]\/([^\s]+)/g)];
  return [...new Set(found.map((match) => posix.join(root, match[1]!)))].sort();
}

/** The C sources of a folder: path → text. */
export type SourcesOf = (folder: string) => readonly string[];

/** Facts of a module. `isModule` tells whether a folder is a module's; `sourcesOf` gives the texts of a folder. */
export function readModule(file: string, kbuild: string, isModule: (folder: string) => boolean, sourcesOf: SourcesOf): ModuleFacts {
  const project = projectOf(file);
  const dependencies = includeFolders(project.root, kbuild).filter((folder) => folder !== project.root && isModule(folder));
  const usesBindings = [project.root, ...dependencies].some((folder) =>
    sourcesOf(folder).some((text) => includedHeaders(text).includes(BINDINGS_HEADER)),
  );
  return { ...project, dependencies, usesBindings };
}
