// SPDX-License-Identifier: Apache-2.0
import type { EndReason } from '../judge';

export interface WatchdogLimits {
  /** Milliseconds that a run may take in all. */
  wallMs: number;
  /** Milliseconds without output while the machine runs. */
  silenceMs: number;
}

/** After a hopeless line only the last words are waited for. */
const LAST_WORDS_MS = 300;

/** Ends a run that takes too long, or that says nothing for too long. */
export class Watchdog {
  readonly expired: Promise<EndReason>;
  private expire!: (reason: EndReason) => void;
  private readonly wall: NodeJS.Timeout;
  private silence: NodeJS.Timeout | undefined;
  private silenceReason: EndReason = 'no output';
  private silenceMs: number;

  constructor(limits: WatchdogLimits) {
    this.expired = new Promise((resolve) => (this.expire = resolve));
    this.wall = setTimeout(() => this.expire('wall-clock limit'), limits.wallMs);
    this.silenceMs = limits.silenceMs;
  }

  /** Something was heard, or the machine runs on after having been stopped. */
  restart(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.expire(this.silenceReason), this.silenceMs);
  }

  /** The machine stands still: its silence means nothing. */
  pause(): void {
    clearTimeout(this.silence);
  }

  /** Nothing good can follow. */
  giveUp(): void {
    this.silenceReason = 'hopeless';
    this.silenceMs = LAST_WORDS_MS;
  }

  /** The run ends now. */
  end(reason: EndReason): void {
    this.expire(reason);
  }

  stop(): void {
    clearTimeout(this.wall);
    clearTimeout(this.silence);
  }
}
