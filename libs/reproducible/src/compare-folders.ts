// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '@nexus-forge/process';
import { describeDifference, firstDifference, parseSections, sectionAt } from './difference';

const ELF_MAGIC = '\x7fELF';

/** Names of the plain files in a folder, at any depth, sorted. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

/** What differs between two output folders: one line a file; empty where they hold the same bytes. */
export async function compareFolders(first: string, second: string): Promise<string[]> {
  const names = [...new Set([...filesIn(first), ...filesIn(second)])].sort();
  const lines: string[] = [];
  for (const name of names) {
    const line = await compareFiles(join(first, name), join(second, name));
    if (line !== undefined) lines.push(`${name}: ${line}`);
  }
  return lines;
}

async function compareFiles(first: string, second: string): Promise<string | undefined> {
  if (!existsSync(first)) return `only in ${second}`;
  if (!existsSync(second)) return `only in ${first}`;
  const content = readFileSync(first);
  const difference = firstDifference(content, readFileSync(second));
  if (!difference) return undefined;
  const isElf = content.subarray(0, ELF_MAGIC.length).toString('latin1') === ELF_MAGIC;
  return describeDifference(difference, isElf ? await sectionOf(first, difference.offset) : undefined);
}

async function sectionOf(file: string, offset: number): Promise<string | undefined> {
  const { stdout } = await runTool({
    command: 'readelf',
    args: ['--sections', '--wide', file],
    timeoutMs: 30_000,
    package: 'binutils',
  });
  return sectionAt(parseSections(stdout), offset);
}
