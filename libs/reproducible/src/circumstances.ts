// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '@nexus-forge/process';

/** What surrounds a build and must not be in its bytes. */
export interface Circumstances {
  /** Added to the environment. */
  env: Readonly<Record<string, string>>;
  /** The command that runs a command so. */
  wrap(command: readonly string[]): string[];
  /** In what they differ from those of this process. */
  differences: readonly string[];
}

export const OWN_CIRCUMSTANCES: Circumstances = { env: {}, wrap: (command) => [...command], differences: [] };

/** In a user namespace of its own a process has another user id, and still may do with its files what it could before. */
const anotherUser = (id: number) => ['unshare', '--user', `--map-user=${id}`, `--map-group=${id}`, '--'];
/** Nobody but the user may read what is made: not the usual mode of a file. */
const ANOTHER_UMASK = ['sh', '-c', 'umask 077; exec "$@"', 'sh'] as const;

/**
 * Circumstances that differ from this process's in everything that can be chosen without further tools. What the new
 * home and the new folder for scratch files hold lies below `folder`. The user id stays where the machine has no user
 * namespaces.
 */
export async function otherCircumstances(folder: string): Promise<Circumstances> {
  const [home, scratch] = [join(folder, 'home'), join(folder, 'scratch')];
  for (const path of [home, scratch]) mkdirSync(path, { recursive: true });
  const another = anotherUser((process.getuid?.() ?? 0) + 1000);
  const user = (await canRun([...another, 'true'])) ? another : [];
  return {
    env: { HOME: home, TMPDIR: scratch, USER: 'someone-else', LOGNAME: 'someone-else', TZ: 'Pacific/Kiritimati', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
    wrap: (command) => [...user, ...ANOTHER_UMASK, ...command],
    differences: [...(user.length > 0 ? ['user id'] : []), 'user name', 'HOME', 'TMPDIR', 'umask', 'time zone', 'locale'],
  };
}

async function canRun([command = '', ...args]: readonly string[]): Promise<boolean> {
  try {
    await runTool({ command, args, timeoutMs: 10_000 });
    return true;
  } catch {
    return false;
  }
}
