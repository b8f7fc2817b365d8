// SPDX-License-Identifier: Apache-2.0
// Bundles the plugin: its entry, and one self-contained CommonJS file for every executor, generator and command
// line. One file an executor matters: its bytes are part of that executor's cache key and of no other's.
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { compiledSchemas } from './compiled-schemas.mjs';
import { schemaPages, writePages } from './pages.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Entry points by output name: `executors/x` for every `src/executors/x/executor.ts`, and so on. */
function entryPoints() {
  const kinds = [
    ['executors', 'executor.ts'],
    ['generators', 'generator.ts'],
    ['migrations', 'migration.ts'],
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

/** The code that makes the bundles. */
const BUNDLER = ['build.mjs', 'compiled-schemas.mjs'].map((file) => `${FOLDER}/${file}`);

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The workspace's own files that the bundles were made of, with their digests: how the plugin sees that they are stale. */
function sourcesOf({ inputs }) {
  const files = Object.keys(inputs).map((file) => posix.join(FOLDER, file)).filter((file) => !file.includes('node_modules/'));
  return Object.fromEntries([...files, ...BUNDLER].sort().map((file) => [file, sha256(readFileSync(join(here, '..', '..', file)))]));
}

/**
 * The digest of each executor's bundle, in a file that is in git, unlike the bundles: `nx affected` goes by it, so that
 * an edit that leaves the bundles alone reaches no task.
 */
function writeRecipes(bundles) {
  const names = readdirSync(join(bundles, 'executors')).filter((name) => name.endsWith('.js')).sort();
  const recipes = Object.fromEntries(names.map((name) => [basename(name, '.js'), sha256(readFileSync(join(bundles, 'executors', name)))]));
  const [path, text] = [join(here, 'recipes.json'), `${JSON.stringify(recipes, null, 2)}\n`];
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

/** Files that generators start another workspace from, most of them the reference workspace's own; no two of one last name. */
const STARTER = [
  ...['build.zig', 'head.S', 'kernel.ld', 'kernel.zig'].map((name) => `${FOLDER}/starter/kernel/${name}`),
  `${FOLDER}/starter/hello.proof.yaml`,
  ...['workspace.json', 'apps/qemu-virt/board.yaml', 'linux-cell/cell.yaml', 'libs/ion-abi/ion-abi.yaml'],
  ...['kernel.yaml', 'core.config', 'diagnostics.config', 'platform.config', 'services.config'].map((name) => `linux-cell/image/${name}`),
];

/** Documents for whoever uses the package, beside the pages that are made from schemas; `bindings` is named by one. */
const GUIDES = ['tutorial.md', 'how-it-works.md', 'write-a-proof.md', 'add-a-board.md'];
const NAMED_FOLDER = 'bindings';

/** What somebody who installs the package gets beside the bundles: documents, schemas for editors, files to start from, the licence. */
function copyPublished(target) {
  const root = join(here, '..', '..');
  mkdirSync(join(target, 'schemas'));
  const libraries = readdirSync(join(root, 'libs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: library } of libraries) {
    const schemas = readdirSync(join(root, 'libs', library)).filter((name) => name.endsWith('.schema.json'));
    for (const name of schemas) copyFileSync(join(root, 'libs', library, name), join(target, 'schemas', name));
  }
  mkdirSync(join(target, 'starter'));
  for (const file of STARTER) copyFileSync(join(root, file), join(target, 'starter', basename(file)));
  copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  copyDocuments(join(root, 'docs'), join(target, 'docs'));
}

function copyDocuments(from, to) {
  writePages();
  for (const name of [...GUIDES, ...schemaPages().keys(), NAMED_FOLDER]) {
    cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

/** A bundle whose bytes stay keeps its time: whoever has it loaded can go on. */
function keepTimes(old, made) {
  for (const name of readdirSync(made, { recursive: true }).filter((file) => file.endsWith('.js') && existsSync(join(old, file)))) {
    const [before, now] = [join(old, name), join(made, name)];
    if (readFileSync(before).equals(readFileSync(now))) utimesSync(now, statSync(before).atime, statSync(before).mtime);
  }
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
      esbuildPlugins: [compiledSchemas],
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
  keepTimes(join(here, 'dist'), staging);
  writeRecipes(staging);
  const old = join(here, `.dist-old-${process.pid}`);
  if (existsSync(join(here, 'dist'))) renameSync(join(here, 'dist'), old);
  renameSync(staging, join(here, 'dist'));
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
