// SPDX-License-Identifier: Apache-2.0
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where dpkg keeps what it knows: dpkg(1), "FILES". */
export const DPKG_DATABASE = '/var/lib/dpkg';

/** What configures a package when it is installed, and has no part in what its programs do. */
const INSTALLING: ReadonlySet<string> = new Set(['debconf', 'debconf-2.0', 'dpkg', 'install-info', 'init-system-helpers']);

/**
 * Files of a package that no result depends on: what people read, texts in other languages (every tool runs with
 * LC_ALL=C), and what belongs to the machine (its settings would make it another tool on each). `audit` names those that
 * a stage reads all the same.
 */
const READ_BY_NOBODY = /^\/(etc|var)\/|\/share\/(doc|doc-base|man|info|locale|lintian|bug|bash-completion|zsh|applications|icons|pixmaps|menu|gettext)\//;

/** Whether a result may depend on a file of a package. */
export function counts(path: string): boolean {
  return !READ_BY_NOBODY.test(path);
}

interface Installed {
  name: string;
  architecture: string;
  /** Names in Depends and Pre-Depends, with all alternatives. */
  dependencies: string[];
  provides: string[];
}

/** The installed packages of a Debian machine, by dpkg's files alone. One without them has no packages. */
export class PackageDatabase {
  private installed?: Map<string, Installed>;
  private providers = new Map<string, string[]>();
  private owners?: Map<string, string>;

  constructor(private readonly folder = DPKG_DATABASE) {}

  get isOfThisMachine(): boolean {
    return this.folder === DPKG_DATABASE;
  }

  /** Changes with every installation: dpkg writes its list of packages anew. Empty where there is none. */
  stamp(): string {
    const found = statSync(join(this.folder, 'status'), { throwIfNoEntry: false });
    return found ? `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}` : '';
  }

  /** The package that brought a file, given by its real path. */
  ownerOf(file: string): string | undefined {
    this.owners ??= this.readOwners();
    return this.owners.get(file);
  }

  /** Those of `names` that are installed and all that they depend on, sorted. */
  closureOf(names: readonly string[]): string[] {
    const installed = this.packages();
    const found = new Set<string>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (found.has(name) || INSTALLING.has(name)) continue;
      const known = installed.get(name);
      if (known) found.add(name);
      open.push(...(known ? known.dependencies : (this.providers.get(name) ?? []).filter((provider) => !found.has(provider))));
    }
    return [...found].sort();
  }

  /** The files of a package whose content counts, sorted; a link that leads nowhere is one that may come to be. */
  filesOf(name: string): string[] {
    return this.listed(name)
      .filter((path) => counts(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      .sort();
  }

  private packages(): Map<string, Installed> {
    if (this.installed) return this.installed;
    this.installed = new Map(readInstalled(join(this.folder, 'status')).map((known) => [known.name, known]));
    for (const { name, provides } of this.installed.values()) {
      for (const virtual of provides) this.providers.set(virtual, [...(this.providers.get(virtual) ?? []), name]);
    }
    return this.installed;
  }

  private listed(name: string): string[] {
    const architecture = this.packages().get(name)?.architecture;
    const lists = [`${name}.list`, `${name}:${architecture}.list`].map((file) => join(this.folder, 'info', file));
    const list = lists.find((file) => existsSync(file));
    return list === undefined ? [] : linesOf(list).map(merged);
  }

  private readOwners(): Map<string, string> {
    const folder = join(this.folder, 'info');
    const lists = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.list')) : [];
    return new Map(lists.flatMap((file) => linesOf(join(folder, file)).map((path) => [merged(path), file.replace(/(:\w[\w-]*)?\.list$/, '')] as const)));
  }
}

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');

/** Folders that a list may name by their old place, where the machine has them in /usr. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].filter((name) => {
  const found = lstatSync(`/${name}`, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true && readlinkSync(`/${name}`).replace(/^\//, '') === `usr/${name}`;
});
const OLD_PLACE = new RegExp(`^/(${MERGED.join('|')})/`);

function merged(path: string): string {
  return MERGED.length > 0 && OLD_PLACE.test(path) ? `/usr${path}` : path;
}

/** The paragraphs of dpkg's list whose package is there, as deb-control(5) writes them. */
function readInstalled(status: string): Installed[] {
  if (!existsSync(status)) return [];
  return readFileSync(status, 'utf8')
    .split('\n\n')
    .flatMap((paragraph) => {
      const fields = new Map([...paragraph.matchAll(/^(Package|Status|Architecture|Depends|Pre-Depends|Provides): (.*)$/gm)].map(([, key, value]) => [key, value ?? '']));
      if (!/ installed$/.test(fields.get('Status') ?? '')) return [];
      const names = (field: string) => (fields.get(field) ?? '').split(/[,|]/).map((entry) => entry.trim().split(/[\s(:]/)[0] ?? '').filter((name) => name !== '');
      return [
        {
          name: fields.get('Package') ?? '',
          architecture: fields.get('Architecture') ?? '',
          dependencies: [...names('Depends'), ...names('Pre-Depends')],
          provides: names('Provides'),
        },
      ];
    });
}
