// SPDX-License-Identifier: Apache-2.0
import type { FileAccess } from './strace';

/** What is known about files outside of a stage's workspace. Folders are absolute and real, without links. */
export interface KnownFiles {
  /** The copy of the workspace that the stage ran in, and the workspace that was copied. */
  root: string;
  original: string;
  /** Where the stage was told to put scratch files; empty when it began. */
  scratch: string;
  /** Tools whose identity is among the inputs of the stage. */
  declared: ReadonlySet<string>;
  /** The tools whose identity covers a file, given by its real path. */
  toolsOf(path: string): readonly string[];
  /** Whether a file is of the program that runs the executor. */
  isRuntimeFile(path: string): boolean;
  /** Follows links; the path itself for what is gone by now. */
  realPath(path: string): string;
}

/** A file that no input tells of. */
export interface UndeclaredFile {
  path: string;
  /** Tools that the plugin identifies it by, none of which is declared. */
  tools: readonly string[];
}

/** What a stage read or executed outside of its workspace; every file counts once. */
export interface OutsideFiles {
  /** Declared tool → number of its files. */
  byTool: Record<string, number>;
  /** Number of files that are no inputs. */
  noInput: number;
  undeclared: UndeclaredFile[];
}

/** What stands for the declared tools that share a file: most of these are libraries. */
export const SEVERAL = 'several of them';

/** Files that no result comes from, and why. */
const NO_INPUTS: readonly [pattern: RegExp, why: string][] = [
  [/^\/(proc|sys|dev)\//, 'the state of the machine and its devices'],
  [/^\/etc\/ld\.so\.(cache|conf|preload)/, 'where libraries are; those that are loaded count themselves'],
  [/^\/etc\/(passwd|group|nsswitch\.conf)$/, 'names of users; archives are packed with fixed owners'],
  [/^\/(etc\/localtime$|usr\/share\/zoneinfo\/)/, 'time zones; every tool runs with TZ=UTC'],
  [/^\/usr\/(lib|share)\/(locale|i18n)\//, 'languages; every tool runs with LC_ALL=C'],
  [/\/gconv\/gconv-modules\.cache$/, 'character sets; every tool runs with LC_ALL=C'],
  [/^\/etc\/ssl\/openssl\.cnf$/, 'settings of connections, of which no stage makes one'],
];

/** The same, where only the executor itself reads them. */
const OF_THE_EXECUTOR: readonly [pattern: RegExp, why: string][] = [
  [/^\/var\/lib\/dpkg\//, 'which package brought a file: by it tools are identified'],
];

/** Of a copy's original: what stages keep between runs, by the content of what it was made from. */
const KEPT = /^\.toolchain\/zig-cache\//;

/**
 * Attributes every file that was read or executed outside of the workspace to a declared tool, to what is no input, or
 * to nobody. What lies in the workspace that was copied is `compareAccesses`' to judge, but for the tools in it.
 */
export function attributeOutside(accesses: readonly FileAccess[], known: KnownFiles): OutsideFiles {
  const written = new Set(accesses.filter(({ kind }) => kind === 'write').map(({ path }) => path));
  const result: OutsideFiles = { byTool: {}, noInput: 0, undeclared: [] };
  const seen = new Set<string>();
  for (const access of accesses) {
    // The folder itself too: QEMU opens the one that it stands in, to come back to it.
    if (written.has(access.path) || [known.root, known.scratch].some((folder) => `${access.path}/`.startsWith(`${folder}/`))) continue;
    const file = known.realPath(sourceOf(known.realPath(access.path)));
    if (seen.has(file)) continue;
    seen.add(file);
    judge(access, file, known, result);
  }
  return result;
}

function judge(access: FileAccess, file: string, known: KnownFiles, result: OutsideFiles): void {
  const tools = known.toolsOf(file);
  const inOriginal = file.startsWith(`${known.original}/`) ? file.slice(known.original.length + 1) : undefined;
  if (inOriginal !== undefined && tools.length === 0 && (!inOriginal.startsWith('.toolchain/') || KEPT.test(inOriginal))) return;
  if (isNoInput(access, file, known)) return void result.noInput++;
  const declared = tools.filter((tool) => known.declared.has(tool));
  if (declared.length === 0) return void result.undeclared.push({ path: access.path, tools });
  const name = declared.length === 1 ? declared[0]! : SEVERAL;
  result.byTool[name] = (result.byTool[name] ?? 0) + 1;
}

function isNoInput(access: FileAccess, file: string, known: KnownFiles): boolean {
  const matches = (table: typeof NO_INPUTS) => table.some(([pattern]) => pattern.test(access.path) || pattern.test(file));
  return matches(NO_INPUTS) || (access.runtime === true && (known.isRuntimeFile(file) || matches(OF_THE_EXECUTOR)));
}

/** What Python compiled is told by its text, with whose size and time it compares it. */
function sourceOf(path: string): string {
  return path.replace(/\/__pycache__\/([^/.]+)\.[\w-]+(?:\.opt-\d)?\.pyc$/, '/$1.py');
}

/** One line: what a stage read outside of its workspace. */
export function formatOutside({ byTool, noInput, undeclared }: OutsideFiles): string {
  const tools = Object.entries(byTool).sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  const parts = [...tools, ['no inputs', noInput] as const, ['undeclared', undeclared.length] as const].filter(([, count]) => count > 0);
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  return `${total} files outside the workspace${parts.length > 0 ? `: ${parts.map(([name, count]) => `${name} ${count}`).join(', ')}` : ''}`;
}
