// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { stageOutputs } from '@nexus-forge/artefact';
import { loadMachine } from './board';
import type { DeviceTreeTools } from './evidence/probe';
import { forBoard, type BoardOrder } from './for-board';
import { MUTANT_OUTPUTS, mutantLines, mutantsBanner, writeMutantReports } from './mutants/report';
import { runMutants, type MutantResult } from './mutants/run-mutants';
import { prove } from './prove';
import { evidenceOf, type Apparatus } from './report/evidence';
import { previousRun, reasonsSince } from './report/reason';
import { table } from './report/table';
import type { Origins } from './report/ways';
import { PROOF_OUTPUTS, runRecord, writeReports } from './report/write';
import type { ProofSpec } from './spec/types';
import type { Line } from './transcript';

/** Options of the `proof` executor; every path is workspace-relative. */
export interface ProofOptions {
  spec: string;
  /** Its board.yaml, and its name. */
  board: string;
  boardName: string;
  /** Artefact of the spec → file. */
  artefacts: Readonly<Record<string, string>>;
  outputDirectory: string;
  mutants?: boolean;
  sabotageArtefacts?: Readonly<Record<string, string>>;
  /** Run only these mutants. */
  only?: readonly string[];
}

/** What a proof needs of its surroundings. */
export interface ProofEnvironment {
  workspaceRoot: string;
  /** The emulator. */
  qemu: string;
  deviceTreeTools: DeviceTreeTools;
  apparatus: Apparatus;
  /** The tasks that the artefacts come from, which only a task graph knows; read while the machine runs. */
  originsOf?: (artefacts: readonly string[]) => Origins;
  print: (line: string) => void;
  onLine?: (line: Line) => void;
  signal?: AbortSignal;
}

function orderOf({ board, boardName, artefacts }: ProofOptions, environment: ProofEnvironment): BoardOrder {
  const { workspaceRoot, deviceTreeTools } = environment;
  return { board: boardName, boardFile: board, artefacts, workspaceRoot, deviceTreeTools };
}

/** Runs a proof, writes its reports and prints its verdict; true when it is a success. */
export async function executeProof(written: ProofSpec, options: ProofOptions, environment: ProofEnvironment): Promise<boolean> {
  const { workspaceRoot, qemu, deviceTreeTools, apparatus, originsOf, print, onLine, signal } = environment;
  const spec = await forBoard(written, orderOf(options, environment));
  const machine = loadMachine(workspaceRoot, options.board);
  const startedAt = new Date();
  const { spec: specFile, board: boardFile, boardName, artefacts } = options;
  let read: Origins | undefined;
  const onIdle = () => void (read ??= originsOf?.(Object.values(artefacts)));
  const proven = await prove({ spec, machine, artefacts, qemu, deviceTreeTools, workspaceRoot, signal, onLine, onIdle });
  const { run, judgement } = proven;
  const origins = read ?? {};
  const evidence = evidenceOf(proven, { spec, specFile, boardFile, boardName, artefacts, workspaceRoot, apparatus });
  const outputs = resolve(workspaceRoot, options.outputDirectory);
  const because = reasonsSince(previousRun(outputs), { evidence, origins });
  await stageOutputs(outputs, PROOF_OUTPUTS, async (folder) =>
    writeReports(folder, proven, evidence, { ...runRecord(startedAt, proven.durationMs), because, madeFrom: origins }),
  );
  const { machine: name, cpu, memory_mib } = proven.machine;
  print(`${spec.title}: QEMU ${run.version.version} (TCG), ${name}, ${cpu}, ${memory_mib} MiB, ${(proven.durationMs / 1000).toFixed(2)} s`);
  print(`evidence: ${options.outputDirectory}/evidence.json, report: ${options.outputDirectory}/report.html`);
  for (const reason of because) print(`because: ${reason}`);
  for (const line of table(spec, judgement, run)) print(line);
  return judgement.success;
}

/** Runs a proof's mutants, writes their reports and prints a line for each; true when each killed what it must. */
export async function executeMutants(written: ProofSpec, options: ProofOptions, environment: ProofEnvironment): Promise<boolean> {
  const { workspaceRoot, qemu, deviceTreeTools, print, signal } = environment;
  const spec = await forBoard(written, orderOf(options, environment));
  const started = performance.now();
  const startedAt = new Date();
  const results: MutantResult[] = await runMutants({
    spec,
    machine: loadMachine(workspaceRoot, options.board),
    artefacts: options.artefacts,
    sabotageArtefacts: options.sabotageArtefacts ?? {},
    qemu,
    deviceTreeTools,
    workspaceRoot,
    signal,
    only: options.only,
    parallel: Math.min(2, availableParallelism()),
    onResult: (result, judgement) => mutantLines(result, judgement).forEach((line) => print(line)),
  });
  const record = runRecord(startedAt, performance.now() - started);
  await stageOutputs(resolve(workspaceRoot, options.outputDirectory), MUTANT_OUTPUTS, async (folder) =>
    writeMutantReports(folder, spec, results, record),
  );
  print(mutantsBanner(spec, results));
  return results.every(({ passed }) => passed);
}
