// SPDX-License-Identifier: Apache-2.0
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '@nexus-forge/artefact';
import { filesOf, type InputEntry } from './changed-inputs';

/** Outputs of producers as they were, by workspace-relative path. */
export type Artefacts = ReadonlyMap<string, { state: string; sha256: string }>;

/** The outputs that a target declares as inputs, as they are now. */
export function artefactsNow(root: string, inputs: readonly InputEntry[]): Artefacts {
  const patterns = inputs.flatMap((input) => (typeof input === 'object' ? (input.dependentTasksOutputFiles ?? []) : []));
  const paths = patterns.flatMap((pattern) => filesOf(root, pattern));
  return new Map(paths.map((path) => [path, { state: stateOf(join(root, path)) ?? '', sha256: sha256File(join(root, path)) }]));
}

/**
 * Those whose bytes are others now: a second run in the same clone has made them anew, of other inputs. One that is put
 * in place again with the same bytes has not changed, and neither has one that Nx takes away for that.
 */
export function artefactsChanged(root: string, before: Artefacts): string[] {
  return [...before].flatMap(([path, { state, sha256 }]) => {
    const now = stateOf(join(root, path));
    return now === undefined || now === state || sha256File(join(root, path)) === sha256 ? [] : [path];
  });
}

/** Tells a file from one that was written or put in its place since. */
function stateOf(file: string): string | undefined {
  const state = lstatSync(file, { throwIfNoEntry: false });
  return state && `${state.ino} ${state.size} ${state.ctimeMs}`;
}
