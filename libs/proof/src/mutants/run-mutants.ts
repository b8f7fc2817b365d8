// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import type { Judgement } from '../judge';
import { prove, type ProveOptions } from '../prove';
import { withScratch } from '../run/scratch';
import type { Mutant, ProofSpec } from '../spec/types';
import { killedBy } from '../spec/validate';
import type { Transcript } from '../transcript';
import { rewriteArtefact } from './rewrite';

/** What a mutant did, beside what it should have done. */
export interface MutantResult {
  id: string;
  does: string;
  /** Checks it had to kill and did. */
  killed: readonly string[];
  /** Checks it had to kill, but that passed: they cannot see this sabotage. */
  survived: readonly string[];
  /** Checks that failed although it should not touch them. */
  collateral: readonly string[];
  /** Patterns of lines that it had to say and did not. */
  unsaid: readonly string[];
  /** Whether the run as a whole counted as a success, which no mutant may. */
  undetected: boolean;
  passed: boolean;
}

/** The id of the run that boots the artefacts that can be sabotaged, without a sabotage: nothing may fail. */
export const CONTROL = 'control';
const NO_SABOTAGE = 'none';

export type MutantsOptions = Pick<ProveOptions, 'spec' | 'machine' | 'artefacts' | 'qemu' | 'deviceTreeTools' | 'workspaceRoot' | 'signal'> & {
  /** Artefact → path of the variant that knows sabotages. */
  sabotageArtefacts: Readonly<Record<string, string>>;
  /** Ids of the mutants to run; default all. */
  only?: readonly string[];
  onResult?: (result: MutantResult, judgement: Judgement) => void;
  /** How many run at once. */
  parallel: number;
};

/** Boots every mutant and compares the checks it killed with those it must kill. */
export async function runMutants(options: MutantsOptions): Promise<MutantResult[]> {
  const { spec, only, parallel } = options;
  const mutants = [...(spec.sabotage ? [controlOf()] : []), ...(spec.mutants ?? [])];
  const unknown = only?.filter((id) => !mutants.some((mutant) => mutant.id === id)) ?? [];
  if (unknown.length > 0) {
    const expected = mutants.map(({ id }) => id).join(', ');
    throw new ForgeError(`the proof ${spec.proof} has no mutant ${unknown.join(', ')}`, { expected: `some of ${expected}` });
  }
  const chosen = mutants.filter(({ id }) => only === undefined || only.includes(id));
  const results: MutantResult[] = [];
  const queue = [...chosen.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      options.signal?.throwIfAborted();
      const [index, mutant] = next;
      const run = await bootMutant(mutant, options).catch((error) => Promise.reject(named(mutant, error)));
      const result = compareKills(mutant, spec, run);
      results[index] = result;
      options.onResult?.(result, run.judgement);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}

const controlOf = (): Mutant => ({ id: CONTROL, does: 'no sabotage: the same variant, honest', sabotage: NO_SABOTAGE, kills: [] });

/** A mutant that cannot even be booted says which one it is. */
function named(mutant: Mutant, error: unknown): unknown {
  return error instanceof ForgeError ? new ForgeError(`mutant ${mutant.id}: ${error.summary}`, error.detail) : error;
}

/** What a mutant's boot came to, and what was said in it. */
export interface MutantRun {
  judgement: Judgement;
  transcript: Transcript;
}

/** The spec and the files of one mutant's boot. */
function bootMutant(mutant: Mutant, options: MutantsOptions): Promise<MutantRun> {
  return withScratch(async (scratch) => {
    const { spec, artefacts, sabotageArtefacts } = options;
    const given: Record<string, string | null> = {};
    if (mutant.sabotage !== undefined) Object.assign(given, sabotageArtefacts);
    for (const [name, other] of Object.entries(mutant.swap ?? {})) given[name] = other === null ? null : (artefacts[other] as string);
    if (mutant.rewrite) {
      const { artefact } = mutant.rewrite;
      const source = given[artefact] ?? (artefacts[artefact] as string);
      given[artefact] = join(scratch, artefact);
      writeFileSync(given[artefact], rewriteArtefact(readFileSync(resolve(options.workspaceRoot, source)), mutant.rewrite));
    }
    const append = mutant.sabotage === undefined ? undefined : spec.sabotage?.append.replace('{name}', mutant.sabotage);
    // The host's facts stay those of the honest machine: its drives are made, if not attached.
    const { drives: attached, ...changes } = mutant.machine ?? {};
    const mutated: ProofSpec = { ...spec, machine: { ...spec.machine, ...changes } };
    const { judgement, run } = await prove({ ...options, spec: mutated, given, attached, append, altered: true });
    return { judgement, transcript: run.transcript };
  });
}

/** Pure: which checks failed and what was said, against what had to. */
export function compareKills(mutant: Mutant, spec: ProofSpec, { judgement, transcript }: MutantRun): MutantResult {
  const wanted = new Set(killedBy(mutant, spec.checks));
  const failed = judgement.checks.filter(({ passed }) => !passed).map(({ id }) => id);
  const survived = [...wanted].filter((id) => !failed.includes(id));
  const collateral = failed.filter((id) => !wanted.has(id));
  const unsaid = (mutant.says ?? []).filter((pattern) => !transcript.find(new RegExp(pattern, 'u')));
  const undetected = judgement.success && mutant.id !== CONTROL;
  const faulty = mutant.id === CONTROL && !judgement.success;
  return {
    id: mutant.id,
    does: mutant.does,
    killed: failed.filter((id) => wanted.has(id)),
    survived,
    collateral,
    unsaid,
    undetected,
    passed: survived.length === 0 && collateral.length === 0 && unsaid.length === 0 && !undetected && !faulty,
  };
}
