// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';

/** Where a kind of file lies below its folder: in it, in a folder of it, or anywhere below. */
type Depth = 'in it' | 'in a folder of it' | 'anywhere below it';

interface Kind {
  /** Names of its files, as a glob takes them: with at most one `*`, at the beginning. */
  names: readonly string[];
  depth: Depth;
  /** Where it lies when nx.json does not say it. */
  folders: readonly string[];
}

/** What projects and targets are inferred from, by the name that its folders have in the plugin's option `roots`. */
const KINDS = {
  boards: { names: ['board.yaml'], depth: 'in a folder of it', folders: ['apps'] },
  firmware: { names: ['build.zig'], depth: 'in a folder of it', folders: ['firmware'] },
  proofs: { names: ['*.proof.yaml'], depth: 'in it', folders: ['proofs'] },
  cells: { names: ['cell.yaml'], depth: 'anywhere below it', folders: ['.'] },
  kernels: { names: ['kernel.yaml'], depth: 'anywhere below it', folders: ['.'] },
  modules: { names: ['Kbuild', 'module.yaml'], depth: 'anywhere below it', folders: ['.'] },
  initramfs: { names: ['initramfs.yaml'], depth: 'anywhere below it', folders: ['.'] },
  bindings: { names: ['ion-abi.yaml'], depth: 'anywhere below it', folders: ['.'] },
} as const satisfies Record<string, Kind>;

export type RootKind = keyof typeof KINDS;
export const ROOT_KINDS = Object.keys(KINDS) as readonly RootKind[];

/** Folders of the workspace by the kind of files that lie there; `.` is the workspace itself. */
export type Roots = Readonly<Record<RootKind, readonly string[]>>;

export const DEFAULT_ROOTS: Roots = Object.fromEntries(
  ROOT_KINDS.map((kind) => [kind, KINDS[kind].folders]),
) as unknown as Roots;

/** Names of the files of a kind, as a glob takes them. */
export const namesOf = (kind: RootKind): string[] => [...KINDS[kind].names];

/** Files that take names, wherever they lie. */
const NAMING = ['project.json'];
/** Files at the top of the workspace. */
const AT_TOP = ['workspace.json'];

function withOtherEnding(name: string): string[] {
  return name.endsWith('.yaml') ? [name, name.replace(/\.yaml$/, '.yml')] : [name];
}

/**
 * Every file that may be of some kind. Nx asks for it before it says what the options are; `isConfigFile` then leaves
 * those out that lie in no folder of their kind.
 */
export const CONFIG_FILES = `{${[
  ...AT_TOP,
  ...[...ROOT_KINDS.flatMap((kind) => KINDS[kind].names).flatMap(withOtherEnding), ...NAMING].map((name) => `**/${name}`),
].join(',')}}`;

/** Kinds whose files are YAML. */
export type YamlKind = Exclude<RootKind, 'firmware'>;
const YAML_KINDS = ROOT_KINDS.filter((kind): kind is YamlKind => kind !== 'firmware');

/** A file that would be one of a kind, but for its ending. */
export interface Misnamed {
  kind: YamlKind;
  /** Its path as it should be. */
  right: string;
}

/** A `.yml` where the graph looks for a `.yaml`: nobody would be told of it otherwise. */
export function misnamedAs(path: string, roots: Roots): Misnamed | undefined {
  if (!path.endsWith('.yml')) return undefined;
  const right = path.replace(/\.yml$/, '.yaml');
  const kind = YAML_KINDS.find((one) => isOfKind(one, right) && isAtPlace(one, right, roots));
  return kind && { kind, right };
}

/** Whether a project or a target is inferred from a file, or a name taken by it. */
export function isConfigFile(path: string, roots: Roots): boolean {
  if (AT_TOP.includes(path) || NAMING.includes(posix.basename(path))) return true;
  if (misnamedAs(path, roots)) return true;
  return ROOT_KINDS.some((kind) => isOfKind(kind, path) && isAtPlace(kind, path, roots));
}

function isOfKind(kind: RootKind, path: string): boolean {
  return KINDS[kind].names.some((glob) => isNamed(posix.basename(path), glob));
}

/** Whether a file of a kind would lie where the graph looks for it. */
export function isAtPlace(kind: RootKind, path: string, roots: Roots): boolean {
  return roots[kind].some((root) => lies(path, root, KINDS[kind].depth));
}

/** How what lies in `folder` becomes one of a kind. */
export function rootsRemedy(kind: RootKind, folder: string, roots: Roots): string {
  const isAround = KINDS[kind].depth === 'in a folder of it';
  const option = JSON.stringify({ roots: { [kind]: [...roots[kind], isAround ? posix.dirname(folder) : folder] } });
  return `for a folder elsewhere, name ${isAround ? 'the one around it' : 'it'} in the plugin's options in nx.json: ${option}`;
}

function isNamed(name: string, glob: string): boolean {
  return glob.startsWith('*') ? name.endsWith(glob.slice(1)) && name.length >= glob.length : name === glob;
}

function lies(path: string, root: string, depth: Depth): boolean {
  const folder = posix.dirname(path);
  switch (depth) {
    case 'in it':
      return folder === root;
    case 'in a folder of it':
      return folder !== '.' && posix.dirname(folder) === root;
    case 'anywhere below it':
      return root === '.' || path.startsWith(`${root}/`);
  }
}
