// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256, sha256File } from '@nexus-forge/artefact';
import { ForgeError, runTool } from '@nexus-forge/process';
import { withKeptState } from '@nexus-forge/state';
import type { Described, InitramfsDescription } from './description';
import { requireCrossTools } from './make';

const TIMEOUT_MS = 60_000;

/** Freestanding and static: there is no C library and no loader where it runs. Warnings are errors. */
const COMPILE = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Wshadow', '-Wmissing-prototypes', '-Wstrict-prototypes', '-Werror'];
const FREESTANDING = ['-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-pie', '-fno-asynchronous-unwind-tables'];
const LINK = ['-nostdlib', '-static', '-no-pie', '-s', '-Wl,--build-id=none,--gc-sections,-z,max-page-size=4096,-z,noexecstack'];

/** The compiler's arguments; run in the workspace, so that no path of this machine gets into the program. */
export function initArguments(sources: readonly string[], output: string): string[] {
  return [...COMPILE, ...FREESTANDING, '-ffunction-sections', ...LINK, '-o', output, ...sources];
}

/** What is kept of a compilation: the program, and the digest of each file that it was made of. */
const [PROGRAM, MADE_OF] = ['init', 'made-of.json'];

/**
 * Gives /init, compiled from the sources that the description names, as `output`: the program that is kept below
 * `stateDirectory` when it was made of the same bytes by the same compiler, else a new one.
 */
export async function compileInit(workspaceRoot: string, described: Described<InitramfsDescription>, stateDirectory: string, output: string): Promise<void> {
  const sources = sourcesOf(workspaceRoot, described);
  const crossTools = await requireCrossTools(workspaceRoot);
  const command = initArguments(sources, PROGRAM);
  /* A new file beside the sources may be one that an #include now finds first. */
  const beside = [...new Set(sources.map((path) => dirname(path)))].flatMap((folder) => readdirSync(join(workspaceRoot, folder)).sort());
  const key = sha256([crossTools.sha256, ...command, ...beside].join('\n'));
  const folder = join(stateDirectory, `init-${described.value.name}`);
  await withKeptState({ folder, key, lockTimeoutMs: TIMEOUT_MS, isSoundAfter: () => false }, async (place) => {
    if (!isMadeOfTheSame(workspaceRoot, join(place, MADE_OF))) {
      const args = initArguments(sources, join(place, PROGRAM));
      await runTool({ command: `${crossTools.prefix}gcc`, args: ['-MMD', ...args], cwd: workspaceRoot, timeoutMs: TIMEOUT_MS });
      writeFileSync(join(place, MADE_OF), JSON.stringify(digestsOf(workspaceRoot, place)));
    }
    copyFileSync(join(place, PROGRAM), output);
  });
}

function sourcesOf(workspaceRoot: string, { value, beside, placeOf }: Described<InitramfsDescription>): string[] {
  return value.init.sources.map((name, index) => {
    const path = beside(name);
    if (existsSync(join(workspaceRoot, path))) return path;
    throw new ForgeError(`the source ${path} is missing`, { at: placeOf(['init', 'sources', index]) });
  });
}

/** File → SHA-256 of everything the compiler's dependency files (-MMD: one for each source) in `place` name. */
function digestsOf(workspaceRoot: string, place: string): Record<string, string> {
  const lists = readdirSync(place).filter((name) => name.endsWith('.d'));
  const files = lists.flatMap((name) => prerequisites(readFileSync(join(place, name), 'utf8')));
  return Object.fromEntries([...new Set(files)].sort().map((file) => [file, sha256File(join(workspaceRoot, file))]));
}

/** The prerequisites of a dependency file's one rule, `init-main.o: main.c report.h \`; spaces in names have a backslash. */
export function prerequisites(text: string): string[] {
  const words = text.replace(/\\\n/g, ' ').replace(/^[^:]*:/, '').match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\\(.)/g, '$1'));
}

function isMadeOfTheSame(workspaceRoot: string, record: string): boolean {
  if (!existsSync(record)) return false;
  const digests = Object.entries(JSON.parse(readFileSync(record, 'utf8')) as Record<string, string>);
  return digests.every(([file, digest]) => existsSync(join(workspaceRoot, file)) && sha256File(join(workspaceRoot, file)) === digest);
}
