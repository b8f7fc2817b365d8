// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import type { Boot, Machine } from '@nexus-forge/qemu';
import type { DeviceTreeTools } from './evidence/probe';
import { hostFacts } from './facts';
import { judge, type Judgement } from './judge';
import { replaceMembers } from './mutants/rewrite';
import { refuseAbsentLevels } from './run/absent-levels';
import { bootOnce, type RecordedRun } from './run/boot';
import { makeDrive } from './run/drives';
import { withScratch } from './run/scratch';
import type { DriveSpec, MachineSpec, ProofSpec } from './spec/types';
import type { Line } from './transcript';

export interface ProveOptions {
  spec: ProofSpec;
  /** The board's machine; the spec may change parts of it. */
  machine: Machine;
  /** Artefact → path, relative to the workspace root or absolute. */
  artefacts: Readonly<Record<string, string>>;
  /** Artefacts that the machine is given instead; the host's facts stay those of `artefacts`. */
  given?: Readonly<Record<string, string | null>>;
  /** The drives that the machine is given; default: the spec's. */
  attached?: readonly DriveSpec[];
  /** Words added to the command line. */
  append?: string;
  /** The emulator: a path, or a name looked up in PATH. */
  qemu: string;
  deviceTreeTools: DeviceTreeTools;
  workspaceRoot: string;
  /** Whether this is a mutant's run: what its machine lacks is something seen, and no fault of the spec. */
  altered?: boolean;
  signal?: AbortSignal;
  onLine?: (line: Line) => void;
  /** Called, perhaps more than once, when there is nothing to do but to wait for the machine. */
  onIdle?: () => void;
}

export interface Proven {
  run: RecordedRun;
  judgement: Judgement;
  /** The machine as it was, with the spec's changes. */
  machine: Machine;
  /** QEMU's arguments, with the run's private folder as `<scratch>` and paths relative to the workspace. */
  commandLine: readonly string[];
  /** Milliseconds from QEMU's start to the verdict. */
  durationMs: number;
}

/** Boots the machine a spec describes and judges what it shows. */
export async function prove(options: ProveOptions): Promise<Proven> {
  const { spec, workspaceRoot, deviceTreeTools } = options;
  requireArtefacts(spec, options.artefacts, workspaceRoot);
  return withScratch(async (scratchDirectory) => {
    const artefact = (name: string) => resolve(workspaceRoot, options.artefacts[name] as string);
    const drives = new Map((spec.machine.drives ?? []).map((drive) => [drive.id, makeDrive(drive, scratchDirectory)]));
    const facts = await hostFacts(spec, (name) => drives.get(name) ?? artefact(name), deviceTreeTools);
    const machine = mergeMachine(options.machine, spec.machine);
    if (!options.altered) refuseAbsentLevels(spec, machine);
    const started = performance.now();
    let judged: Pick<Proven, 'judgement' | 'durationMs'> | undefined;
    const onEvidence = (run: RecordedRun) => {
      const judgement = judge(spec, run, facts);
      judged = { judgement, durationMs: performance.now() - started };
    };
    const run = await bootOnce({
      spec,
      machine,
      boot: bootOf(options, drives, scratchDirectory),
      facts,
      qemu: options.qemu,
      workspaceRoot,
      paths: { artefact, disk: (id) => drives.get(id), scratchDirectory, deviceTreeTools },
      altered: options.altered,
      signal: options.signal,
      onLine: options.onLine,
      // A rehearsal: patterns and code are compiled while the machine runs, not while the verdict is waited for.
      onIdle: (soFar) => {
        judge(spec, soFar, facts);
        options.onIdle?.();
      },
      onEvidence,
    });
    const commandLine = ['qemu-system-aarch64', ...run.args.map((word) => portable(word, scratchDirectory, workspaceRoot))];
    return { run, ...(judged as NonNullable<typeof judged>), machine, commandLine };
  });
}

function bootOf(options: ProveOptions, drives: ReadonlyMap<string, string>, scratchDirectory: string): Boot {
  const { spec, artefacts, given = {}, attached, append } = options;
  const pathOf = (name: string | undefined): string | undefined => {
    if (name === undefined) return undefined;
    return name in given ? (given[name] ?? undefined) : artefacts[name];
  };
  const initrd = pathOf(spec.machine.initrd);
  const words = [spec.machine.append, append].filter((part) => part !== undefined && part !== '');
  return {
    kernel: pathOf(spec.machine.kernel) as string,
    initrd: initrd && spec.machine.members ? composed(initrd, spec.machine.members, pathOf, options.workspaceRoot, scratchDirectory) : initrd,
    append: words.length > 0 ? words.join(' ') : undefined,
    drives: (attached ?? spec.machine.drives ?? []).map(({ id }) => ({ id, file: drives.get(id) as string, format: 'raw' })),
  };
}

/** The initrd with artefacts in the place of some of its members; the path of the copy. */
function composed(
  initrd: string,
  members: Readonly<Record<string, string>>,
  pathOf: (artefact: string) => string | undefined,
  workspaceRoot: string,
  scratchDirectory: string,
): string {
  const content = (path: string) => readFileSync(resolve(workspaceRoot, path));
  const replacements = Object.entries(members).map(([member, artefact]) => [member, content(pathOf(artefact) as string)] as const);
  const path = join(scratchDirectory, 'initrd.cpio');
  writeFileSync(path, replaceMembers(content(initrd), new Map(replacements)));
  return path;
}

/** The board's machine with the changes that a proof asks for. */
export function mergeMachine(board: Machine, { cpu, cpus, memory_mib, options }: Partial<MachineSpec>): Machine {
  return {
    machine: board.machine,
    options: { ...board.options, ...options },
    cpu: cpu ?? board.cpu,
    cpus: cpus ?? board.cpus,
    memory_mib: memory_mib ?? board.memory_mib,
    ...(board.memory_nodes === undefined ? {} : { memory_nodes: board.memory_nodes }),
  };
}

/** Throws a `ForgeError` where an artefact of the spec is not there. */
export function requireArtefacts(spec: ProofSpec, artefacts: ProveOptions['artefacts'], workspaceRoot: string): void {
  for (const [name, reference] of Object.entries(spec.artefacts)) {
    const path = artefacts[name];
    if (path !== undefined && existsSync(resolve(workspaceRoot, path))) continue;
    const target = reference.slice(0, reference.indexOf('/'));
    throw new ForgeError(`the artefact ${name} of the proof ${spec.proof} is missing`, {
      expected: path ?? `a path for ${reference}`,
      found: path === undefined ? 'none was given' : 'no such file',
      fix: `npx nx run ${target}`,
    });
  }
}

function portable(word: string, scratchDirectory: string, workspaceRoot: string): string {
  return word.replaceAll(scratchDirectory, '<scratch>').replaceAll(`${workspaceRoot}/`, '');
}
