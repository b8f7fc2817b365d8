// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { LineSplitter, endGroup, printable, scrubbedEnvironment, trackGroup } from '@nexus-forge/process';

/** Kills QEMU when this process is killed outright; without it a stopped machine would stay for ever. */
const DEATH_SIGNAL = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] as const;

export interface QemuCommand {
  /** The emulator: a path, or a name looked up in PATH. */
  command: string;
  args: readonly string[];
  workingDirectory: string;
}

function spawnQemu({ command, args, workingDirectory }: QemuCommand, interactive: boolean): ChildProcess {
  const argv = [...(existsSync(DEATH_SIGNAL[0]) ? DEATH_SIGNAL : []), command, ...args];
  return spawn(argv[0] as string, argv.slice(1), {
    cwd: workingDirectory,
    env: scrubbedEnvironment(),
    // At a terminal QEMU stays in the foreground group, or its first read from the terminal would stop it.
    detached: !interactive,
    stdio: interactive ? 'inherit' : ['ignore', 'ignore', 'pipe'],
  });
}

/** Runs QEMU at the caller's terminal until it ends; its exit status. */
export function runInteractively(command: QemuCommand): Promise<number> {
  const child = spawnQemu(command, true);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** A QEMU in a process group of its own, which dies with this process. */
export class QemuProcess {
  /** Resolves when QEMU has ended and everything it said has been delivered. */
  readonly exited: Promise<void>;
  /** What QEMU itself said (its standard error). */
  readonly messages: string[] = [];
  private readonly child: ChildProcess;

  constructor(command: QemuCommand) {
    this.child = spawnQemu(command, false);
    trackGroup(this.child);
    const errors = new LineSplitter((line) => this.messages.push(printable(line)));
    this.child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.messages.push(error.message);
        resolve();
      });
      this.child.once('close', () => {
        errors.flush();
        resolve();
      });
    });
  }

  async kill(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null) await endGroup(this.child.pid);
    await this.exited;
  }
}
