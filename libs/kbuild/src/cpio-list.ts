// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path/posix';

/** A member of the archive, by its absolute path in it. */
export type Member =
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; content: string }
  | { kind: 'node'; path: string; mode: number; major: number; minor: number };

/** Every folder that a path lies in, outermost first, without the root. */
export function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parentsOf(parent), parent];
}

/** The members with the folders they lie in, each before what is in it, and nothing twice. */
export function withParents(members: readonly Member[]): Member[] {
  const complete = new Map<string, Member>();
  for (const member of members) {
    for (const path of parentsOf(member.path)) {
      if (!complete.has(path)) complete.set(path, { kind: 'directory', path, mode: 0o755 });
    }
    if (!complete.has(member.path) || member.kind !== 'directory') complete.set(member.path, member);
  }
  return [...complete.values()];
}

/** The list as the kernel's gen_init_cpio takes it (Documentation/driver-api/early-userspace). Everything is root's. */
export function formatCpioList(members: readonly Member[]): string {
  return members.map((member) => `${formatMember(member)}\n`).join('');
}

function formatMember(member: Member): string {
  const mode = member.mode.toString(8);
  switch (member.kind) {
    case 'directory':
      return `dir ${member.path} ${mode} 0 0`;
    case 'file':
      return `file ${member.path} ${member.content} ${mode} 0 0`;
    case 'node':
      return `nod ${member.path} ${mode} 0 0 c ${member.major} ${member.minor}`;
  }
}
