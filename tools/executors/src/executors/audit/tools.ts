// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { undeclaredTools, type FileAccess } from '@nexus-forge/audit';
import {
  CATALOGUE,
  formatToolReference,
  identifyingFiles,
  identityVariable,
  isFilePin,
  loadManifest,
  locateTool,
  pinFor,
  referencesOf,
  type Manifest,
  type ToolReference,
} from '@nexus-forge/toolchain';
import type { Stage } from '../../stage';

/** Real path of each file by which a tool of this machine is identified → the tools that it belongs to. */
export function toolFiles(workspaceRoot: string): Map<string, string[]> {
  const manifest = loadManifest(workspaceRoot);
  const files = new Map<string, string[]>();
  for (const reference of toolsAsked(manifest)) {
    const pin = pinFor(manifest, reference);
    const program = locateTool(workspaceRoot, reference.name, pin);
    if (program === undefined) continue;
    const names = identifyingFiles(program, reference.name, pin).map(realPath);
    for (const file of names) files.set(file, [...(files.get(file) ?? []), formatToolReference(reference)]);
  }
  return files;
}

/** The tools that a stage can declare: of a file each series is one of its own, while of a program a machine has one. */
function toolsAsked(manifest: Manifest): ToolReference[] {
  const pinned = referencesOf(manifest).filter(({ name, series }) => series === undefined || isFilePin(manifest.toolchain[name]));
  const known = Object.keys(CATALOGUE).filter((name) => manifest.toolchain[name] === undefined);
  return [...known.map((name) => ({ name })), ...pinned];
}

/** One line for each program of a tool that the stage used without having the tool's identity among its inputs. */
export function toolFaults(stage: Stage, accesses: readonly FileAccess[], files: ReadonlyMap<string, readonly string[]>): string[] {
  const variables = new Set(stage.inputs.flatMap((input) => (typeof input === 'object' ? [input['env']] : [])));
  const declared = new Set([...files.values()].flat().filter((name) => variables.has(identityVariable(name))));
  return undeclaredTools(accesses, declared, realPath, files).map(
    ({ path, tools }) => `${stage.id} uses ${path} of the tool ${tools.join(' or ')}, which it does not declare`,
  );
}

/** What is gone by now was no tool. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
