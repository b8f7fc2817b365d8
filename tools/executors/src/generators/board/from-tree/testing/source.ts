// SPDX-License-Identifier: Apache-2.0
// Trees for tests, from source by the real dtc.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSourceTree } from '../read-tree';
import type { SourceTree } from '../tree';

/** A folder that goes when the process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nf-from-tree-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes the blob of a root node's inside; its path. */
export function blobOf(inside: string, before = ''): string {
  const blob = join(scratchFolder(), 'source.dtb');
  execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', blob, '-'], {
    input: `/dts-v1/;\n${before}\n/ {\n${inside}\n};\n`,
  });
  return blob;
}

export function treeOf(inside: string, before = ''): Promise<SourceTree> {
  return readSourceTree(blobOf(inside, before));
}
