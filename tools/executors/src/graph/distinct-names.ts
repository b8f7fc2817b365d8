// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { ProjectFacts, WorkspaceFacts } from './facts';
import type { NamingFault } from './kernel-of';

/** Kinds of projects, in the order in which they keep a name: what others refer to by name comes first. */
const KINDS = ['packages', 'boards', 'cells', 'kernels', 'initramfs', 'bindings', 'modules', 'proofFolders', 'misnamed'] as const;
type Kind = (typeof KINDS)[number];

/** A folder that is a project. */
interface Named {
  name: string;
  root: string;
  kind: Kind | 'other';
  /** The file that stands for it in a message: the one that gives its name, if any does. */
  file: string;
  given: boolean;
}

/** Two projects of one name, and Nx does nothing any more: each gets a name of its own, or a fault that tells why not. */
export function distinctlyNamed(facts: WorkspaceFacts, others: readonly ProjectFacts[]): WorkspaceFacts {
  const projects = projectsOf(facts);
  const names = new Names();
  const foreign = others.filter(({ root }) => projects.every((project) => project.root !== root));
  for (const { name, root, file } of foreign) names.keep({ name, root, kind: 'other', file, given: true });
  // Nx takes the name of a JSON file, whatever a plugin says.
  for (const project of projects.filter(isFixed)) names.keep(project);
  const free = projects.filter((project) => !isFixed(project));
  for (const kind of KINDS) {
    const ofKind = free.filter((project) => project.kind === kind);
    const given = ofKind.filter((project) => project.given);
    const late = [...given.filter(isNamedLikeFolder), ...given.filter((project) => !isNamedLikeFolder(project))].filter((project) => !names.keep(project));
    names.refuse(late);
    names.derive(ofKind.filter((project) => !project.given));
  }
  names.derive(names.refused);
  const rename = <T extends ProjectFacts>(list: readonly T[]): T[] =>
    list.map((it) => {
      const nameFault = it.namedIn === undefined ? undefined : names.faults.get(it.namedIn);
      return { ...it, name: names.byRoot.get(it.root)!, ...(nameFault ? { nameFault } : {}) };
    });
  return {
    ...facts,
    packages: rename(facts.packages),
    boards: rename(facts.boards),
    cells: rename(facts.cells),
    kernels: rename(facts.kernels),
    initramfs: rename(facts.initramfs),
    bindings: rename(facts.bindings),
    modules: rename(facts.modules),
    proofFolders: rename(facts.proofFolders),
    misnamed: rename(facts.misnamed),
  };
}

function isFixed({ file, given }: Named): boolean {
  return given && file.endsWith('.json');
}

function isNamedLikeFolder({ name, root }: Named): boolean {
  return name === posix.basename(root);
}

/** Each folder once. Of several files in one folder the last that gives a name counts, as it does for Nx. */
function projectsOf(facts: WorkspaceFacts): Named[] {
  const byRoot = new Map<string, Named>();
  for (const kind of KINDS) {
    for (const { name, root, file, namedIn } of facts[kind]) {
      if (namedIn === undefined && byRoot.has(root)) continue;
      byRoot.set(root, { name, root, kind, file: namedIn ?? file, given: namedIn !== undefined });
    }
  }
  return [...byRoot.values()];
}

/** The names that are taken, by whom, and what became of those who came too late. */
class Names {
  readonly byRoot = new Map<string, string>();
  readonly refused: Named[] = [];
  /** By the file that gives the name. */
  readonly faults = new Map<string, NamingFault>();
  private readonly holders = new Map<string, Named>();

  /** Whether the project has its name now; it has not where another one came first. */
  keep(project: Named): boolean {
    if (this.holders.has(project.name) && !isFixed(project)) return false;
    this.take(project, project.name);
    return true;
  }

  /** A name that is given is one that somebody refers to, so that a silent other one would not do. */
  refuse(late: readonly Named[]): void {
    this.refused.push(...late);
    for (const name of new Set(late.map((project) => project.name))) {
      const holder = this.holders.get(name)!;
      const others = late.filter((project) => project.name === name);
      const claimants = [holder, ...others];
      // Of two kinds the first in order keeps it, of one kind the one whose folder is called so: the other is a copy.
      // Where neither is, nothing tells which is meant, and neither is made.
      const isMeant = !holder.given || holder.kind !== others[0]!.kind || (isNamedLikeFolder(holder) && !others.some(isNamedLikeFolder));
      const faulty = isMeant ? others : claimants;
      const summary = `the project name ${name} is claimed by ${claimants.map(({ file }) => file).join(' and by ')}`;
      for (const { file } of faulty) this.faults.set(file, { file, key: 'name', summary, expected: 'another name for one of them' });
    }
  }

  /** Names from paths, each as short as it can be without being another's. */
  derive(projects: readonly Named[]): void {
    const lengths = new Map(projects.map((project) => [project, 0]));
    for (;;) {
      const sharing = new Map<string, Named[]>();
      for (const [project, length] of lengths) {
        const name = nameFrom(project.root, length);
        sharing.set(name, [...(sharing.get(name) ?? []), project]);
      }
      const unclear = [...sharing].filter(([name, all]) => all.length > 1 || this.holders.has(name));
      if (unclear.length === 0) break;
      for (const [, all] of unclear) {
        const least = Math.min(...all.map((project) => lengths.get(project)!));
        for (const project of all) if (lengths.get(project) === least) lengths.set(project, least + 1);
      }
    }
    for (const [project, length] of lengths) this.take(project, nameFrom(project.root, length));
  }

  private take(project: Named, name: string): void {
    this.byRoot.set(project.root, name);
    this.holders.set(name, project);
  }
}

/** The name of the folder, then its path, then its path with more and more of a digest: a/b-c and a/b/c are one path. */
function nameFrom(root: string, length: number): string {
  if (length === 0) return posix.basename(root);
  const path = root.replaceAll('/', '-');
  return length === 1 ? path : `${path}-${createHash('sha256').update(root).digest('hex').slice(0, 6 * (length - 1))}`;
}
