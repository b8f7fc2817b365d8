// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { sha256, sha256File } from '@nexus-forge/artefact';
import { ForgeError, noteReads, prerequisites, runTool } from '@nexus-forge/process';
import { filesBelow, withKeptState } from '@nexus-forge/state';
import type { Described, InitramfsDescription } from './description';
import { requireCrossTools } from './make';

const TIMEOUT_MS = 60_000;

/** Freestanding and static: there is no C library and no loader where it runs. Warnings are errors. */
const WARN = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Wshadow', '-Wmissing-prototypes', '-Wstrict-prototypes', '-Werror'];
const FREESTANDING = ['-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-pie', '-fno-asynchronous-unwind-tables'];
const COMPILE = [...WARN, ...FREESTANDING, '-ffunction-sections'];
const LINK = ['-nostdlib', '-static', '-no-pie', '-s', '-Wl,--build-id=none,--gc-sections,-z,max-page-size=4096,-z,noexecstack'];

/**
 * The compiler's arguments for one source; run in the workspace, so that no path of this machine gets into the object.
 * What it reads is written beside the object: by the preprocessor `<object>.cpp.d`, by the assembler (.incbin) `<object>.as.d`.
 */
export function compileArguments(source: string, object: string): string[] {
  return [...COMPILE, '-MD', '-MF', `${object}.cpp.d`, `-Wa,--MD,${object}.as.d`, '-c', '-o', object, source];
}

/** The compiler's arguments for the program, of its objects or of its sources at once. */
export function initArguments(parts: readonly string[], output: string): string[] {
  return [...COMPILE, ...LINK, '-o', output, ...parts];
}

/** What is kept of a compilation: the program, an object for each source, and what each was made of. */
const PROGRAM = 'init';
const OBJECT = (index: number) => `${index}.o`;
const MADE_OF = (object: string) => `${object}.json`;

/**
 * Gives /init, compiled from the sources that the description names, as `output`. Of what is kept below
 * `stateDirectory`, each object is used again when it was made of the same bytes by the same compiler.
 */
export async function compileInit(workspaceRoot: string, described: Described<InitramfsDescription>, stateDirectory: string, output: string): Promise<void> {
  const sources = sourcesOf(workspaceRoot, described);
  const crossTools = await requireCrossTools(workspaceRoot);
  const gcc = `${crossTools.prefix}gcc`;
  const run = (args: string[]) => runTool({ command: gcc, args, cwd: workspaceRoot, timeoutMs: TIMEOUT_MS });
  /* A new file below their folders may be one that an #include now finds first. */
  const below = [...new Set(sources.map((path) => dirname(path)))].flatMap((folder) => filesBelow(join(workspaceRoot, folder)));
  const key = sha256([crossTools.sha256, ...COMPILE, ...LINK, ...sources, '', ...below].join('\n'));
  const folder = join(stateDirectory, `init-${described.value.name}`);
  await withKeptState({ folder, key, lockTimeoutMs: TIMEOUT_MS, isSoundAfter: () => false }, async (place) => {
    const objects = sources.map((_, index) => join(place, OBJECT(index)));
    const stale = sources.map((_, index) => index).filter((index) => !isMadeOfTheSame(workspaceRoot, objects[index]!));
    await Promise.all(
      stale.map(async (index) => {
        await run(compileArguments(sources[index]!, objects[index]!));
        writeFileSync(MADE_OF(objects[index]!), JSON.stringify(digestsOf(workspaceRoot, objects[index]!)));
      }),
    );
    noteReads(objects.flatMap((object) => Object.keys(readMadeOf(object)).map((file) => absolute(workspaceRoot, file))));
    const program = join(place, PROGRAM);
    if (stale.length > 0 || !existsSync(program)) await run(initArguments(objects, program));
    copyFileSync(program, output);
  });
}

function sourcesOf(workspaceRoot: string, { value, beside, placeOf }: Described<InitramfsDescription>): string[] {
  return value.init.sources.map((name, index) => {
    const path = beside(name);
    if (existsSync(join(workspaceRoot, path))) return path;
    throw new ForgeError(`the source ${path} is missing`, { at: placeOf(['init', 'sources', index]) });
  });
}

/** File → SHA-256 of everything that preprocessor and assembler have read for an object, but the text between the two. */
function digestsOf(workspaceRoot: string, object: string): Record<string, string> {
  const lists = [`${object}.cpp.d`, `${object}.as.d`];
  const files = lists.flatMap((list) => prerequisites(readFileSync(list, 'utf8'))).filter((file) => existsSync(absolute(workspaceRoot, file)));
  for (const list of lists) rmSync(list);
  return Object.fromEntries([...new Set(files)].sort().map((file) => [file, sha256File(absolute(workspaceRoot, file))]));
}

function absolute(workspaceRoot: string, file: string): string {
  return isAbsolute(file) ? file : join(workspaceRoot, file);
}

function readMadeOf(object: string): Record<string, string> {
  return JSON.parse(readFileSync(MADE_OF(object), 'utf8')) as Record<string, string>;
}

function isMadeOfTheSame(workspaceRoot: string, object: string): boolean {
  if (!existsSync(MADE_OF(object))) return false;
  const isSame = ([file, digest]: [string, string]) => {
    const path = absolute(workspaceRoot, file);
    return existsSync(path) && sha256File(path) === digest && !(isOwn(file) && asksForFiles(path));
  };
  return Object.entries(readMadeOf(object)).every(isSame);
}

/** A path of the workspace is relative; the others are the compiler's. */
function isOwn(file: string): boolean {
  return !isAbsolute(file);
}

/** Whether text depends on files that it does not take in: no list of what was read tells of one that was absent. */
function asksForFiles(path: string): boolean {
  return readFileSync(path, 'latin1').includes('__has_include');
}
