// SPDX-License-Identifier: Apache-2.0
// Prints the proof table from the evidence on disk. `--json`, `--readme` (write README.md's table), `--check` (fail
// when README.md's table is not what the evidence says).
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readStatus, terminalTable, withStatus } from '@nexus-forge/status';

const PAGE = 'README.md';
const USAGE = `usage: status [--json | --readme | --check]

  (nothing)   the proof table, from the evidence on disk
  --json      the same for machines
  --readme    writes the table into ${PAGE}
  --check     fails when the table in ${PAGE} is not what the evidence says`;

const MODES: Readonly<Record<string, (root: string) => number>> = {
  '': (root) => print(terminalTable(readStatus(root))),
  '--json': (root) => print(JSON.stringify(readStatus(root), null, 2)),
  '--readme': writePage,
  '--check': checkPage,
  '--help': () => print(USAGE),
};

function print(text: string): number {
  console.log(text);
  return 0;
}

/** The page as the evidence wants it, and as it is. */
function pages(root: string): { wanted: string; found: string } | undefined {
  const found = readFileSync(`${root}/${PAGE}`, 'utf8');
  const wanted = withStatus(found, readStatus(root));
  if (wanted === undefined) console.error(`error: ${PAGE} has no marks for the table`);
  return wanted === undefined ? undefined : { wanted, found };
}

function writePage(root: string): number {
  const page = pages(root);
  if (!page) return 1;
  writeFileSync(`${root}/${PAGE}.${process.pid}`, page.wanted);
  renameSync(`${root}/${PAGE}.${process.pid}`, `${root}/${PAGE}`);
  return 0;
}

function checkPage(root: string): number {
  const page = pages(root);
  if (!page || page.wanted === page.found) return page ? 0 : 1;
  console.error(`error: the table in ${PAGE} is not what the evidence says\n  to do:    npx nx run nexus-forge:status-readme`);
  return 1;
}

const [mode = '', ...surplus] = process.argv.slice(2);
const run = surplus.length === 0 ? MODES[mode] : undefined;
if (!run) console.error(USAGE);
process.exitCode = run ? run(process.cwd()) : 2;
