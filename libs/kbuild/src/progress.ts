// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';

/** Something made, as kbuild says it: `  CC      net/ipv4/tcp.o`, `  LD [M]  x.ko`. */
const MADE = /^\s\s([A-Z][A-Z0-9_]*)\s+(?:\[M\]\s+)?(\S+)$/;
const PERIOD_MS = 5000;

export interface ProgressOptions {
  /** How many objects the last complete build made, if there was one. */
  expected?: number;
  report: (line: string) => void;
  /** Milliseconds; a test gives its own clock. */
  now?: () => number;
}

/** Turns the thousand lines of a kernel build into one every few seconds. */
export class BuildProgress {
  made = 0;
  private readonly started: number;
  private reported: number;
  private readonly now: () => number;

  constructor(private readonly options: ProgressOptions) {
    this.now = options.now ?? Date.now;
    this.started = this.reported = this.now();
  }

  onLine(line: string): void {
    const match = MADE.exec(line);
    if (!match) return;
    this.made++;
    if (this.now() - this.reported < PERIOD_MS) return;
    this.reported = this.now();
    const place = dirname(match[2]!);
    this.options.report(`${this.count()}, ${this.seconds()} s${place === '.' ? '' : `, in ${place}`}`);
  }

  /** Seconds since the start, rounded. */
  seconds(): number {
    return Math.round((this.now() - this.started) / 1000);
  }

  private count(): string {
    const { expected } = this.options;
    if (expected === undefined || this.made > expected) return `${this.made} objects`;
    return `${this.made} of ${expected} objects (${Math.floor((100 * this.made) / expected)} %)`;
  }
}
