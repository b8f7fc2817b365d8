// SPDX-License-Identifier: Apache-2.0
// Bundles the plugin: its entry, and one self-contained CommonJS file for every executor, generator and command
// line. One file an executor matters: its bytes are part of that executor's cache key and of no other's.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  const found = { index: 'src/index.ts' };
  for (const [kind, file] of kinds) {
    const folder = join(here, 'src', kind);
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      if (existsSync(join(folder, name, file))) found[`${kind}/${name}`] = `src/${kind}/${name}/${file}`;
    }
  }
  return Object.fromEntries(Object.entries(found).filter(([, source]) => existsSync(join(here, source))));
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
      noExternal: [/^(?!@nx\/devkit|nx(\/|$)|node:)/],
      external: ['@nx/devkit', 'nx'],
      loader: { '.dtsi': 'text' },
      esbuildOptions: (options) => {
        options.absWorkingDir = here;
        options.legalComments = 'none';
      },
    });
  }
  const old = join(here, `.dist-old-${process.pid}`);
  if (existsSync(join(here, 'dist'))) renameSync(join(here, 'dist'), old);
  renameSync(staging, join(here, 'dist'));
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
