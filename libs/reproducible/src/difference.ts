// SPDX-License-Identifier: Apache-2.0

/** Where two files first differ. */
export interface Difference {
  /** Byte offset, from 0. */
  offset: number;
  /** The byte in each file; `undefined` where a file has ended. */
  first: number | undefined;
  second: number | undefined;
}

/** The first difference of two files' bytes; `undefined` where they are the same. */
export function firstDifference(first: Uint8Array, second: Uint8Array): Difference | undefined {
  const length = Math.max(first.length, second.length);
  for (let offset = 0; offset < length; offset++) {
    if (first[offset] !== second[offset]) return { offset, first: first[offset], second: second[offset] };
  }
  return undefined;
}

/** A section of an ELF file as `readelf --sections --wide` lists it. */
export interface Section {
  name: string;
  offset: number;
  size: number;
}

const SECTION_ROW = /^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+([0-9a-f]+)/;

/** The sections that take room in the file, from the listing of `readelf --sections --wide`. */
export function parseSections(listing: string): Section[] {
  return listing.split('\n').flatMap((line) => {
    const [, name, type, offset, size] = SECTION_ROW.exec(line) ?? [];
    if (name === undefined || type === 'NOBITS' || type === 'NULL') return [];
    return [{ name, offset: parseInt(offset ?? '', 16), size: parseInt(size ?? '', 16) }];
  });
}

/** The name of the section that holds a file offset. */
export function sectionAt(sections: readonly Section[], offset: number): string | undefined {
  return sections.find((section) => offset >= section.offset && offset < section.offset + section.size)?.name;
}

/** A difference in words, for a report. */
export function describeDifference({ offset, first, second }: Difference, section?: string): string {
  const byte = (value: number | undefined) => (value === undefined ? 'end of file' : `0x${value.toString(16).padStart(2, '0')}`);
  const where = section === undefined ? '' : ` in section ${section}`;
  return `first differing byte at offset ${offset} (0x${offset.toString(16)})${where}: ${byte(first)} against ${byte(second)}`;
}
