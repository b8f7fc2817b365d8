// SPDX-License-Identifier: Apache-2.0
// The pages of executors and generators in git are what their schemas say, and the schemas say what Nx's --help prints.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Pages {
  DOCS: string;
  schemaPages(): Map<string, string>;
  strayPages(pages: Map<string, string>): string[];
}
interface Option {
  type?: string | string[];
  oneOf?: Option[];
  description?: string;
}
interface Schema {
  properties: Record<string, Option>;
  examples?: { command?: string; description?: string }[];
}

const PLUGIN = join(__dirname, '..', 'executors');
const load = (): Promise<Pages> => import(join(PLUGIN, 'pages.mjs'));
const json = <T>(...path: string[]) => JSON.parse(readFileSync(join(PLUGIN, ...path), 'utf8')) as T;

test('the pages in git are those that the schemas give; `npm run prepare` writes them', async () => {
  const { DOCS, schemaPages, strayPages } = await load();
  const pages = schemaPages();
  const old = [...pages].filter(([path, text]) => !existsSync(join(DOCS, path)) || readFileSync(join(DOCS, path), 'utf8') !== text);
  assert.equal(old.map(([path]) => path), []);
  assert.equal(strayPages(pages), []);
});

test('every option has its row, with type, default and what it is', async () => {
  const pages = (await load()).schemaPages();
  const page = pages.get('executors/kbuild-module.md') ?? '';
  assert.match(page, /^\| `modules` \| list of string \| refused \| Names of the modules/m);
  assert.match(page, /^\| `dependencies\[\]\.symvers` \| string \| refused \| Its Module\.symvers/m);
  assert.match(page, /^\| `timeoutSeconds` \| integer \| `600` \| Time limit/m);
  assert.match(pages.get('executors/cell-bundle.md') ?? '', /^\| `initramfs\.modules` \| list of string \|/m);
});

const COMMANDS = { executors: /^nx run [\w-]+:[\w-]+( --[\w-]+=\S+)*$/, generators: /^nx g @nexus-forge\/nx:[\w-]+( .*)?$/ };
const isPrintable = ({ type, oneOf }: Option): boolean => (oneOf === undefined ? type !== undefined : oneOf.every(isPrintable));

for (const kind of ['executors', 'generators'] as const) {
  const entries = json<Record<string, Record<string, { schema: string }>>>(`${kind}.json`)[kind] ?? {};
  for (const [name, { schema }] of Object.entries(entries)) {
    test(`${kind}: what \`nx … --help\` prints of ${name}`, () => {
      const { properties, examples = [] } = json<Schema>(schema);
      assert.ok(examples.length > 0, 'an example');
      for (const { command = '', description = '' } of examples) {
        assert.match(command, COMMANDS[kind]);
        assert.match(description, /^[A-Z]/);
      }
      const unprintable = Object.entries(properties).filter(([, option]) => !option.description || !isPrintable(option));
      assert.equal(unprintable.map(([option]) => option), []);
    });
  }
}

test('no folder of a generator has a default of its own: nx.json names them, and Nx would fill it in before', () => {
  const names = Object.keys(JSON.parse(readFileSync(join(PLUGIN, 'generators.json'), 'utf8')).generators);
  const withDefault = names.filter((name) => {
    const schema = JSON.parse(readFileSync(join(PLUGIN, 'src/generators', name, 'schema.json'), 'utf8'));
    return 'default' in (schema.properties.directory ?? {});
  });
  assert.equal(withDefault, []);
});

test.run();
