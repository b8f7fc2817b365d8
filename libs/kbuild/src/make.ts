// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { sha256 } from '@nexus-forge/artefact';
import { ForgeError, runTool } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';

/** The architecture of every kernel here. */
export const ARCH = 'arm64';

const VERSION_TIMEOUT_MS = 60_000;

/** What every call of kbuild has in common. */
export interface KbuildRun {
  /** Where the top Makefile is. */
  tree: string;
  /** Variables and targets, beside those that say for which machine. */
  args: readonly string[];
  crossCompile: string;
  env?: Readonly<Record<string, string>>;
  jobs?: number;
  timeoutMs: number;
  onLine?: (line: string) => void;
}

/** The cross compiler and binutils. */
export interface CrossTools {
  /** As CROSS_COMPILE takes it: /usr/bin/aarch64-linux-gnu- */
  prefix: string;
  /** SHA-256 of what identifies them: what they made is kept apart from what others made. */
  sha256: string;
}

export async function requireCrossTools(workspaceRoot: string): Promise<CrossTools> {
  const compiler = await requireTool(workspaceRoot, 'cross-gcc');
  const binutils = await requireTool(workspaceRoot, 'binutils');
  return { prefix: compiler.path.replace(/gcc$/, ''), sha256: sha256(`${compiler.sha256} ${binutils.sha256}`) };
}

/** Programs that kbuild would look for, and write into the configuration whether, and as which version, they are there. */
const ABSENT = ['PAHOLE=false', 'RUSTC=false', 'BINDGEN=false'];

/**
 * kbuild's arguments. A kernel takes no header of the compiler's C library, but the tests by which kbuild learns what the
 * compiler can do would: `stdc-predef.h` for each, and a program with `stdio.h`, whose success goes into the
 * configuration (CC_CAN_LINK) and so would tell what else is installed. LOCALVERSION is set, though empty, or a "+" would tell whether git was there. */
export function makeArguments({ args, crossCompile, jobs }: Pick<KbuildRun, 'args' | 'crossCompile' | 'jobs'>): string[] {
  return [
    `--jobs=${jobs ?? availableParallelism()}`,
    '--no-print-directory',
    `ARCH=${ARCH}`,
    `CROSS_COMPILE=${crossCompile}`,
    `CC=${crossCompile}gcc -nostdinc`,
    ...ABSENT,
    'LOCALVERSION=',
    ...args,
  ];
}

export async function runMake(run: KbuildRun): Promise<{ stdout: string; stderr: string }> {
  return runTool({
    command: 'make',
    args: makeArguments(run),
    cwd: run.tree,
    env: run.env,
    timeoutMs: run.timeoutMs,
    onLine: run.onLine,
    package: 'make',
  });
}

/** What a source says its version is: 6.1.192 */
export async function kernelVersion(tree: string, crossCompile: string): Promise<string> {
  const args = ['--silent', 'kernelversion'];
  return (await runMake({ tree, args, crossCompile, jobs: 1, timeoutMs: VERSION_TIMEOUT_MS })).stdout.trim();
}

/**
 * Whether what a failed make leaves can be built upon. A make that ended, by itself or told to, has removed the
 * targets it was making (GNU make manual, 5.6); one that had to be killed may have left half an object.
 */
export function leavesSoundObjects(error: unknown): boolean {
  return error instanceof ForgeError && /^make ended (with status|by SIG(INT|TERM))/.test(error.summary);
}
