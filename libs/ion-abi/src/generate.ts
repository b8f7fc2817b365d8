// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageOutputs } from '@nexus-forge/artefact';
import { BINDING, checkC, checkZig } from './compile-check';
import type { IonAbi } from './description';
import { emitC } from './emit-c';
import { emitJson } from './emit-json';
import { emitTypeScript } from './emit-typescript';
import { emitZig } from './emit-zig';
import { loadIonAbi } from './load';

export interface GenerateOptions {
  /** `ion-abi.yaml`: where it is, and what errors call it. */
  source: string;
  sourceName: string;
  outputDirectory: string;
  /** C compiler for aarch64 Linux. */
  compiler: string;
  zig: string;
  /** Folder of Zig's cache. */
  zigCache: string;
  signal?: AbortSignal;
}

/** The bindings by file name. */
export function bindings(abi: IonAbi): Record<string, string> {
  return {
    [BINDING.zig]: emitZig(abi),
    [BINDING.c]: emitC(abi),
    [BINDING.typescript]: emitTypeScript(abi),
    [BINDING.json]: emitJson(abi),
  };
}

/** Writes the bindings, compiled once so that none can leave here with a wrong layout. */
export async function generateBindings(options: GenerateOptions): Promise<void> {
  const files = bindings(loadIonAbi(options.source, options.sourceName));
  await stageOutputs(options.outputDirectory, Object.keys(files).map((file) => ({ file })), async (staging) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(staging, file), text);
    await checkC(staging, options.compiler, options.signal);
    await checkZig(staging, options.zig, options.zigCache, options.signal);
  });
}
