// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { ForgeError, runTool } from '@nexus-forge/process';

const TIMEOUT_MS = 30_000;
/** What fdtget prints for a property that is not there; no property of ours has this value. */
const ABSENT = '<absent>';

/** A property that a blob must have. `hex`: 32-bit cells as fdtget prints them; `text`: strings joined by spaces. */
export interface Expectation {
  path: string;
  property: string;
  kind: 'hex' | 'text';
  value: string;
}

/** 32-bit cells as fdtget prints them. */
export function hexCells(...values: number[]): string {
  return values.map((value) => value.toString(16)).join(' ');
}

/** 64-bit numbers, two cells each, as fdtget prints them. */
export function hexWide(...values: number[]): string {
  return hexCells(...values.flatMap((value) => [Math.floor(value / 2 ** 32), value % 2 ** 32]));
}

/** Reads properties of a blob by fdtget, in the order asked; undefined for one that is absent. */
export async function readProperties(
  fdtget: string,
  blob: string,
  asked: readonly { path: string; property: string; kind: 'hex' | 'text' }[],
): Promise<(string | undefined)[]> {
  const found = new Map<number, string | undefined>();
  for (const kind of ['hex', 'text'] as const) {
    const positions = asked.flatMap((one, index) => (one.kind === kind ? [index] : []));
    if (positions.length === 0) continue;
    const pairs = positions.flatMap((index) => [asked[index]?.path as string, asked[index]?.property as string]);
    const type = kind === 'hex' ? 'x' : 's';
    const { stdout } = await runTool({
      command: fdtget,
      args: ['-t', type, '-d', ABSENT, blob, ...pairs],
      timeoutMs: TIMEOUT_MS,
      package: 'device-tree-compiler',
    });
    const lines = stdout.split('\n');
    positions.forEach((index, order) => found.set(index, lines[order] === ABSENT ? undefined : lines[order]));
  }
  return asked.map((_, index) => found.get(index));
}

/** Throws a `ForgeError` for the first property of the blob that is absent or different; `why` says what depends on it. */
export async function verifyBlob(fdtget: string, blob: string, expectations: readonly Expectation[], why: string): Promise<void> {
  const found = await readProperties(fdtget, blob, expectations);
  expectations.forEach((one, index) => {
    if (found[index] === one.value) return;
    throw new ForgeError(`${basename(blob)}: ${one.path} ${one.property} is ${found[index] === undefined ? 'missing' : 'not as composed'}`, {
      expected: one.value === '' ? 'the property' : one.value,
      found: found[index] ?? 'no such property',
      fix: `${why}; look for a fragment of the board that deletes or overrides it`,
    });
  });
}
