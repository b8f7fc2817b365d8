// SPDX-License-Identifier: Apache-2.0
// Writes a page for each executor and each generator out of its schema, and one that lists them all. The bundler calls
// it; a test holds the pages in git against it.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
/** The folder of the pages, in git. */
export const DOCS = join(HERE, '..', '..', 'docs');
const PLUGIN = '@nexus-forge/nx';

const KINDS = [
  { kind: 'executors', one: 'Executor', title: 'Executors', index: 'executors.json' },
  { kind: 'generators', one: 'Generator', title: 'Generators', index: 'generators.json' },
];

const readJson = (path) => JSON.parse(readFileSync(join(HERE, path), 'utf8'));

/** Each page by its path below `DOCS`. */
export function schemaPages() {
  const known = KINDS.map((kind) => ({ ...kind, entries: Object.entries(readJson(kind.index)[kind.kind]) }));
  const pages = known.flatMap(({ kind, one, entries }) =>
    entries.map(([name, entry]) => [`${kind}/${name}.md`, page(one, name, readJson(entry.schema))]),
  );
  return new Map([...pages, ['reference.md', list(known)]]);
}

function list(known) {
  const parts = known.map(({ kind, title, entries }) => {
    const rows = entries.map(([name, { description }]) => `- [${name}](${kind}/${name}.md): ${description}.`);
    return `## ${title}\n\n${rows.join('\n')}\n`;
  });
  return `# Executors and generators of ${PLUGIN}\n\n${parts.join('\n')}`;
}

function page(one, name, schema) {
  const parts = [
    `# ${name}`,
    `${one} \`${PLUGIN}:${name}\`.`,
    sentence(schema.description),
    '## Options',
    options(schema),
    ...('examples' in schema ? ['## On the command line', commands(schema.examples)] : []),
    ...('x-options' in schema ? ['## In a project.json', ...schema['x-options'].map((example) => target(name, example))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const sentence = (text) => (text.endsWith('.') ? text : `${text}.`);

function options({ properties, required = [] }) {
  const rows = rowsOf('', properties, required);
  return rows.length === 0 ? 'None.' : ['| option | type | left out | what it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** A row for each option; those inside of another come after it, under their path. */
function rowsOf(prefix, properties, required) {
  return Object.entries(properties).flatMap(([name, option]) => {
    const path = `${prefix}${name}`;
    const absent = 'default' in option ? `\`${JSON.stringify(option.default)}\`` : required.includes(name) ? 'refused' : '';
    const row = `| \`${path}\` | ${typeOf(option)} | ${absent} | ${cell(sentence(option.description))} |`;
    return [row, ...innerOf(option).flatMap((inner) => rowsOf(`${path}${inner.suffix}`, inner.properties, inner.required ?? []))];
  });
}

/** What holds options of its own: an object, the objects of a list, or one of several forms. */
function innerOf(option) {
  const forms = [{ ...option, suffix: '.' }, ...(option.oneOf ?? []).map((form) => ({ ...form, suffix: '.' }))];
  const items = option.items?.properties === undefined ? [] : [{ ...option.items, suffix: '[].' }];
  return [...forms, ...items].filter(({ properties }) => properties !== undefined);
}

function typeOf({ type, oneOf, items }) {
  if (oneOf !== undefined) return oneOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  return [type].flat().join(' or ');
}

const cell = (text) => text.replaceAll('|', '\\|');

function commands(examples) {
  const lines = examples.map(({ description, command }) => `# ${sentence(description)}\nnpx ${command}`);
  return `\`\`\`sh\n${lines.join('\n\n')}\n\`\`\``;
}

function target(name, example) {
  return `\`\`\`json\n${JSON.stringify({ executor: `${PLUGIN}:${name}`, options: example }, null, 2)}\n\`\`\``;
}

/** Writes the pages that are not as they should be, and removes those of what is no more. */
export function writePages() {
  const pages = schemaPages();
  for (const path of strayPages(pages)) rmSync(join(DOCS, path));
  for (const [path, text] of pages) {
    const file = join(DOCS, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Pages in the folders of the kinds that are none of these. */
export function strayPages(pages) {
  const found = KINDS.flatMap(({ kind }) => {
    const folder = join(DOCS, kind);
    return existsSync(folder) ? readdirSync(folder).map((name) => `${kind}/${name}`) : [];
  });
  return found.filter((path) => !pages.has(path));
}
