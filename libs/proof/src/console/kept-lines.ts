// SPDX-License-Identifier: Apache-2.0
// A guest can write to the UART that Rumpk speaks through, but not into Rumpk's memory: there Rumpk keeps every line
// that it says (firmware/hal/say.zig, `Kept`).
import { ValueError, hex } from '../value';
import { LineMaker, type Line } from './line';
import { decodeConsole } from './splitter';

/** What Rumpk said according to its own memory. */
export interface KeptLines {
  lines: readonly Line[];
  /** Lines for which there was no room any more. */
  lost: bigint;
}

/** The first of the words of the arm64 Image header that Linux reserves: the offset of `Kept` from the header. */
const HEADER_FIELD = { offset: 32n, bytes: 8 } as const;
const MAGIC = Buffer.from('RUMPKSAY', 'latin1');
/** `Kept` before its text: magic u64, capacity u32, used u32, lost u64. */
const KEPT = { capacity: 8, used: 12, lost: 16, text: 24 } as const;
const CAPACITY_MAX = 1024 * 1024;

/** Reads what the Rumpk whose image lies at `image` kept. Throws a `ValueError` when there is no such thing. */
export async function readKeptLines(image: bigint, memory: (address: bigint, size: number) => Promise<Buffer>): Promise<KeptLines> {
  const at = image + (await memory(image + HEADER_FIELD.offset, HEADER_FIELD.bytes)).readBigUInt64LE();
  const head = await memory(at, KEPT.text);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw new ValueError(`${hex(at)} does not hold what a Rumpk at ${hex(image)} said`);
  const [capacity, used] = [head.readUInt32LE(KEPT.capacity), head.readUInt32LE(KEPT.used)];
  if (capacity > CAPACITY_MAX || used > capacity) throw new ValueError(`Rumpk keeps ${used} bytes of at most ${capacity}`);
  const text = used === 0 ? '' : decodeConsole(await memory(at + BigInt(KEPT.text), used));
  const maker = new LineMaker();
  const lines = text.split('\n').slice(0, -1).map((line) => maker.make({ text: line, unfinished: false }));
  return { lines, lost: head.readBigUInt64LE(KEPT.lost) };
}

/** How a line of Rumpk's begins. */
const OWN = /^(?:@rumpk |\[rumpk\] )/;

/** Console lines with what is not Rumpk's marked so, and what is wrong with them. */
export interface Attributed {
  lines: readonly Line[];
  faults: readonly string[];
}

/**
 * Compares the console with what Rumpk kept: the same lines in the same order. A line that looks like Rumpk's and is
 * not counts for nothing; it, and a line of Rumpk's that the console lacks, is a fault of the run. Pure.
 */
export function attribute(console: readonly Line[], { lines: kept, lost }: KeptLines): Attributed {
  const own = kept.filter(({ text }) => OWN.test(text));
  const faults: string[] = [];
  const missing = (from: number, to: number) => faults.push(...own.slice(from, to).map(({ shown }) => `the console lacks what Rumpk said: ${shown}`));
  let next = 0;
  /** Whether Rumpk said this after everything that was found so far. */
  const said = (text: string): boolean => {
    const found = own.findIndex((line, index) => index >= next && line.text === text);
    if (found < 0) return false;
    missing(next, found);
    next = found + 1;
    return true;
  };
  const lines = console.map((line) => {
    const mine = OWN.test(line.text) && said(line.text);
    const beneath = line.beneath?.filter((text) => OWN.test(text)) ?? [];
    const known = mine ? new Set(own[next - 1]?.beneath) : new Set<string>();
    const foreign = [...(OWN.test(line.text) && !mine ? [line.text] : []), ...beneath.filter((text) => !known.has(text) && !said(text))];
    if (foreign.length === 0) return line;
    faults.push(`line ${line.number} was not said by Rumpk: ${line.shown}`);
    return mine ? line : { ...line, text: '', beneath: [...new Set([line.text, ...(line.beneath ?? [])])] };
  });
  missing(next, own.length);
  if (lost > 0n) faults.push(`Rumpk said ${lost} more lines than it keeps`);
  return { lines, faults };
}
