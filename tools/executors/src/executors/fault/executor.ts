// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError, type Place } from '@nexus-forge/process';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { runStage, type StageContext } from '../../run-stage';

export interface FaultOptions {
  summary: string;
  file: string;
  /** For a file that has no keys. */
  line?: number;
  key?: string;
  expected?: string;
  fix?: string;
}

/** Reports a fault that was found while the graph was made, with its place, and fails. */
export default function fault(options: FaultOptions, context: StageContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const { root } = context;
    const { summary, file, line, key, expected, fix } = options;
    if (!/\.ya?ml$/.test(file)) throw new ForgeError(summary, { at: { file, line }, expected, fix });
    const lineCounter = new LineCounter();
    const document = parseDocument(readFileSync(join(root, file), 'utf8'), { lineCounter, prettyErrors: false });
    const place = (offset: number): Place => {
      const { line, col } = lineCounter.linePos(offset);
      return { file, line, column: col };
    };
    // A key that the reader sees may be missing only because the text breaks off before it.
    const syntax = document.errors[0];
    if (syntax) throw new ForgeError(syntax.message, { at: place(syntax.pos[0]) });
    throw new ForgeError(summary, { at: place(offsetOf(document.contents, key)), expected, fix });
  });
}

/** Where a key begins; where it is not there, the nearest that it would be inside of, or the beginning of the file. */
function offsetOf(contents: unknown, key = ''): number {
  let [node, offset] = [contents, 0];
  for (const part of key.split('.')) {
    const entry = entryOf(node, part);
    if (entry === undefined) break;
    [node, offset] = [entry.value, offsetIn(entry.at) ?? offset];
  }
  return offset;
}

/** What a mapping has under a key, or a list at an index, and the node that it begins with. */
function entryOf(node: unknown, part: string): { at: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(part)];
    return value === undefined ? undefined : { at: value, value };
  }
  const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
  return pair && { at: pair.key, value: pair.value };
}

function offsetIn(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
