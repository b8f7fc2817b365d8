// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '@nexus-forge/state';

/** Where kbuild puts the headers that it makes. */
export const GENERATED = ['include/generated', 'arch/arm64/include/generated'] as const;

/** Two that come with the configuration: alone, they tell that nothing has been built yet. */
const OF_CONFIGURATION: ReadonlySet<string> = new Set(['include/generated/autoconf.h', 'include/generated/rustc_cfg']);

/**
 * Programs of this machine that need not be made for the comparison. scripts/basic is not among them: who has its
 * randstruct.seed does not make the header that goes with it.
 */
const HOST_PROGRAMS = ['scripts/kconfig', 'scripts/dtc'];

/** The configuration that the generated headers beside it belong to. */
const BELONGS_TO = 'headers.config';

/**
 * Removes the generated headers that `objects` has of a former configuration, and a build of its `.config` from
 * nothing would not have: make never does. `prepare` runs `make prepare` in the folder it is given, a new one with that
 * `.config`. What comes out there as well stays in `objects`, with its time and content, for make to bring up to date;
 * so do the objects that were made with it. What only the build itself makes (utsversion.h) goes, and is made again.
 */
export async function removeStaleHeaders(objects: string, prepare: (folder: string) => Promise<void>): Promise<void> {
  const configuration = join(objects, '.config');
  const belongsTo = join(objects, BELONGS_TO);
  if (existsSync(belongsTo) && readFileSync(belongsTo).equals(readFileSync(configuration))) return;
  const kept = generatedFiles(objects).filter((name) => !OF_CONFIGURATION.has(name));
  if (kept.length > 0) {
    const fresh = new Set(await preparedFiles(objects, prepare));
    for (const name of kept) if (!fresh.has(name)) rmSync(join(objects, name));
  }
  copyFileSync(configuration, belongsTo);
}

/** The headers that there are before anything is compiled. From a folder beside `objects` the source is `..` as well. */
async function preparedFiles(objects: string, prepare: (folder: string) => Promise<void>): Promise<string[]> {
  const folder = `${objects}.prepared`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    copyFileSync(join(objects, '.config'), join(folder, '.config'));
    for (const path of HOST_PROGRAMS.filter((name) => existsSync(join(objects, name)))) {
      cpSync(join(objects, path), join(folder, path), { recursive: true, preserveTimestamps: true });
    }
    await prepare(folder);
    return generatedFiles(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function generatedFiles(folder: string): string[] {
  return GENERATED.filter((path) => existsSync(join(folder, path))).flatMap((path) => filesBelow(folder, path));
}
