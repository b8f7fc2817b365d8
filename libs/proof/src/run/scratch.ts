// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives `work` a private folder with a short path, which is gone afterwards, however the process ends. */
export async function withScratch<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'nf-proof-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    return await work(directory);
  } finally {
    remove();
    process.off('exit', remove);
  }
}
