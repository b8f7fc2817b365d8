// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageOutputs } from '@nexus-forge/artefact';
import { BINDING, checkC, checkZig } from './compile-check';
import type { IonAbi } from './description';
import { emitC } from './emit-c';
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
  /** Path of Zig and of its cache folder; left out, or not there: the Zig binding is first compiled with the firmware. */
  zig?: string;
  zigCache?: string;
  signal?: AbortSignal;
}

/** The three bindings by file name. */
export function bindings(abi: IonAbi): Record<string, string> {
  return { [BINDING.zig]: emitZig(abi), [BINDING.c]: emitC(abi), [BINDING.typescript]: emitTypeScript(abi) };
}

/** Writes the bindings, compiled once so that none can leave here with a wrong layout. Returns what was checked. */
export async function generateBindings(options: GenerateOptions): Promise<string[]> {
  const files = bindings(loadIonAbi(options.source, options.sourceName));
  const checked = ['C'];
  await stageOutputs(options.outputDirectory, Object.keys(files).map((file) => ({ file })), async (staging) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(staging, file), text);
    await checkC(staging, options.compiler, options.signal);
    if (options.zig && options.zigCache && (await checkZig(staging, options.zig, options.zigCache, options.signal))) checked.push('Zig');
  });
  return checked;
}
