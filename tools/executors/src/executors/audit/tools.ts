// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { undeclaredTools, type FileAccess } from '@nexus-forge/audit';
import { CATALOGUE, identifyingFiles, identityVariable, loadManifest, locateTool } from '@nexus-forge/toolchain';
import type { Stage } from '../../stage';

/** Real path of each file by which a tool of this machine is identified → the tools that it belongs to. */
export function toolFiles(workspaceRoot: string): Map<string, string[]> {
  const { toolchain } = loadManifest(workspaceRoot);
  const files = new Map<string, string[]>();
  for (const name of new Set([...Object.keys(CATALOGUE), ...Object.keys(toolchain)])) {
    const pin = toolchain[name];
    const program = locateTool(workspaceRoot, name, pin);
    if (program === undefined) continue;
    for (const file of identifyingFiles(program, name, pin).map(realPath)) files.set(file, [...(files.get(file) ?? []), name]);
  }
  return files;
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
