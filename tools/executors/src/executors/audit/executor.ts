// SPDX-License-Identifier: Apache-2.0
import { realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { compareAccesses, declaredInputs, readStrace, traceCommand, type AuditResult, type DeclaredInputs, type TracedPlace } from '@nexus-forge/audit';
import { ForgeError, runTool } from '@nexus-forge/process';
import { makePlace } from '@nexus-forge/reproducible';
import { runStage } from '../../run-stage';
import { artefactsFor, ownBundles, stageCommand, stageOf, type Stage } from '../../stage';
import { toolFaults, toolFiles } from './tools';

interface AuditOptions {
  targets: string[];
  timeoutSeconds?: number;
}

/** Places inside a workspace that hold no inputs of a stage, and why. */
const NO_INPUTS = [
  'node_modules/**', // libraries of the executors: bundled, or Node's own look-ups
  '.toolchain/**', // tools: identified by their pins
  '.nexus-forge/**', // what stages keep between runs for speed
  '.nx/**',
  '**/package.json', // Node asks the nearest one whether a file is CommonJS
];

/** What a copy of a workspace shares with it. */
const SHARED = ['node_modules/**', '.toolchain/**', '.git/**', '**/package.json'];

/** Traces each target; the faults of all of them make one error. */
export default function audit(options: AuditOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const faults: string[] = [];
    for (const target of options.targets) {
      const stage = stageOf(context, target);
      const declared = await declaredBy(stage, context.root);
      faults.push(...(await trace(stage, declared, context, (options.timeoutSeconds ?? 3600) * 1000)));
    }
    if (faults.length > 0) {
      throw new ForgeError('declared inputs and real reads differ', {
        fix: 'declare what is read (the target would miss a change), drop what is not (it would re-run for nothing)',
        output: faults.join('\n'),
      });
    }
  });
}

function faultsOf(stage: Stage, { undeclared, unread }: AuditResult): string[] {
  return [
    ...undeclared.map((path) => `${stage.id} reads ${path}, which it does not declare`),
    ...unread.map((group) => `${stage.id} declares ${group}, of which it reads nothing`),
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

/** Runs a stage under a trace, in a copy of the workspace; its faults. */
async function trace(stage: Stage, declared: DeclaredInputs, context: ExecutorContext, timeoutMs: number): Promise<string[]> {
  const place = await makePlace(context.root, 'audit', artefactsFor(stage, context.root));
  try {
    rmSync(join(place.root, stage.outputDirectory), { recursive: true, force: true });
    const log = join(place.beside, 'trace.log');
    const command = stageCommand(stage, place.root, context.root);
    await traceCommand(command, log, { cwd: place.root, timeoutMs });
    const accesses = await readStrace(log);
    const tools = toolFiles(context.root);
    const result = compareAccesses(accesses, declared, tracedPlace(stage, context.root, place.root, [...tools.keys()]));
    console.log(`${stage.id}: ${result.read} of ${declared.files.length} declared files read`);
    return [...faultsOf(stage, result), ...toolFaults(stage, accesses, tools)];
  } finally {
    place.remove();
  }
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
    // Tools are looked for on PATH, which may lead into the workspace; what of them is declared, `toolFaults` says.
    shared: [...SHARED, ...toolPaths.map((path) => relative(original, path))],
  };
}
