// SPDX-License-Identifier: Apache-2.0
// Bundles the plugin: its entry, and one self-contained CommonJS file for every executor, generator and command
// line. One file an executor matters: its bytes are part of that executor's cache key and of no other's.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const here = dirname(fileURLToPath(import.meta.url));

/** Entry points by output name: `executors/x` for every `src/executors/x/executor.ts`, and so on. */
function entryPoints() {
  const kinds = [
    ['executors', 'executor.ts'],
    ['generators', 'generator.ts'],
    ['cli', 'main.ts'],
  ];
  const found = { index: 'src/index.ts', 'yaml-parser': 'src/graph/read/yaml-parser.ts' };
  for (const [kind, file] of kinds) {
    const folder = join(here, 'src', kind);
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      if (existsSync(join(folder, name, file))) found[`${kind}/${name}`] = `src/${kind}/${name}/${file}`;
    }
  }
  return Object.fromEntries(Object.entries(found).filter(([, source]) => existsSync(join(here, source))));
}

/** Where this folder is in its workspace; esbuild names sources from here. */
const FOLDER = 'tools/executors';

/**
 * For each executor, as filesets, the workspace's own files that its bundle really contains: `nx affected` goes by these, since
 * the bundle itself is not in git.
 */
function sourcesOf({ outputs }) {
  const bundles = Object.entries(outputs).filter(([path]) => basename(dirname(path)) === 'executors' && path.endsWith('.js'));
  const sources = bundles.map(([path, { inputs }]) => {
    const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const files = used.map(([file]) => posix.join(FOLDER, file)).filter((file) => !file.includes('node_modules/'));
    return [basename(path, '.js'), filesets(files)];
  });
  return Object.fromEntries(sources.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One pattern a folder, instead of one a file. */
function filesets(files) {
  const byFolder = new Map();
  for (const file of [...files].sort()) byFolder.set(posix.dirname(file), [...(byFolder.get(posix.dirname(file)) ?? []), posix.basename(file)]);
  return [...byFolder].map(([folder, names]) => (names.length > 1 ? `${folder}/{${names.join(',')}}` : `${folder}/${names[0]}`));
}

/** What somebody who installs the package gets beside the bundles: the YAML files' schemas for editors, and the licence. */
function copyPublished(target) {
  const root = join(here, '..', '..');
  mkdirSync(join(target, 'schemas'));
  const libraries = readdirSync(join(root, 'libs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: library } of libraries) {
    const schemas = readdirSync(join(root, 'libs', library)).filter((name) => name.endsWith('.schema.json'));
    for (const name of schemas) copyFileSync(join(root, 'libs', library, name), join(target, 'schemas', name));
  }
  copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
}

const staging = join(here, `.dist-${process.pid}`);
process.chdir(here);
try {
  mkdirSync(staging, { recursive: true });
  const entry = entryPoints();
  if (Object.keys(entry).length > 0) {
    await build({
      config: false,
      entry,
      outDir: staging,
      format: ['cjs'],
      target: 'node20',
      platform: 'node',
      splitting: false,
      sourcemap: false,
      minify: false,
      silent: true,
      dts: false,
      metafile: true,
      noExternal: [/^(?!@nx\/devkit|nx(\/|$)|node:|\.\/yaml-parser$)/],
      external: ['@nx/devkit', 'nx', './yaml-parser'],
      loader: { '.dtsi': 'text' },
      esbuildOptions: (options) => {
        options.absWorkingDir = here;
        options.legalComments = 'none';
      },
    });
  }
  const metafile = join(staging, 'metafile-cjs.json');
  writeFileSync(join(staging, 'sources.json'), JSON.stringify(sourcesOf(JSON.parse(readFileSync(metafile, 'utf8'))), null, 1));
  rmSync(metafile);
  copyPublished(staging);
  const old = join(here, `.dist-old-${process.pid}`);
  if (existsSync(join(here, 'dist'))) renameSync(join(here, 'dist'), old);
  renameSync(staging, join(here, 'dist'));
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
