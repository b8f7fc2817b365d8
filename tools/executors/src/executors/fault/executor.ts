// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { ForgeError, reportFailure, type Place } from '@nexus-forge/process';
import { LineCounter, parseDocument, type YAMLMap } from 'yaml';

export interface FaultOptions {
  summary: string;
  file: string;
  key?: string;
  expected?: string;
}

/** Reports a fault that was found while the graph was made, with its place, and fails. */
export default function fault(options: FaultOptions, { root }: Pick<ExecutorContext, 'root'>): Promise<{ success: boolean }> {
  return reportFailure(async () => {
    const { summary, file, key, expected } = options;
    const at = placeOf(readFileSync(join(root, file), 'utf8'), file, key);
    throw new ForgeError(summary, { at, expected });
  });
}

/** The place of a top-level key; of the file's beginning when it is not there. */
function placeOf(text: string, file: string, key: string | undefined): Place {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter });
  const items = (contents as YAMLMap<{ value?: unknown; range?: [number, number, number] }> | null)?.items ?? [];
  const offset = items.find((item) => item.key?.value === key)?.key.range?.[0] ?? 0;
  const { line, col } = lineCounter.linePos(offset);
  return { file, line, column: col };
}
