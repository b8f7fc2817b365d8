// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  attributeOutside,
  compareAccesses,
  declaredInputs,
  formatOutside,
  readStrace,
  traceCommand,
  type AuditResult,
  type DeclaredInputs,
  type OutsideFiles,
  type TracedPlace,
} from '@nexus-forge/audit';
import { stageOutputs } from '@nexus-forge/artefact';
import { ForgeError, isGuard, runTool } from '@nexus-forge/process';
import { makePlace } from '@nexus-forge/reproducible';
import { runStage } from '../../run-stage';
import { artefactsFor, ownBundles, stageCommand, stageOf, type Stage } from '../../stage';
import { knownTools, toolFiles } from './tools';

interface AuditOptions {
  targets: string[];
  timeoutSeconds?: number;
  /** Where what was found is written, for programs; nowhere without it. */
  outputDirectory?: string;
}

/** What one stage read. */
interface Traced extends AuditResult {
  stage: Stage;
  outside: OutsideFiles;
}

/** Name of the output. */
const RESULT = 'audit.json';

/** Places inside a workspace that hold no inputs of a stage, and why. */
const NO_INPUTS = [
  'node_modules/**', // libraries of the executors: bundled, or Node's own look-ups
  '.toolchain/**', // tools: `attributeOutside` judges them
  '.nexus-forge/**', // what stages keep between runs for speed
  '.nx/**',
  '**/package.json', // Node asks the nearest one whether a file is CommonJS
];

/** What a copy of a workspace shares with it. */
const SHARED = ['node_modules/**', '.toolchain/**', '.git/**', '**/package.json'];

/** Traces each target; the faults of all of them make one error. */
export default function audit(options: AuditOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const traced: Traced[] = [];
    for (const target of options.targets) {
      const stage = stageOf(context, target);
      const declared = await declaredBy(stage, context.root);
      traced.push(await trace(stage, declared, context, (options.timeoutSeconds ?? 3600) * 1000));
    }
    const faults = traced.flatMap(faultsOf);
    if (options.outputDirectory !== undefined) await writeResult(join(context.root, options.outputDirectory), traced, faults);
    if (faults.length > 0) {
      throw new ForgeError('declared inputs and real reads differ', {
        fix: 'declare what is read (the target would miss a change), drop what is not (it would re-run for nothing)',
        output: faults.join('\n'),
      });
    }
  });
}

/** A fault is told in an output as well, but then the task fails, and Nx stores nothing. */
async function writeResult(folder: string, traced: readonly Traced[], faults: readonly string[]): Promise<void> {
  const stages = Object.fromEntries(traced.map(({ stage, read, undeclared, unread, outside }) => [stage.id, { read, undeclared, unread, outside }]));
  await stageOutputs(folder, [{ file: RESULT }], async (staging) => {
    writeFileSync(join(staging, RESULT), `${JSON.stringify({ stages, faults }, null, 2)}\n`);
  });
}

function faultsOf({ stage, undeclared, unread, outside }: Traced): string[] {
  return [
    ...undeclared.map((path) => `${stage.id} reads ${path}, which it does not declare`),
    ...unread.map((group) => `${stage.id} declares ${group}, of which it reads nothing`),
    ...outside.undeclared.map(({ path, tools }) =>
      tools.length > 0
        ? `${stage.id} uses ${path} of the tool ${tools.join(' or ')}, which it does not declare`
        : `${stage.id} reads ${path}, which is outside of the workspace and belongs to no tool that is identified`,
    ),
  ];
}

/** Nx's own answer to what the inputs of a target come down to. */
interface ResolvedInputs {
  files?: string[];
  depOutputs?: string[];
}

async function declaredBy(stage: Stage, root: string): Promise<DeclaredInputs> {
  const { stdout } = await runTool({
    command: process.execPath,
    args: [require.resolve('nx/bin/nx.js', { paths: [root] }), 'show', 'target', 'inputs', stage.id, '--json'],
    cwd: root,
    env: { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' },
    timeoutMs: 60_000,
  });
  const { files = [], depOutputs = [] } = JSON.parse(stdout) as ResolvedInputs;
  const declared = declaredInputs(stage.inputs, stage.projectRoot, files, depOutputs);
  // Nx's listing leaves out git-ignored filesets; those of this plugin name single files.
  const ignoredFiles = stage.inputs.flatMap((input) =>
    typeof input === 'object' && input['includeIgnored'] === true ? [String(input['fileset']).replace('{workspaceRoot}/', '')] : [],
  );
  return { ...declared, files: [...declared.files, ...ignoredFiles] };
}

/** Runs a stage under a trace, in a copy of the workspace. */
async function trace(stage: Stage, declared: DeclaredInputs, context: ExecutorContext, timeoutMs: number): Promise<Traced> {
  const place = await makePlace(context.root, 'audit', artefactsFor(stage, context.root));
  try {
    rmSync(join(place.root, stage.outputDirectory), { recursive: true, force: true });
    lendToolState(context.root, place.root);
    const [log, scratch] = [join(place.beside, 'trace.log'), join(place.beside, 'scratch')];
    mkdirSync(scratch);
    const command = stageCommand(stage, place.root, context.root);
    await traceCommand(command, log, { cwd: place.root, timeoutMs, env: { TMPDIR: scratch } });
    const accesses = await readStrace(log, isGuard);
    const tools = toolFiles(context.root);
    const places = tracedPlace(stage, context.root, place.root, [...tools.tools.keys()]);
    const result = compareAccesses(accesses, declared, places);
    const { root, original } = places;
    const outside = attributeOutside(accesses, { root, original, scratch: realpathSync(scratch), ...knownTools(stage, tools) });
    console.log(`${stage.id}: ${result.read} of ${declared.files.length} declared files read; ${formatOutside(outside)}`);
    return { stage, ...result, outside };
  } finally {
    place.remove();
  }
}

/** Without what is remembered of the tools, the executor would read all of them for their digests. */
function lendToolState(from: string, to: string): void {
  const file = join('.nexus-forge', 'toolchain.json');
  mkdirSync(join(to, '.nexus-forge'), { recursive: true });
  if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
}

function tracedPlace(stage: Stage, workspaceRoot: string, copy: string, toolPaths: readonly string[]): TracedPlace {
  const own = ownBundles(workspaceRoot);
  const original = realpathSync(workspaceRoot);
  const staging = `${stage.outputDirectory.slice(0, stage.outputDirectory.lastIndexOf('/'))}/.staging-*/**`;
  return {
    root: realpathSync(copy),
    ignored: [
      ...NO_INPUTS,
      ...(own === undefined ? [] : [`${own}/cli/run-executor.js`]), // what this audit runs the stage with
      `${stage.outputDirectory}/**`,
      staging,
    ],
    original,
    // Tools are looked for on PATH, which may lead into the workspace; what of them is declared, `attributeOutside` says.
    shared: [...SHARED, ...toolPaths.map((path) => relative(original, path))],
  };
}
