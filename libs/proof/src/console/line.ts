// SPDX-License-Identifier: Apache-2.0
import { printable } from '@nexus-forge/process';
import type { Piece } from './splitter';
import { Screen } from './terminal';

/** One line of the serial port. */
export interface Line {
  /** From 1, as in transcript.log. */
  number: number;
  /** What a person reads in it on a terminal, without the kernel's prefix. */
  text: string;
  /** As in transcript.log: every byte that was sent, controls as `<1b>`; the kernel's time stamp is masked, so that runs compare. */
  shown: string;
  /** What else was sent, where it differs: overwritten, behind a control, in the middle of other text, across a cut, in another line. */
  beneath?: readonly string[];
}

/**
 * What printk puts before a message on a console (kernel/printk/printk.c, info_print_prefix): `<6>` for a reader of the
 * log, `[    0.123456]` with printk.time, `[    T1]` or `[    C0]` with CONFIG_PRINTK_CALLER.
 */
const KERNEL_PREFIX = /^(?:<\d{1,4}>)?(?:(?:\[ *\d+\.\d{6}\](?:\[ *[TC]\d+\])?|\[ *[TC]\d+\])(?: |$))?/;
/** Where a record begins in the middle of other text. */
const RECORD_INSIDE = /@(?:rumpk|init) /g;
/** Text on both sides of a cut, so that no line hides in it. */
const SEAM_CHARACTERS = 1024;
/** What stands for the rest of a line that was cut. */
const CUT = ' …';

const withoutPrefix = (text: string) => text.replace(KERNEL_PREFIX, '').trimEnd();
const masked = (prefix: string) => prefix.replace(/\[[^\]]*\]/g, (bracket) => bracket.replace(/\d/g, '-'));

/** The records in the middle of a text, each to the text's end. */
function recordsInside(text: string): string[] {
  return [...text.matchAll(RECORD_INSIDE)].filter(({ index }) => index > 0).map(({ index }) => text.slice(index));
}

/** Blanks that a reader does not tell from one space. */
const BLANKS = /[\p{Zs}\t]+/gu;

/** A text, and what it and the records in it are with single spaces between the words. */
export function withEvenBlanks(text: string): string[] {
  const even = text.replace(BLANKS, ' ');
  return even === text ? [text] : [text, even, ...recordsInside(even)];
}

/** Makes lines of the pieces that were received, in their order. */
export class LineMaker {
  private before: string | undefined;
  private number = 0;
  private readonly screen = new Screen();

  make({ text: received, unfinished }: Piece): Line {
    const { visible, runs, elsewhere } = this.screen.follow(received);
    const continued = this.before !== undefined;
    const seam = continued ? [`${this.before}${visible.slice(0, SEAM_CHARACTERS)}`, withoutPrefix(visible)] : [];
    this.before = unfinished ? `${this.before ?? ''}${visible}`.slice(-SEAM_CHARACTERS) : undefined;
    // A piece is no line of its own: no pattern takes its ends for those of a line.
    const text = `${continued ? CUT.trim() + ' ' : ''}${continued ? visible.trimEnd() : withoutPrefix(visible)}${unfinished ? CUT : ''}`;
    const parts = [...[...runs, ...elsewhere].map(withoutPrefix), ...seam];
    const beneath = [...new Set([...parts, ...[text, ...parts].flatMap(recordsInside)])].filter((part) => part !== text);
    const line: Line = {
      number: ++this.number,
      text,
      shown: printable(received.replace(/\r+$/, '').trimEnd()).replace(KERNEL_PREFIX, masked),
    };
    return beneath.length === 0 ? line : { ...line, beneath };
  }
}
