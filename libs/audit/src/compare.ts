// SPDX-License-Identifier: Apache-2.0
import { Minimatch } from 'minimatch';
import type { FileAccess } from './strace';

/** What a target declares that it reads; every path and glob is workspace-relative. */
export interface DeclaredInputs {
  /** Every file that the declared inputs come down to. */
  files: readonly string[];
  /** The declared groups as written, each of which must have been worth declaring. */
  groups: readonly string[];
}

/** Where a stage was traced. The folders are absolute and real, without links. */
export interface TracedPlace {
  /** The copy of the workspace that the stage ran in. */
  root: string;
  /** Globs of places in it that hold no inputs: what the stage itself writes, what is identified by other means. */
  ignored: readonly string[];
  /** The workspace that was copied: a stage that reads it has its path from somewhere that it should not. */
  original: string;
  /** Globs of what the copy shares with it. */
  shared: readonly string[];
}

export interface AuditResult {
  /** Read but not declared: inside the copy workspace-relative, in the original absolute. */
  undeclared: string[];
  /** Declared groups of which no file was read. */
  unread: string[];
  /** How many declared files were read. */
  read: number;
}

/** Parsing a glob takes longer than hundreds of comparisons with it. */
const parsed = new Map<string, Minimatch>();

/** Whether `path` matches a glob of the kind Nx inputs use. */
export function matchesGlob(path: string, glob: string): boolean {
  const known = parsed.get(glob) ?? new Minimatch(glob, { dot: true });
  parsed.set(glob, known);
  return known.match(path);
}

/** Whether a group only names places where a file is looked for, and is not: that it comes would be seen. */
function isAbsent(group: string, files: readonly string[]): boolean {
  return !group.includes('*') && !files.some((path) => matchesGlob(path, group));
}

/** Compares what was read inside a copy of the workspace, or in the workspace itself, with what was declared. */
export function compareAccesses(accesses: readonly FileAccess[], declared: DeclaredInputs, place: TracedPlace): AuditResult {
  const { root, ignored, original, shared } = place;
  const written = new Set(accesses.filter(({ kind }) => kind === 'write').map(({ path }) => path));
  const reads = accesses.filter(({ kind, path }) => kind !== 'write' && !written.has(path)).map(({ path }) => path);
  const inside = below(reads, root, ignored);
  const outside = below(reads.filter((path) => !path.startsWith(`${root}/`)), original, shared).map((path) => `${original}/${path}`);
  const files = new Set(declared.files);
  return {
    undeclared: [...inside.filter((path) => !files.has(path)), ...outside].sort(),
    unread: declared.groups
      .filter((group) => !isAbsent(group, declared.files))
      .filter((group) => !inside.some((path) => matchesGlob(path, group))),
    read: inside.filter((path) => files.has(path)).length,
  };
}

/** The paths below a folder, relative to it, each once and without those that match a glob. */
function below(paths: readonly string[], folder: string, without: readonly string[]): string[] {
  const prefix = `${folder}/`;
  const relative = new Set(paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)));
  return [...relative].filter((path) => !without.some((glob) => matchesGlob(path, glob)));
}
