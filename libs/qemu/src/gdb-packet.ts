// SPDX-License-Identifier: Apache-2.0

/** `$payload#checksum` (GDB manual, "Overview" of the Remote Protocol); the payload must need no escaping. */
export function framePacket(payload: string): string {
  const sum = Buffer.from(payload, 'latin1').reduce((total, byte) => (total + byte) & 0xff, 0);
  return `$${payload}#${sum.toString(16).padStart(2, '0')}`;
}

/** `}` followed by a byte stands for that byte with bit 5 inverted. */
function unescape(payload: string): string {
  return payload.replace(/\}([\s\S])/g, (_, byte: string) => String.fromCharCode(byte.charCodeAt(0) ^ 0x20));
}

/** Cuts a byte stream into packets; acknowledgements between them are dropped. */
export class PacketReader {
  private rest = '';

  constructor(private readonly onPacket: (payload: string) => void) {}

  push(chunk: Uint8Array): void {
    this.rest += Buffer.from(chunk).toString('latin1');
    for (;;) {
      const start = this.rest.indexOf('$');
      const end = this.rest.indexOf('#', start);
      if (start < 0 || end < 0 || this.rest.length < end + 3) return;
      const payload = this.rest.slice(start + 1, end);
      this.rest = this.rest.slice(end + 3);
      this.onPacket(unescape(payload));
    }
  }
}
