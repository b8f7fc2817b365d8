// SPDX-License-Identifier: Apache-2.0

/** One member of a `newc` archive (cpio(5)). */
export interface Member {
  name: string;
  /** The thirteen header fields after the magic, each as its number. */
  fields: readonly number[];
  content: Buffer;
}

const MAGIC = '070701';
const FIELD_COUNT = 13;
const FIELD_DIGITS = 8;
const HEADER_BYTES = MAGIC.length + FIELD_COUNT * FIELD_DIGITS;
const LINKS = 4;
const FILE_SIZE = 6;
const NAME_SIZE = 11;
const TRAILER = 'TRAILER!!!';
const ARCHIVE_BLOCK = 512;

const padded = (size: number, to: number) => Math.ceil(size / to) * to;

/** Members of an archive, without its trailer. */
export function readArchive(archive: Buffer): Member[] {
  const members: Member[] = [];
  for (let at = 0; at + HEADER_BYTES <= archive.length; ) {
    const magic = archive.toString('latin1', at, at + MAGIC.length);
    if (magic !== MAGIC) throw new Error(`no newc header at byte ${at}: ${JSON.stringify(magic)}`);
    const fields = Array.from({ length: FIELD_COUNT }, (_, index) => {
      const start = at + MAGIC.length + index * FIELD_DIGITS;
      return parseInt(archive.toString('latin1', start, start + FIELD_DIGITS), 16);
    });
    const nameSize = fields[NAME_SIZE] as number;
    const name = archive.toString('utf8', at + HEADER_BYTES, at + HEADER_BYTES + nameSize - 1);
    if (name === TRAILER) break;
    const start = padded(at + HEADER_BYTES + nameSize, 4);
    const end = start + (fields[FILE_SIZE] as number);
    members.push({ name, fields, content: archive.subarray(start, end) });
    at = padded(end, 4);
  }
  return members;
}

function writeMember({ name, fields, content }: Member): Buffer {
  const numbers = fields.map((field, index) => {
    const value = index === FILE_SIZE ? content.length : index === NAME_SIZE ? Buffer.byteLength(name) + 1 : field;
    return value.toString(16).padStart(FIELD_DIGITS, '0').toUpperCase();
  });
  const head = Buffer.from(`${MAGIC}${numbers.join('')}${name}\0`, 'utf8');
  const pad = (size: number) => Buffer.alloc(padded(size, 4) - size);
  return Buffer.concat([head, pad(head.length), content, pad(content.length)]);
}

/** The archive of some members, with its trailer. */
export function writeArchive(members: readonly Member[]): Buffer {
  // One link, and nothing else.
  const fields = Array.from({ length: FIELD_COUNT }, (_, index) => (index === LINKS ? 1 : 0));
  const trailer: Member = { name: TRAILER, fields, content: Buffer.alloc(0) };
  const body = Buffer.concat([...members, trailer].map(writeMember));
  return Buffer.concat([body, Buffer.alloc(padded(body.length, ARCHIVE_BLOCK) - body.length)]);
}
