// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync } from 'node:fs';

/** How old what QEMU wrote may become before it is told of, in milliseconds, while the machine runs. */
const INTERVAL_MS = 10;
const CHUNK_BYTES = 64 * 1024;

/**
 * Serial port 0 as a file that QEMU writes and this reads. QEMU's PL011 writes byte by byte: into a pipe each byte
 * would wake its reader, into a file none does. What QEMU wrote before it stopped is there at once.
 */
export class SerialLog {
  private readonly file: number;
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  private readonly timer: NodeJS.Timeout;
  private open = true;

  /** Makes the file anew and follows it until `close`. */
  constructor(
    readonly path: string,
    private readonly onData: (chunk: Buffer) => void,
  ) {
    this.file = openSync(path, 'w+', 0o600);
    this.timer = setInterval(() => this.read(), INTERVAL_MS);
  }

  /** Tells of everything that has been written up to now. */
  read(): void {
    while (this.open) {
      const count = readSync(this.file, this.buffer, 0, CHUNK_BYTES, null);
      if (count === 0) return;
      this.onData(Buffer.from(this.buffer.subarray(0, count)));
    }
  }

  /** Tells of the rest, and follows no longer. */
  close(): void {
    if (!this.open) return;
    clearInterval(this.timer);
    this.read();
    this.open = false;
    closeSync(this.file);
  }
}
