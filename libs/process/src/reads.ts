// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';

/** Told of files that were read; throws to refuse them. Paths are absolute. */
export type ReadsListener = (paths: readonly string[]) => void;

const listeners = new AsyncLocalStorage<ReadsListener>();

/** Does `work`; `listen` is told what it reads, as far as the tools that it runs can say. */
export function withReads<T>(listen: ReadsListener, work: () => Promise<T>): Promise<T> {
  return listeners.run(listen, work);
}

/**
 * Says which files a tool has read, by its own account (a dependency file, a cache manifest), for whoever holds that
 * against what was declared. It throws what the listener throws: what was made of other files is not to be kept.
 */
export function noteReads(paths: readonly string[]): void {
  listeners.getStore()?.(paths);
}
