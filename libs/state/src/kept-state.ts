// SPDX-License-Identifier: Apache-2.0
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { explainFullDisk, saysFull } from '@nexus-forge/process';
import { acquireLock } from './lock';

export interface KeptStateOptions {
  /** The folder that a tool keeps its intermediate results in, between runs. */
  folder: string;
  /** Milliseconds to wait for another run that uses the same folder. */
  lockTimeoutMs: number;
  /** Whether a fault of the work leaves the state sound: a compiler that ended by itself does, a killed one may not. */
  isSoundAfter(error: unknown): boolean;
  /** Tells what the state was made with (tools, inputs by content): state of another key is thrown away. */
  key?: string;
  /** Bytes above which the state is thrown away: tools that key by content never remove what they no longer need. */
  maxBytes?: number;
  /** Beginning of the paths below the folder that are not part of it: kept state of their own, gone with it. */
  apart?: string;
  /** Starts from nothing, whatever there is. */
  fresh?: boolean;
  /** Told when there is something to wait for or to throw away. */
  report?: (line: string) => void;
}

/**
 * Lets one process at a time work with a folder of kept state, and only with sound state: what a run leaves is
 * recorded (path, size, time of each file), and a folder that differs from its record, or that a killed run left
 * without one, is thrown away. Nothing of it is an output, so this costs time and never a wrong result.
 */
export async function withKeptState<T>(options: KeptStateOptions, work: (folder: string) => Promise<T>): Promise<T> {
  return withSoundState(options, () => workIn(options, work));
}

/** No fault leaves sound what was to be made at once. */
export type MadeOnceOptions = Pick<KeptStateOptions, 'folder' | 'apart' | 'lockTimeoutMs' | 'report'>;

/** Has `make` fill a folder unless it stands there as an earlier run has left it; for what is only read afterwards. */
export async function makeOnce(options: MadeOnceOptions, make: (folder: string) => Promise<void>): Promise<void> {
  await withSoundState(options, async () => {
    if (!existsSync(options.folder)) return workIn({ ...options, isSoundAfter: () => false }, make);
    // The time of the record is that of the last use.
    const now = new Date();
    utimesSync(recordOf(options), now, now);
  });
}

const recordOf = ({ folder }: Pick<KeptStateOptions, 'folder'>) => `${folder}.json`;

/** Holds the lock of the folder while `use` runs; before, what is there and is not sound is thrown away. */
async function withSoundState<T>(options: Omit<KeptStateOptions, 'isSoundAfter'>, use: () => Promise<T>): Promise<T> {
  const { folder, report } = options;
  const release = await acquireLock(`${folder}.lock`, {
    timeoutMs: options.lockTimeoutMs,
    onWait: (pid) => report?.(`waiting for process ${pid}, which works on the same state (${basename(folder)})`),
  });
  try {
    const fault = existsSync(folder) && !options.fresh ? faultOf(options, recordOf(options)) : undefined;
    if (fault !== undefined) report?.(`the kept state of an earlier run ${fault} (${basename(folder)}): starting from nothing`);
    if (fault !== undefined || options.fresh) rmSync(folder, { recursive: true, force: true });
    return await use();
  } finally {
    release();
  }
}

async function workIn<T>(options: KeptStateOptions, work: (folder: string) => Promise<T>): Promise<T> {
  const { folder } = options;
  rmSync(recordOf(options), { force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const result = await work(folder);
    writeRecord(options);
    return result;
  } catch (error) {
    if (!saysFull(error) && options.isSoundAfter(error)) writeRecord(options);
    throw explainFullDisk(error, folder);
  }
}

type Place = Pick<KeptStateOptions, 'folder' | 'apart' | 'key' | 'maxBytes'>;

/** What is written down about state that is left sound. */
interface Recorded {
  key: string;
  files: Record<string, string>;
}

/** Path → "size mtime" of every file of the state. */
function listing({ folder, apart }: Place): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (path: string, prefix: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (apart !== undefined && name.startsWith(apart)) continue;
      if (entry.isDirectory()) {
        visit(join(path, entry.name), `${name}/`);
        continue;
      }
      const { size, mtimeMs } = lstatSync(join(path, entry.name));
      files[name] = `${size} ${mtimeMs}`;
    }
  };
  visit(folder, '');
  return files;
}

function faultOf(place: Place, record: string): string | undefined {
  const { maxBytes = Infinity, key = '' } = place;
  const recorded = readRecord(record);
  if (recorded && recorded.key !== key) return 'was made with other tools or inputs';
  const found = listing(place);
  if (!recorded || !sameFiles(found, recorded.files)) return 'is damaged or unfinished';
  const bytes = Object.values(found).reduce((sum, entry) => sum + Number(entry.split(' ')[0]), 0);
  return bytes > maxBytes ? `has grown beyond ${maxBytes >> 20} MiB` : undefined;
}

function readRecord(record: string): Recorded | undefined {
  try {
    const { key, files } = JSON.parse(readFileSync(record, 'utf8')) as Partial<Recorded>;
    return typeof key === 'string' && files ? { key, files } : undefined;
  } catch {
    return undefined;
  }
}

function sameFiles(found: Readonly<Record<string, string>>, recorded: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(found);
  return names.length === Object.keys(recorded).length && names.every((name) => recorded[name] === found[name]);
}

function writeRecord(place: Place): void {
  const record = recordOf(place);
  const staged = `${record}.${process.pid}`;
  try {
    const recorded: Recorded = { key: place.key ?? '', files: listing(place) };
    writeFileSync(staged, JSON.stringify(recorded));
    renameSync(staged, record);
  } catch {
    // No record (a full disk, say): the next run starts from nothing.
    rmSync(staged, { force: true });
  }
}
