// SPDX-License-Identifier: Apache-2.0
import { LineMaker, withEvenBlanks, type Line } from './console/line';
import type { Piece } from './console/splitter';

export type { Line } from './console/line';

/** A fact that the firmware or /init states for machines: `@rumpk stage.image addr=0x48000000 …`. */
export interface SaidRecord {
  /** `<source> <name>`. */
  name: string;
  fields: Readonly<Record<string, string>>;
  line: Line;
  /** Whether nobody reads it as a line: it can contradict a claim, and never speak for one. */
  beneath?: boolean;
}

const RECORD = /^@(rumpk|init) ([a-z0-9_.]+)((?: [a-z0-9_]+=\S*)*)\s*$/;

/** The record that a text is, or undefined. */
function recordOf(text: string, line: Line): SaidRecord | undefined {
  const match = RECORD.exec(text);
  if (!match) return undefined;
  const [, source, name, rest = ''] = match;
  const fields: Record<string, string> = {};
  for (const [key, value] of rest.trim() === '' ? [] : rest.trim().split(' ').map(splitOnce)) {
    // A key that stands twice must not let one of its values hide the other.
    fields[key] = key in fields ? `${fields[key]} and ${value}` : value;
  }
  return { name: `${source} ${name}`, fields, line };
}

function splitOnce(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function recordsOf(line: Line): SaidRecord[] {
  const beneath = (line.beneath ?? []).flatMap((text) => recordOf(text, line) ?? []);
  const said = recordOf(line.text, line);
  return [...(said ? [said] : []), ...beneath.map((record) => ({ ...record, beneath: true }))];
}

/** What came over the serial port, growing while the machine runs. */
export class Transcript {
  readonly lines: Line[] = [];
  readonly records: SaidRecord[] = [];
  private readonly maker = new LineMaker();

  static of(lines: readonly string[]): Transcript {
    const transcript = new Transcript();
    for (const text of lines) transcript.add({ text, unfinished: false });
    return transcript;
  }

  /** A transcript of lines that are made already. */
  static from(lines: readonly Line[]): Transcript {
    const transcript = new Transcript();
    for (const line of lines) transcript.take(line);
    return transcript;
  }

  add(piece: Piece): Line {
    const line = this.maker.make(piece);
    this.take(line);
    return line;
  }

  private take(line: Line): void {
    this.lines.push(line);
    this.records.push(...recordsOf(line));
  }

  /** The first line from number `from` on that reads so. */
  find(pattern: RegExp, from = 1): Line | undefined {
    return this.lines.slice(from - 1).find((line) => pattern.test(line.text));
  }

  /** The first line from number `from` on in which this was sent at all, whether it can still be read or not. */
  findSent(pattern: RegExp, from = 1): Line | undefined {
    return this.lines.slice(from - 1).find((line) => sentIn(line, pattern));
  }

  /** The last `count` lines before the end. */
  tail(count: number): Line[] {
    return this.lines.slice(-count);
  }
}

/** Whether a line, or anything beneath it, matches, whichever blanks stand between the words. */
export function sentIn({ text, beneath = [] }: Line, pattern: RegExp): boolean {
  return [text, ...beneath].flatMap(withEvenBlanks).some((part) => pattern.test(part));
}
