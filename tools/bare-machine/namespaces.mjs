// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTER = join(dirname(fileURLToPath(import.meta.url)), 'enter.sh');

/** New mount and process namespaces that end with their first process, which ends with us, however we end. */
const ISOLATE = [
  ...['setpriv', '--pdeathsig', 'KILL', '--'],
  ...['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', '--propagation', 'private'],
  ...(process.getuid?.() === 0 ? ['--'] : ['--map-root-user', '--']),
];

/** What runs now; a signal to us ends it. */
const running = new Set();

/** Ends whatever runs in namespaces, at once and whole. */
export function endAll() {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs a command in namespaces of its own. Its output goes to `print` line by line.
 * @returns its status (a signal's name where it was ended) and its whole output.
 */
export function runIsolated(argv, { env = {}, print = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const [command, ...args] = [...ISOLATE, ...argv];
    const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let output = '';
    let rest = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) print(line);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      if (rest !== '') print(rest);
      resolve({ status: code ?? signal, output });
    });
  });
}

/**
 * Runs a shell command line in a root file system, as `user`, in `folder`, with `env` and nothing else of this machine's
 * environment. `lend` (`{ from, at }`) is a folder of this machine that is seen there under another name.
 */
export function runInRoot(root, line, { user = 'root', folder = '/', env = {}, lend, print } = {}) {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const variables = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: home, USER: user, LOGNAME: user, TERM: 'dumb', ...env };
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const become = user === 'root' ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'];
  const inside = ['env', '-i', `--chdir=${folder}`, ...settings, ...become, 'sh', '-c', line];
  return runIsolated(['sh', ENTER, root, ...inside], { env: lend ? { LEND: lend.from, LEND_AT: lend.at } : {}, print });
}
