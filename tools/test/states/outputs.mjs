// SPDX-License-Identifier: Apache-2.0
// What lies in the output folders, and what must lie nowhere after a run.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** Outputs of a proof that carry times, or why it ran. */
const OTHER_EACH_TIME = new Set(['run.json', 'report.html']);

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Path below `dist` → SHA-256, for all outputs of the projects that do not differ from run to run. */
export function digestsOf(scratch, projects) {
  const dist = join(scratch, 'dist');
  const files = projects.flatMap((project) => filesBelow(join(dist, project))).filter((file) => !OTHER_EACH_TIME.has(basename(file)));
  return new Map(files.map((file) => [relative(dist, file), createHash('sha256').update(readFileSync(file)).digest('hex')]));
}

/** What differs between the right outputs and those found, a line each. */
export function differences(right, found) {
  return [
    ...[...right.keys()].filter((file) => !found.has(file)).map((file) => `dist/${file} is missing`),
    ...[...found.keys()].filter((file) => !right.has(file)).map((file) => `dist/${file} should not be there`),
    ...[...right.keys()].filter((file) => found.has(file) && found.get(file) !== right.get(file)).map((file) => `dist/${file} has other bytes`),
  ];
}

/** Folders whose content is of one run only: what is left in them grows with each interrupted run. */
const PRIVATE = ['.nexus-forge/scratch', '../tmp'];

/** What runs have left lying about, a line each: staging folders, private folders, locks. */
export function rubbishIn(scratch) {
  const staging = existsSync(join(scratch, 'dist'))
    ? readdirSync(join(scratch, 'dist'), { recursive: true }).filter((name) => basename(name).startsWith('.staging-'))
    : [];
  const state = join(scratch, '.nexus-forge', 'state');
  const kinds = existsSync(state) ? readdirSync(state).map((kind) => join(state, kind)) : [];
  const locks = kinds.flatMap((kind) => readdirSync(kind).filter((name) => /\.lock(\.takeover)?$|^module-/.test(name)));
  const kept = PRIVATE.flatMap((folder) => (existsSync(join(scratch, folder)) ? readdirSync(join(scratch, folder)).map((name) => join(folder, name)) : []));
  return [...staging, ...locks, ...kept].map((name) => `${name} was left behind`);
}
