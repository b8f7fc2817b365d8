// SPDX-License-Identifier: Apache-2.0

/** One line of the serial port. */
export interface Line {
  /** From 1, as in transcript.log. */
  number: number;
  /** Without carriage returns, terminal escapes and the kernel's time stamp. */
  text: string;
  /** As in transcript.log: the time stamp's digits are masked, so that runs compare. */
  shown: string;
}

/** A fact that the firmware or /init states for machines: `@rumpk stage.image addr=0x48000000 …`. */
export interface SaidRecord {
  /** `<source> <name>`. */
  name: string;
  fields: Readonly<Record<string, string>>;
  line: Line;
}

const TERMINAL_ESCAPE = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** printk.time: `[    0.123456] `. */
const KERNEL_TIME = /^\[\s*\d+\.\d{6}\] /;
const RECORD = /^@(rumpk|init) ([a-z0-9_.]+)((?: [a-z0-9_]+=\S*)*)\s*$/;

/** Makes a line of what was received. */
export function makeLine(number: number, received: string): Line {
  const plain = received.replace(TERMINAL_ESCAPE, '').replace(/\r/g, '').trimEnd();
  return {
    number,
    text: plain.replace(KERNEL_TIME, ''),
    shown: plain.replace(KERNEL_TIME, (stamp) => stamp.replace(/\d/g, '-')),
  };
}

/** The record a line carries, or undefined. */
export function recordOf(line: Line): SaidRecord | undefined {
  const match = RECORD.exec(line.text);
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

/** What came over the serial port, growing while the machine runs. */
export class Transcript {
  readonly lines: Line[] = [];
  readonly records: SaidRecord[] = [];

  static of(lines: readonly string[]): Transcript {
    const transcript = new Transcript();
    for (const line of lines) transcript.add(line);
    return transcript;
  }

  add(received: string): Line {
    const line = makeLine(this.lines.length + 1, received);
    this.lines.push(line);
    const record = recordOf(line);
    if (record) this.records.push(record);
    return line;
  }

  /** The first line from number `from` on that matches. */
  find(pattern: RegExp, from = 1): Line | undefined {
    return this.lines.slice(from - 1).find((line) => pattern.test(line.text));
  }

  /** The last `count` lines before the end. */
  tail(count: number): Line[] {
    return this.lines.slice(-count);
  }
}
