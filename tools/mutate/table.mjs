// SPDX-License-Identifier: Apache-2.0
// The tables of mutations: proofs/mutations/*.yaml, read, checked against their schema and against the sources.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { library } from '../bench/workspace.mjs';

const FOLDER = 'proofs/mutations';
const SCHEMA = 'tools/mutate/mutations.schema.json';

/** Why an edit cannot be made, or undefined. */
export function editFault({ from, to }, text) {
  if (from === to) return 'from and to are the same';
  const count = text.split(from).length - 1;
  return count === 1 ? undefined : `\`from\` stands ${count} times in the file: expected exactly once`;
}

/** The text with the edit made. */
export function edited({ from, to }, text) {
  return text.replace(from, () => to);
}

/** The rows that `only` asks for: names of parts (files of the table) or ids; all without. */
export function chosen(rows, only = []) {
  const unknown = only.filter((word) => !rows.some(({ id, part }) => id === word || part === word));
  if (unknown.length > 0) {
    const parts = [...new Set(rows.map(({ part }) => part))].join(', ');
    throw new Error(`--only=${unknown.join(',')}: no such part or id; expected an id, or one of ${parts}`);
  }
  return rows.filter(({ id, part }) => only.length === 0 || only.includes(id) || only.includes(part));
}

/** All rows, each with its `part`; every fault of every row is told at once, before anything runs. */
export function loadTables(root) {
  const { loadYaml } = library('libs/config/src/index.ts');
  const { ForgeError, formatPlace } = library('libs/process/src/index.ts');
  const schema = JSON.parse(readFileSync(join(root, SCHEMA), 'utf8'));
  const rows = [];
  const faults = [];
  const seen = new Set();
  for (const name of readdirSync(join(root, FOLDER)).filter((file) => file.endsWith('.yaml')).sort()) {
    const file = `${FOLDER}/${name}`;
    const { value, placeOf } = loadYaml(join(root, file), schema, file);
    for (const [index, row] of value.mutations.entries()) {
      const fault = (summary) => faults.push(`${formatPlace(placeOf(['mutations', index, 'from']))}: ${row.id}: ${summary}`);
      if (seen.has(row.id)) fault('the id stands twice');
      seen.add(row.id);
      const path = join(root, row.file);
      const why = existsSync(path) ? editFault(row, readFileSync(path, 'utf8')) : `no such file: ${row.file}`;
      if (why) fault(why);
      rows.push({ ...row, part: basename(name, '.yaml') });
    }
  }
  if (faults.length > 0) throw new ForgeError('the mutations do not fit the sources', { output: faults.join('\n'), fix: 'correct the rows; nothing was run' });
  return rows;
}
