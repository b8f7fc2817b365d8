// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import { withPrivateFolder } from '@nexus-forge/process';

/** Gives `work` a private folder with a short path, as sockets need it, which is gone afterwards. */
export function withScratch<T>(work: (directory: string) => Promise<T>): Promise<T> {
  return withPrivateFolder(tmpdir(), 'nf-proof', work);
}
