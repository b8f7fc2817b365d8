// SPDX-License-Identifier: Apache-2.0
// A workspace of somebody else's: npm, one version of Nx, and the tarball of the package.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** No command of these may take longer. */
export const COMMAND_LIMIT_MS = 300_000;
const INSTALL = ['--save-dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];

/** Packs the plugin as it would be published; the tarball's path. */
export function packPlugin(root, folder) {
  const args = ['pack', '--json', '--offline', '--ignore-scripts', `--pack-destination=${folder}`];
  const cwd = join(root, 'tools', 'executors');
  const said = execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename }] = Object.values(JSON.parse(said));
  return join(folder, filename);
}

export class Workspace {
  root = mkdtempSync(join(tmpdir(), 'nf-fresh-'));
  #report = join(this.root, '.nexus-forge', 'run-report.json');

  /** `root`: the repository, whose Zig with its cache is used, since to fetch and to start another takes minutes. */
  constructor(root) {
    this.write('package.json', JSON.stringify({ name: 'elsewhere', version: '1.0.0', private: true }));
    this.write('nx.json', JSON.stringify({ analytics: false, neverConnectToCloud: true }));
    this.write('.gitignore', 'node_modules\n');
    execFileSync('git', ['init', '--quiet'], { cwd: this.root });
    mkdirSync(join(this.root, '.toolchain'));
    const { version } = JSON.parse(readFileSync(join(root, 'workspace.json'), 'utf8')).toolchain.zig;
    for (const name of [`zig-${version}`, 'zig-cache']) {
      symlinkSync(join(root, '.toolchain', name), join(this.root, '.toolchain', name));
    }
  }

  write(path, text) {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path) {
    return readFileSync(join(this.root, path), 'utf8');
  }

  has(path) {
    return existsSync(join(this.root, path));
  }

  /** Replaces text in a file; a text that isn't there is an error of the test. */
  edit(path, from, to) {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, text.replace(from, to));
  }

  install(...packages) {
    return this.#run('npm', ['install', ...INSTALL, ...packages]);
  }

  /** Runs its Nx; what was printed, and which tasks were really executed. */
  async nx(...args) {
    rmSync(this.#report, { force: true });
    const outcome = await this.#run(process.execPath, [join(this.root, 'node_modules', '.bin', 'nx'), ...args]);
    const tasks = existsSync(this.#report) ? Object.entries(JSON.parse(readFileSync(this.#report, 'utf8'))) : [];
    return { ...outcome, ran: tasks.flatMap(([id, { ran }]) => (ran ? [id] : [])).sort() };
  }

  #run(command, args) {
    const env = {
      ...withoutNx(process.env),
      NX_DAEMON: 'false',
      // Nx would fetch the newest Nx to migrate with.
      NX_MIGRATE_USE_LOCAL: 'true',
      NX_CACHE_DIRECTORY: join(this.root, '.nx', 'cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(this.root, '.nx', 'workspace-data'),
      NEXUS_FORGE_RUN_REPORT: this.#report,
    };
    return new Promise((done) => {
      const options = { cwd: this.root, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_LIMIT_MS };
      const child = spawn(command, args, options);
      let output = '';
      const take = (text) => (output += text);
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
      child.once('error', (error) => done({ status: 127, output: error.message }));
      child.once('close', (code, signal) => done({ status: code ?? signal, output }));
    });
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** An environment without what npm and Nx hand to what they run. */
export function withoutNx(environment) {
  const handed = /^(?:NX_|NEXUS_FORGE_|npm_|NODE_PATH$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !handed.test(name)));
}
