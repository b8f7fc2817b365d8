// SPDX-License-Identifier: Apache-2.0
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha512 } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';
import type { Rewrite } from '../spec/types';
import { readArchive, writeArchive, type Member } from './cpio';

const SUMS = 'SHA512SUMS';

/** Changes bytes; the length stays. Throws when there is nothing to change. */
function changeBytes(content: Buffer, { find, replace, once, offset, xor }: Rewrite, what: string): Buffer {
  const changed = Buffer.from(content);
  if (find !== undefined && replace !== undefined) {
    let count = 0;
    const next = (from: number) => changed.indexOf(find, from, 'latin1');
    for (let at = next(0); at >= 0; at = next(at + find.length), count++) {
      changed.write(replace, at, 'latin1');
    }
    if (count === 0) throw new ForgeError(`the mutant finds no ${JSON.stringify(find)} in ${what}`);
    if (once && count > 1) {
      const bytes = Buffer.from(find, 'latin1').toString('hex');
      throw new ForgeError(`the bytes ${bytes} occur ${count} times in ${what}, not once`);
    }
  }
  if (offset !== undefined && xor !== undefined) {
    if (offset >= changed.length) throw new ForgeError(`${what} has no byte ${offset}: it has ${changed.length}`);
    changed[offset] = (changed[offset] as number) ^ xor;
  }
  return changed;
}

function changeContent(content: Buffer, rewrite: Rewrite, what: string): Buffer {
  if (!rewrite.gzip) return changeBytes(content, rewrite, what);
  return gzipSync(changeBytes(gunzipSync(content), rewrite, `${what}, unpacked`));
}

/** `<64 hex>  <name>` for each member beside the list itself. */
function sumsOf(members: readonly Member[]): Buffer {
  const others = members.filter(({ name }) => name !== SUMS);
  return Buffer.from(others.map(({ name, content }) => `${sha512(content)}  ${name}\n`).join(''));
}

/** An archive with other contents for some of its members, and with sums that fit. */
export function replaceMembers(content: Buffer, replacements: ReadonlyMap<string, Buffer>): Buffer {
  const members = readArchive(content);
  for (const name of replacements.keys()) {
    if (members.some((member) => member.name === name)) continue;
    throw new ForgeError(`the archive has no member ${name}`, { found: members.map((member) => member.name).join(', ') });
  }
  const changed = members.map((member) => ({ ...member, content: replacements.get(member.name) ?? member.content }));
  return writeArchive(changed.map((member) => (member.name === SUMS ? { ...member, content: sumsOf(changed) } : member)));
}

/** An artefact's content as a mutant wants it. */
export function rewriteArtefact(content: Buffer, rewrite: Rewrite): Buffer {
  if (rewrite.member === undefined) return changeContent(content, rewrite, rewrite.artefact);
  const members = readArchive(content);
  const index = members.findIndex(({ name }) => name === rewrite.member);
  const member = members[index];
  if (!member) {
    const found = members.map(({ name }) => name).join(', ');
    throw new ForgeError(`${rewrite.artefact} has no member ${rewrite.member}`, { found });
  }
  const changed = members.with(index, { ...member, content: changeContent(member.content, rewrite, rewrite.member) });
  const sums = changed.findIndex(({ name }) => name === SUMS);
  if (rewrite.resum && sums >= 0) changed[sums] = { ...(changed[sums] as Member), content: sumsOf(changed) };
  return writeArchive(changed);
}
