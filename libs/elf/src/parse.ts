// SPDX-License-Identifier: Apache-2.0

export interface Segment {
  /** Virtual address as printed, 0x… */
  address: string;
  fileSize: number;
  memorySize: number;
  /** Of R, W, E. */
  flags: string;
}

export interface Section {
  name: string;
  /** PROGBITS, NOBITS, … */
  type: string;
  size: number;
  /** readelf's letters: W write, A alloc, X execute … */
  flags: string;
}

export interface SizedSymbol {
  address: string;
  size: number;
  /** nm's letter: t and r occupy the image, b does not. */
  kind: string;
  name: string;
}

/** The LOAD segments of `readelf -lW`. */
export function parseSegments(text: string): Segment[] {
  const line = /^\s+LOAD\s+0x\w+\s+(0x\w+)\s+0x\w+\s+(0x\w+)\s+(0x\w+)\s+([RWE ]{1,3}?)\s+0x\w+\s*$/gm;
  return [...text.matchAll(line)].map(([, address, fileSize, memorySize, flags]) => ({
    address: address!,
    fileSize: Number(fileSize),
    memorySize: Number(memorySize),
    flags: flags!.replace(/ /g, ''),
  }));
}

/** The sections of `readelf -SW`, without the null section. */
export function parseSections(text: string): Section[] {
  const line = /^\s+\[\s*\d+\]\s+(\S+)\s+([A-Z_]+)\s+[0-9a-f]{16}\s+[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([A-Za-z]*)\s+\d+\s+\d+\s+\d+\s*$/gm;
  return [...text.matchAll(line)].map(([, name, type, size, flags]) => ({
    name: name!,
    type: type!,
    size: parseInt(size!, 16),
    flags: flags!,
  }));
}

/** The symbols with a size of `nm --print-size`; of several names for one place, the longest. */
export function parseSymbols(text: string): SizedSymbol[] {
  const byAddress = new Map<string, SizedSymbol>();
  for (const [, address, size, kind, name] of text.matchAll(/^([0-9a-f]+) ([0-9a-f]+) ([a-zA-Z]) (.+)$/gm)) {
    const known = byAddress.get(address!);
    if (!known || known.name.length < name!.length) {
      byAddress.set(address!, { address: address!, size: parseInt(size!, 16), kind: kind!, name: name! });
    }
  }
  return [...byAddress.values()];
}
