// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import type { KnownFiles } from '@nexus-forge/audit';
import {
  CATALOGUE,
  contentOf,
  contentOfProgram,
  filesOfContent,
  formatToolReference,
  identityVariable,
  isFilePin,
  loadManifest,
  locateTool,
  pinFor,
  referencesOf,
  ToolState,
  type Manifest,
  type ToolContent,
  type ToolReference,
} from '@nexus-forge/toolchain';
import { BUNDLES, type Stage } from '../../stage';

/** What this machine's tools are made of. */
export interface ToolFiles {
  /** Real path of each file → the tools whose identity covers it. */
  tools: ReadonlyMap<string, readonly string[]>;
  /** Real paths of the files that the program running the executors is made of, with the shell of its guard. */
  runtime: ReadonlySet<string>;
}

/** Node runs this plugin as it runs Nx, and no bytes of a result are its own; so it is no input. */
const RUNTIME = [process.execPath, '/bin/sh'];

export function toolFiles(workspaceRoot: string): ToolFiles {
  const manifest = loadManifest(workspaceRoot);
  const state = new ToolState(workspaceRoot);
  const files = (content: ToolContent) => filesOfContent(content, state);
  const tools = new Map<string, string[]>();
  for (const reference of toolsAsked(manifest)) {
    const pin = pinFor(manifest, reference);
    const program = locateTool(workspaceRoot, reference.name, pin);
    if (program === undefined) continue;
    const name = formatToolReference(reference);
    for (const file of files(contentOf(program, reference.name, pin, state))) tools.set(file, [...(tools.get(file) ?? []), name]);
  }
  const runtime = RUNTIME.flatMap((program) => files(contentOfProgram(program, [program], {}, state)));
  return { tools, runtime: new Set([...runtime, ...loadedLibraries().map(realPath)]) };
}

/** The libraries that this Node has loaded, as it says itself: no package tells those of one that none brought. */
function loadedLibraries(): string[] {
  const { sharedObjects = [] } = process.report.getReport() as { sharedObjects?: string[] };
  return sharedObjects;
}

/** The tools that a stage can declare: of a file each series is one of its own, while of a program a machine has one. */
function toolsAsked(manifest: Manifest): ToolReference[] {
  const pinned = referencesOf(manifest).filter(({ name, series }) => series === undefined || isFilePin(manifest.toolchain[name]));
  const known = Object.keys(CATALOGUE).filter((name) => manifest.toolchain[name] === undefined);
  return [...known.map((name) => ({ name })), ...pinned];
}

/** What a stage may use, and what is known of the rest. */
export function knownTools(stage: Stage, { tools, runtime }: ToolFiles): Pick<KnownFiles, 'declared' | 'toolsOf' | 'isRuntimeFile' | 'realPath'> {
  const variables = new Set(stage.inputs.flatMap((input) => (typeof input === 'object' ? [input['env']] : [])));
  const declared = new Set([...tools.values()].flat().filter((name) => variables.has(identityVariable(name))));
  const plugin = realPath(BUNDLES);
  return {
    declared,
    toolsOf: (path) => tools.get(path) ?? [],
    isRuntimeFile: (path) => runtime.has(path) || path.startsWith(`${plugin}/`) || OF_NODE.test(path),
    realPath,
  };
}

/** Libraries of the executors, which are bundled, and where Node looks whether a file is CommonJS; a workspace may have them by a link. */
const OF_NODE = /\/node_modules\/|\/package\.json$/;

/** What is gone by now stays as it was named. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
