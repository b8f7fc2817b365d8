// SPDX-License-Identifier: Apache-2.0
// The plugin as somebody else installs it: the tarball that npm makes, in a workspace that has nothing else of ours.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

const PLUGIN = join(__dirname, '..');
const REPOSITORY = join(PLUGIN, '..', '..');

interface Place {
  place: Elsewhere;
  /** Files of the tarball, sorted. */
  files: string[];
  /** Where it is unpacked. */
  installed: string;
}

const json = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;

/** Packs the plugin without a script of its own or a network; the tarball's path and the files it lists. */
function pack(folder: string): { tarball: string; files: string[] } {
  const options = ['--json', '--offline', '--ignore-scripts', `--cache=${join(folder, 'npm')}`, `--pack-destination=${folder}`];
  const said = execFileSync('npm', ['pack', ...options], { cwd: PLUGIN, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [packed] = Object.values(JSON.parse(said) as Record<string, { filename: string; files: { path: string }[] }>);
  if (packed === undefined) throw new Error(`npm pack lists no package:\n${said}`);
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/** Other packages are the repository's own; this one is the tarball's. */
function install(place: Elsewhere, tarball: string): string {
  const [from, to] = [join(REPOSITORY, 'node_modules'), join(place.root, 'node_modules')];
  rmSync(to);
  const installed = join(to, '@nexus-forge', 'nx');
  mkdirSync(installed, { recursive: true });
  for (const name of readdirSync(from).filter((other) => other !== '@nexus-forge')) symlinkSync(join(from, name), join(to, name));
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  return installed;
}

function emptyWorkspace(): Elsewhere {
  const place = new Elsewhere();
  for (const name of ['apps', 'cell', 'firmware', 'proofs', '.toolchain', 'workspace.json']) rmSync(join(place.root, name), { recursive: true });
  const { plugins: _, ...settings } = json<Record<string, unknown>>(join(place.root, 'nx.json'));
  place.write('nx.json', JSON.stringify(settings));
  place.write('.gitignore', 'node_modules\n.toolchain\nbin\nnpm\n*.tgz\n');
  // Its Zig is the real one, of this workspace.
  mkdirSync(join(place.root, '.toolchain'));
  for (const name of readdirSync(join(REPOSITORY, '.toolchain')).filter((other) => /^zig-\d/.test(other))) {
    symlinkSync(join(REPOSITORY, '.toolchain', name), join(place.root, '.toolchain', name));
  }
  return place;
}

const test = suite<Place>('the package, by the real npm and the real Nx');
test.before((context) => {
  context.place = emptyWorkspace();
  const { tarball, files } = pack(context.place.root);
  Object.assign(context, { files, installed: install(context.place, tarball) });
});
test.after(({ place }) => place.remove());

const SCHEMAS = 'board cell inapplicable initramfs ion-abi kernel machine module proof workspace'
  .split(' ')
  .map((name) => `schemas/${name}.schema.json`);
const KERNEL = ['core', 'diagnostics', 'platform', 'services'].map((name) => `${name}.config`);
const FIRMWARE = ['build.zig', 'head.S', 'hello.proof.yaml', 'kernel.ld', 'kernel.zig'];
const STARTER = ['board.yaml', 'cell.yaml', 'ion-abi.yaml', 'kernel.yaml', 'workspace.json', ...KERNEL, ...FIRMWARE].map(
  (name) => `starter/${name}`,
);
const namesIn = (kind: string) => Object.keys(json<Record<string, object>>(join(PLUGIN, `${kind}.json`))[kind] ?? {});

const namesInMigrations = () => Object.keys(json<{ generators: object }>(join(PLUGIN, 'migrations.json')).generators);

const GUIDES = ['tutorial.md', 'how-it-works.md', 'write-a-proof.md', 'add-a-board.md', 'reference.md'];
const PAGES = ['executors', 'generators'].flatMap((kind) => namesIn(kind).map((name) => `${kind}/${name}.md`));
const BINDINGS = readdirSync(join(REPOSITORY, 'docs', 'bindings'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(join(REPOSITORY, 'docs'), join(parentPath, name)));
const DOCUMENTS = [...GUIDES, ...PAGES, ...BINDINGS].map((name) => `docs/${name}`);

test('holds the bundles, schemas, documents, what a workspace starts from, and nothing else', ({ files }) => {
  const named = ['executors', 'generators'].flatMap((kind) =>
    namesIn(kind).flatMap((name) => [`dist/${kind}/${name}.js`, `src/${kind}/${name}/schema.json`]),
  );
  const bundled = ['index.js', 'yaml-parser.js', 'cli/run-executor.js', 'LICENSE', ...SCHEMAS, ...STARTER, ...DOCUMENTS].map((file) => `dist/${file}`);
  const migrations = namesInMigrations().map((name) => `dist/migrations/${name}.js`);
  const top = ['README.md', 'package.json', 'executors.json', 'generators.json', 'migrations.json'];
  assert.equal(files, [...top, ...bundled, ...named, ...migrations].sort());
});

test('names no file that it lacks, and no path of the machine it was made on', ({ files, installed }) => {
  const { main, executors, generators } = json<Record<string, string>>(join(installed, 'package.json'));
  const entries = [executors, generators].flatMap((file) => Object.values(json<Record<string, object>>(join(installed, file ?? '')))).flatMap(Object.values);
  const paths = entries.flatMap(({ implementation, batchImplementation, schema }) => [implementation, batchImplementation, schema]);
  const named = [main, ...paths].filter((path): path is string => path !== undefined).map((path) => path.split('#')[0] ?? '');
  assert.ok(named.length > 2 * (namesIn('executors').length + namesIn('generators').length));
  assert.equal(named.filter((path) => !existsSync(join(installed, path))), []);
  assert.equal(files.filter((file) => readFileSync(join(installed, file), 'utf8').includes(REPOSITORY)), []);
});

test('its documents are those of the repository, and their links lead somewhere', ({ files, installed }) => {
  const documents = files.filter((file) => file.startsWith('dist/docs/'));
  assert.ok(documents.length > 0);
  for (const file of documents) {
    const [packed, source] = [join(installed, file), join(REPOSITORY, relative('dist', file))].map((path) => readFileSync(path, 'utf8'));
    assert.is(packed, source, file);
  }
  const pages = files.filter((file) => file.endsWith('.md'));
  const links = pages.flatMap((file) => {
    const found = readFileSync(join(installed, file), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g);
    return [...found].map(([, link]) => join(installed, dirname(file), link ?? ''));
  });
  assert.ok(links.length > 0);
  assert.equal(links.filter((path) => !existsSync(path)), []);
});

test('an empty workspace gets a board whose device trees compile, once', async ({ place }) => {
  const early = await place.nx(['g', '@nexus-forge/nx:board', 'mine']);
  assert.is.not(early.status, 0);
  assert.match(early.output, /npx nx g @nexus-forge\/nx:init/);
  const made = await place.nx(['g', '@nexus-forge/nx:init']);
  assert.is(made.status, 0, made.output);
  assert.equal((await place.json<string[]>(['show', 'projects', '--json'])).sort(), ['ion-abi', 'kernel', 'linux-cell', 'qemu-virt']);

  const first = await place.nx(['run', 'qemu-virt:device-tree']);
  assert.is(first.status, 0, first.output);
  assert.equal(first.ran, ['qemu-virt:device-tree']);
  assert.is(readFileSync(join(place.root, 'dist/qemu-virt/device-tree/board.dtb')).readUInt32BE(0), 0xd00dfeed);
  assert.equal((await place.nx(['run', 'qemu-virt:device-tree'])).ran, []);

  const again = await place.nx(['g', '@nexus-forge/nx:init']);
  assert.not.match(again.output, /CREATE|UPDATE/, 'what is there stays as it is');
});

/** Files and targets of this repository that a paragraph names and a workspace that `init` has set up lacks. */
function lackedElsewhere(paragraph: string, place: Elsewhere): string[] {
  const named = [...paragraph.matchAll(/`([\w.-]+\/[\w.\/-]*)[^`]*`/g)].map(([, path]) => path ?? '');
  const lacked = named.filter((path) => existsSync(join(REPOSITORY, path)) && !existsSync(join(place.root, path)));
  return [...lacked, ...(paragraph.match(/\bnexus-forge:[\w-]+/g) ?? [])];
}

test('its guides name what it lacks only where they say that it is of the reference workspace', ({ place, files, installed }) => {
  const guides = files.filter((file) => /^(README|dist\/docs\/[\w-]+)\.md$/.test(file));
  assert.is(guides.length, 1 + GUIDES.length);
  const unsaid = guides.flatMap((file) => {
    const text = readFileSync(join(installed, file), 'utf8').replace(/^```[^]*?^```$/gm, '');
    const paragraphs = text.split(/\n{2,}|\n(?=- )/).filter((paragraph) => !/reference\s+workspace/.test(paragraph));
    return paragraphs.flatMap((paragraph) => lackedElsewhere(paragraph, place).map((name) => `${file}: ${name}`));
  });
  assert.equal(unsaid, []);
  assert.equal(lackedElsewhere('`apps/qemu-virt/board.yaml`, `firmware/hal/`, `npx nx run nexus-forge:mutate`', place), [
    'firmware/hal/',
    'nexus-forge:mutate',
  ]);
});

test('--help of a target and of a generator prints what their schemas say', async ({ place }) => {
  for (const [args, command] of [
    [['run', 'qemu-virt:device-tree'], 'nx run qemu-virt:device-tree'],
    [['g', '@nexus-forge/nx:board'], 'nx g @nexus-forge/nx:board'],
  ] as const) {
    const { status, output } = await place.nx([...args, '--help']);
    assert.is(status, 0, output);
    assert.match(output, /Examples:\n/);
    assert.ok(output.replace(/\s+/g, ' ').includes(command), output);
    assert.not.match(output, /undefined/);
  }
});

test('init writes the one ion-abi.yaml that a board waits for, and no second one', async ({ place }) => {
  const [usual, elsewhere] = [join(place.root, 'libs/ion-abi/ion-abi.yaml'), join(place.root, 'abi/ion-abi.yaml')];
  rmSync(usual);
  const without = await place.nx(['run', 'qemu-virt:device-tree', '--outputStyle=static']);
  assert.is.not(without.status, 0);
  assert.match(without.output, /error: this workspace has no ion-abi\.yaml\n.*\n.*\n {2}to do: +npx nx g @nexus-forge\/nx:init/);
  assert.match((await place.nx(['g', '@nexus-forge/nx:init'])).output, /CREATE libs\/ion-abi\/ion-abi\.yaml/);
  mkdirSync(join(place.root, 'abi'));
  renameSync(usual, elsewhere);
  assert.not.match((await place.nx(['g', '@nexus-forge/nx:init'])).output, /CREATE|UPDATE/);
  renameSync(elsewhere, usual);
});

test('a first board finds a kernel there: neither another one is brought, nor a proof of it', async ({ place }) => {
  for (const path of ['apps/qemu-virt', 'firmware/kernel/kernel.zig', 'proofs']) rmSync(join(place.root, path), { recursive: true });
  const { status, output } = await place.nx(['g', '@nexus-forge/nx:init']);
  assert.is(status, 0, output);
  assert.equal(output.match(/(CREATE|UPDATE) .*/g), ['CREATE apps/qemu-virt/board.yaml']);
});

test('its audits and reproducibility checks work without the repository', async ({ place }) => {
  const { status, output } = await place.nx(['run-many', '-t', 'audit', 'verify-reproducible', '-p', 'ion-abi', '--outputStyle=static']);
  assert.is(status, 0, output);
  assert.match(output, /ion-abi:generate: \d+ of \d+ declared files read/);
  assert.match(output, /ion-abi:generate: 4 files, the same bytes in two folders/);
});

test.run();
