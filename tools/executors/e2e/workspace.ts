// SPDX-License-Identifier: Apache-2.0
// A small workspace of someone else's, outside this one, that uses the plugin as an installed package. The real Nx
// runs in it; its Zig is a script, so that nothing is compiled.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');
/** The emulator's pin of this workspace: it is the real one that runs. */
const { qemu: QEMU } = (JSON.parse(readFileSync(join(REPOSITORY, 'workspace.json'), 'utf8')) as { toolchain: { qemu: { series: object[] } } }).toolchain;

/** The same with one more series. */
export const QEMU_WITH_ANOTHER = { ...QEMU, series: [...QEMU.series, { version: '99.0' }] };

const NX = join(REPOSITORY, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');

export interface Outcome {
  status: number;
  stdout: string;
  output: string;
  /** Ids of the tasks that were executed rather than taken from the cache, sorted. */
  ran: string[];
}

/** A `zig` that answers to `version` and "runs" one test. */
export function zigScript(root: string, mark = ''): string {
  return `#!/bin/sh
# ${mark}
[ "$1" = version ] && echo 9.9.9 && exit 0
echo "info(verbose): ${root}/.toolchain/zig-cache/test --cache-dir=c --seed=0x1 --listen=-" >&2
echo "Build Summary: 3/3 steps succeeded; 1/1 tests passed" >&2
`;
}

/** A test program with one test, which does what `commands` say when it is run, and names it when it is asked. */
export function testProgram(commands: string): string {
  return `#!/bin/sh\n[ "$1" = --listen=- ] && printf '\\0x.test.one\\0' && exit 0\n${commands}`;
}

const FILES: Record<string, string> = {
  '.gitignore': 'node_modules\n.nx\n.nexus-forge\n.toolchain\ndist\n',
  'package.json': '{ "name": "elsewhere", "private": true }',
  'nx.json': JSON.stringify({
    analytics: false,
    neverConnectToCloud: true,
    tui: { enabled: false },
    cacheDirectory: '.nx/cache',
    pluginsConfig: { '@nx/js': { analyzeSourceFiles: false } },
    plugins: [{ plugin: '@nexus-forge/nx', options: { targetNames: { linuxImage: 'kernel' } } }],
  }),
  'workspace.json': JSON.stringify({ defaultBoard: 'virt', toolchain: { zig: { version: '9.9.9' }, qemu: QEMU } }, null, 2),
  'apps/virt/board.yaml': 'name: virt\ncell: cell/cell.yaml\nfirmware:\n  package: firmware/kern\n  builds: { firmware: {} }\n',
  'cell/cell.yaml': 'name: cell\nimage: kernel:kernel/Image\n',
  'cell/kernel/kernel.yaml': 'name: kernel\n',
  'firmware/kern/build.zig': 'pub fn build(b: *std.Build) void { _ = b.option(bool, "board-dtb", "x"); b.step("test", "x"); }\n',
  'firmware/kern/build.zig.zon': '.{ .dependencies = .{ .ring = .{ .path = "../ring" } } }\n',
  'firmware/kern/main.zig': 'const ring = @import("ring");\n',
  'firmware/ring/build.zig': 'pub fn build(b: *std.Build) void { b.step("test", "x"); }\n',
  'firmware/ring/ring.zig': '',
  'proofs/boot.proof.yaml': 'title: It boots\nproject: kern\ntarget: proof-boot\nboards: [virt]\nartefacts: { firmware: virt:firmware/kern.img }\n',
};

export interface NxOptions {
  daemon?: boolean;
  path?: string;
  started?: (nx: ChildProcess) => void;
}

export class Elsewhere {
  readonly root = mkdtempSync(join(tmpdir(), 'nf-elsewhere-'));

  constructor() {
    for (const [file, text] of Object.entries(FILES)) this.write(file, text);
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.root, 'node_modules'));
    this.write('.toolchain/zig-cache/test', testProgram('echo "1/1 x.test.one...OK" >&2\n'), 0o755);
    this.write('.toolchain/zig-9.9.9/zig', zigScript(this.root), 0o755);
    execFileSync('git', ['init', '--quiet'], { cwd: this.root });
    // What is known of this machine's tools holds in every workspace; without it each would read all of them.
    const known = '.nexus-forge/toolchain.json';
    if (existsSync(join(REPOSITORY, known))) this.write(known, readFileSync(join(REPOSITORY, known), 'utf8'));
  }

  /** Changes pins of workspace.json. */
  pin(pins: Readonly<Record<string, object>>): void {
    const manifest = JSON.parse(readFileSync(join(this.root, 'workspace.json'), 'utf8')) as { toolchain: object };
    this.write('workspace.json', JSON.stringify({ ...manifest, toolchain: { ...manifest.toolchain, ...pins } }, null, 2));
  }

  write(file: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text, { mode });
  }

  /**
   * Runs the real Nx. `daemon` and PATH may be chosen; everything else of the environment is fixed. `started` gets
   * the process, which leads a group of its own, as a terminal would make it.
   */
  nx(args: readonly string[], { daemon = false, path = process.env['PATH'] ?? '', started }: NxOptions = {}): Promise<Outcome> {
    const report = join(this.root, '.nexus-forge', 'run.json');
    rmSync(report, { force: true });
    const env = {
      PATH: path,
      HOME: this.root,
      // What is remembered of this machine's packages is the same for every workspace.
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
      NX_DAEMON: String(daemon),
      NX_ISOLATE_PLUGINS: 'false',
      NX_CACHE_DIRECTORY: join(this.root, '.nx', 'cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(this.root, '.nx', 'workspace-data'),
      NEXUS_FORGE_RUN_REPORT: report,
      ZIG_GLOBAL_CACHE_DIR: join(this.root, '.toolchain'),
    };
    return new Promise((resolve) => {
      const nx = spawn(process.execPath, [NX, ...args], { cwd: this.root, env, detached: started !== undefined, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) nx[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
      nx.once('close', (code) => resolve({ status: code ?? 1, stdout: said.stdout, output: said.stdout + said.stderr, ran: executed(report) }));
      started?.(nx);
    });
  }

  async json<T>(args: readonly string[], options?: { daemon?: boolean; path?: string }): Promise<T> {
    const { stdout, output } = await this.nx(args, options);
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`nx ${args.join(' ')} printed no JSON:\n${output}`);
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function executed(report: string): string[] {
  try {
    const outcomes = JSON.parse(readFileSync(report, 'utf8')) as Record<string, { ran: boolean }>;
    return Object.keys(outcomes).filter((id) => outcomes[id]?.ran).sort();
  } catch {
    return [];
  }
}
