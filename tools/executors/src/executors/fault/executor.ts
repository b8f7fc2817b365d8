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
    const lineCounter = new LineCounter();
    const document = parseDocument(readFileSync(join(root, file), 'utf8'), { lineCounter, prettyErrors: false });
    const place = (offset: number): Place => {
      const { line, col } = lineCounter.linePos(offset);
      return { file, line, column: col };
    };
    // A key that the reader sees may be missing only because the text breaks off before it.
    const syntax = document.errors[0];
    if (syntax) throw new ForgeError(syntax.message, { at: place(syntax.pos[0]) });
    throw new ForgeError(summary, { at: place(offsetOf(document.contents, key)), expected });
  });
}

/** Where a top-level key begins; the beginning of the file when it is not there. */
function offsetOf(contents: unknown, key: string | undefined): number {
  const items = (contents as YAMLMap<{ value?: unknown; range?: [number, number, number] }> | null)?.items ?? [];
  return items.find((item) => item.key?.value === key)?.key.range?.[0] ?? 0;
}
