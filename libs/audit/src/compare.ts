// SPDX-License-Identifier: Apache-2.0
import { minimatch } from 'minimatch';
import type { FileAccess } from './strace';

/** What a target declares that it reads; every path and glob is workspace-relative. */
export interface DeclaredInputs {
  /** Every file that the declared inputs come down to. */
  files: readonly string[];
  /** The declared groups as written, each of which must have been worth declaring. */
  groups: readonly string[];
}

export interface AuditResult {
  /** Read inside the workspace, but not declared. */
  undeclared: string[];
  /** Declared groups of which no file was read. */
  unread: string[];
  /** How many declared files were read. */
  read: number;
}

/** Whether `path` matches a glob of the kind Nx inputs use. */
export function matchesGlob(path: string, glob: string): boolean {
  return minimatch(path, glob, { dot: true });
}

/**
 * Compares what was read inside `workspaceRoot` with what was declared. `ignored` are globs of places that hold no
 * inputs: what the stage itself writes, tools and libraries that are identified by other means.
 */
export function compareAccesses(
  accesses: readonly FileAccess[],
  declared: DeclaredInputs,
  workspaceRoot: string,
  ignored: readonly string[],
): AuditResult {
  const prefix = `${workspaceRoot}/`;
  const written = new Set(accesses.filter(({ kind }) => kind === 'write').map(({ path }) => path));
  const reads = new Set(
    accesses
      .filter(({ path, kind }) => kind !== 'write' && path.startsWith(prefix) && !written.has(path))
      .map(({ path }) => path.slice(prefix.length))
      .filter((path) => !ignored.some((glob) => matchesGlob(path, glob))),
  );
  const files = new Set(declared.files);
  return {
    undeclared: [...reads].filter((path) => !files.has(path)).sort(),
    unread: declared.groups.filter((group) => ![...reads].some((path) => matchesGlob(path, group))),
    read: [...reads].filter((path) => files.has(path)).length,
  };
}
