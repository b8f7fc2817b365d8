// SPDX-License-Identifier: Apache-2.0

/** Splits a byte stream into lines; `flush` gives an unfinished last one. */
export class LineSplitter {
  private rest = '';
  private readonly decoder = new TextDecoder();

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Uint8Array): void {
    const parts = (this.rest + this.decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    this.rest = parts.pop() ?? '';
    for (const part of parts) this.onLine(part);
  }

  flush(): void {
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }
}

/** Keeps the last `limit` lines of a long output. */
export class Tail {
  private readonly lines: string[] = [];

  constructor(private readonly limit: number) {}

  add(line: string): void {
    this.lines.push(line);
    if (this.lines.length > this.limit) this.lines.shift();
  }

  toString(): string {
    return this.lines.join('\n');
  }
}
