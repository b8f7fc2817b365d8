// SPDX-License-Identifier: Apache-2.0
import type { ToolReference } from '@nexus-forge/toolchain';
import type { NamingFault } from './kernel-of';
import type { UnclearLine } from './read/kbuild';
import type { ListedObject } from './read/kbuild-beyond';
import type { Misnamed } from './roots';

/** What was found on disk about a project. All paths are workspace-relative, with `/`. */
export interface ProjectFacts {
  /** The file that makes it a project. */
  file: string;
  /** Folder of that file. */
  root: string;
  name: string;
  /** The file that gives the name. Left out: it is made from the path. */
  namedIn?: string;
  /** Why it can't have the name that it is given, or is not as its files say. */
  nameFault?: NamingFault;
}

/** An output of a target, written `project:target/file` in YAML. */
export interface ArtefactReference {
  project: string;
  target: string;
  file: string;
}

/** Places where an included file is looked for, in that order, up to the one where it is. */
export type Looked = readonly string[];

export interface BoardFacts extends ProjectFacts {
  /** Path of the cell's manifest. */
  cell?: string;
  /** Folder of binding documents that its device trees are validated against. */
  bindingDocuments?: string;
  /** Device tree source of its own. */
  fragments: readonly string[];
  /** What that includes: for each include the places where it is looked for, the last being where it is. */
  includes?: readonly Looked[];
  firmware?: FirmwareFacts;
  /** Proofs of which it says that it cannot offer some check. */
  inapplicable: readonly string[];
}

/** Values of -D options of `zig build`. */
export type Defines = Readonly<Record<string, string | boolean | number>>;

export interface FirmwareFacts {
  /** Folder of the kernel's Zig package. */
  package: string;
  /** Folder of the EL2 stub's Zig package. */
  stub?: string;
  /** Target name → the -D options of that build. */
  builds: Readonly<Record<string, Defines>>;
  /** Upper limits in bytes. */
  budget: { stub?: number; image?: number };
}

export interface CellFacts extends ProjectFacts {
  /** Name of the kernel that it is for, where it says it. */
  kernel?: string;
  /** Left out: that of its kernel. */
  image?: ArtefactReference;
  initramfs?: ArtefactReference;
  /** Path of the initramfs.yaml that its bundle's task makes the initramfs from, where it takes no artefact. */
  initramfsDescription?: string;
}

export interface KernelFacts extends ProjectFacts {
  /** Pin of workspace.json that brings the source, or one series of it. */
  source: ToolReference;
  /** Configuration fragments. */
  fragments: readonly string[];
}

export interface ModuleFacts extends ProjectFacts {
  /** Names of the modules that its Kbuild builds. */
  modules: readonly string[];
  /** Lines of its Kbuild that may build others. */
  unclear?: readonly UnclearLine[];
  /** Lines of its Kbuild that read what does not lie in its folder, in a way that only make understands. */
  beyond?: readonly UnclearLine[];
  /** Objects that its Kbuild lists, and of which its folder has no source. */
  sourceless?: readonly ListedObject[];
  /** Folders of other modules whose headers (and symbols) it uses. */
  dependencies: readonly string[];
  /** Further folders of the include path, outside its own. */
  folders: readonly string[];
  /** What it includes by a path that leaves its folder. */
  includes: readonly Looked[];
  /** What it asks for or includes outside its folder, and is not there. */
  absent?: readonly Looked[];
  /** What its host tests are made of, outside its folder: sources, and what they include. */
  tests?: readonly Looked[];
  /** Whether it, or a header it uses, includes the generated ION bindings. */
  usesBindings: boolean;
  /** Path of the module.yaml beside its Kbuild, if there is one. */
  manifest?: string;
  /** Names of the kernels it is built for, as far as it says them. */
  kernels: readonly string[];
  /** The line of its Kbuild that names modules. */
  line?: number;
}

export interface InitramfsFacts extends ProjectFacts {
  /** Names of modules, in load order. */
  modules: readonly string[];
  /** Names of the kernels it is for, as far as it says them. */
  kernels: readonly string[];
  /** What /init is compiled from. */
  sources: readonly string[];
  /** Further files of the archive. */
  members: readonly string[];
  /** What the sources include by a path that leaves the folder. */
  includes?: readonly Looked[];
}

export interface ZigPackageFacts extends ProjectFacts {
  /** Dependencies by path: name → folder. */
  dependencies: Readonly<Record<string, string>>;
  /** Names of the -D options that build.zig declares. */
  options: readonly string[];
  /** Steps that build.zig declares. */
  steps: readonly string[];
  /** Tools beside Zig that build.zig runs, by the names of their pins. */
  tools: readonly string[];
}

export interface ProofFacts {
  file: string;
  /** Name of the file without `.proof.yaml`. */
  id: string;
  title?: string;
  project?: string;
  target: string;
  /** Names of the boards that it is held on, or every board that has what it needs. */
  boards: readonly string[] | 'all';
  /** Where the project is `{board}`, the board's own. */
  artefacts: Readonly<Record<string, ArtefactReference>>;
  /** Further pins whose versions its evidence states. */
  pins: readonly string[];
  hasMutants: boolean;
  /** Artefacts that replace those above when mutants are run. */
  sabotage: Readonly<Record<string, ArtefactReference>>;
}

/** A file that is named wrongly, with the folder that is a project because of it. */
export interface MisnamedFacts extends ProjectFacts, Misnamed {}

export interface WorkspaceFacts {
  defaultBoard?: string;
  /** Names of the pins of workspace.json. */
  pins: readonly string[];
  boards: readonly BoardFacts[];
  cells: readonly CellFacts[];
  kernels: readonly KernelFacts[];
  modules: readonly ModuleFacts[];
  initramfs: readonly InitramfsFacts[];
  packages: readonly ZigPackageFacts[];
  proofs: readonly ProofFacts[];
  /** The folders of proofs: what can be held nowhere is shown there. */
  proofFolders: readonly ProjectFacts[];
  /** Files that nothing is inferred from, since they end in .yml. */
  misnamed: readonly MisnamedFacts[];
  bindings: readonly ProjectFacts[];
}
