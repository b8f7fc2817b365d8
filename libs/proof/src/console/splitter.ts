// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { RAW_BYTE } from '@nexus-forge/process';

/** A console line is cut into pieces of at most so many bytes, so that a guest cannot fill the host's memory with one. */
export const PIECE_BYTES_MAX = 64 * 1024;

/** What was received of one line. */
export interface Piece {
  text: string;
  /** The line goes on in the next piece. */
  unfinished: boolean;
}

const LINE_FEED = 0x0a;
const SEQUENCE_BYTES_MAX = 4;
const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** UTF-8 as text; a byte that belongs to none is kept, as U+DC00 plus the byte. */
export function decodeConsole(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const sequence = bytes.subarray(at, at + length);
    const whole = sequence.length === length && isUtf8(sequence);
    text += whole ? sequence.toString('utf8') : String.fromCharCode(RAW_BYTE + lead);
    at += whole ? length : 1;
  }
  return text;
}

/** Cuts what a serial port sent into lines, and overlong lines into pieces. `flush` gives an unfinished last one. */
export class ConsoleSplitter {
  private rest = Buffer.alloc(0);

  constructor(private readonly onPiece: (piece: Piece) => void) {}

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.append(chunk.subarray(from, end));
      this.give(this.rest, false);
      this.rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.append(chunk.subarray(from));
  }

  flush(): void {
    if (this.rest.length > 0) this.give(this.rest, false);
    this.rest = Buffer.alloc(0);
  }

  private append(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.rest, bytes]);
    while (this.rest.length > PIECE_BYTES_MAX) {
      let cut = PIECE_BYTES_MAX;
      while (cut > PIECE_BYTES_MAX - SEQUENCE_BYTES_MAX && isContinuation(this.rest[cut])) cut--;
      this.give(this.rest.subarray(0, cut), true);
      this.rest = this.rest.subarray(cut);
    }
  }

  private give(bytes: Buffer, unfinished: boolean): void {
    this.onPiece({ text: decodeConsole(bytes), unfinished });
  }
}
