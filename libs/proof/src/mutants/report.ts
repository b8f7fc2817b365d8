// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeclaredOutput } from '@nexus-forge/artefact';
import type { Judgement } from '../judge';
import { failureText, json, type RunRecord } from '../report/write';
import { junit } from '../report/junit';
import type { ProofSpec } from '../spec/types';
import type { MutantResult } from './run-mutants';

export const MUTANT_OUTPUTS: readonly DeclaredOutput[] = [
  { file: 'mutants.json' },
  { file: 'mutants.log' },
  { file: 'junit.xml' },
  { file: 'run.json' },
];

/** What went otherwise than the spec says. */
function complaint({ survived, collateral, unsaid, undetected }: MutantResult): string[] {
  return [
    ...survived.map((id) => `${id} had to fail and passed`),
    ...collateral.map((id) => `${id} failed and had to pass`),
    ...unsaid.map((pattern) => `no line matches /${pattern}/`),
    ...(undetected ? ['the run as a whole counted as a success'] : []),
  ];
}

/** Lines about one mutant; `judgement` explains failures that nobody expected. */
export function mutantLines(result: MutantResult, judgement?: Judgement): string[] {
  const verdict = result.passed ? 'pass' : 'FAIL';
  const killed = result.killed.length === 0 ? 'nothing' : result.killed.length > 8 ? `${result.killed.length} checks` : result.killed.join(', ');
  const unexpected = (judgement?.checks ?? []).filter(({ id }) => result.collateral.includes(id));
  return [
    `  ${verdict}  ${result.id.padEnd(26)}  killed ${killed}`,
    ...complaint(result).map((text) => `        ${text}`),
    ...unexpected.flatMap((check) => failureText(check).split('\n').map((text) => `          ${check.id}: ${text}`)),
    ...(result.passed ? [] : (judgement?.faults ?? []).map((fault) => `        fault: ${fault}`)),
  ];
}

/** The last line of a mutants run. */
export function mutantsBanner(spec: ProofSpec, results: readonly MutantResult[]): string {
  return `=== ${spec.proof} mutants: ${results.filter(({ passed }) => passed).length}/${results.length} ===`;
}

export function writeMutantReports(folder: string, spec: ProofSpec, results: readonly MutantResult[], record: RunRecord): void {
  const cases = results.map((result) => ({
    name: result.id,
    failure: result.passed ? undefined : complaint(result).join('\n') || 'the control run is no success',
    output: `${result.does}\nkilled: ${result.killed.join(', ') || 'nothing'}`,
  }));
  const passed = results.filter((result) => result.passed).length;
  const lines = [...results.flatMap((result) => mutantLines(result)), mutantsBanner(spec, results)];
  writeFileSync(join(folder, 'mutants.json'), json({ format: 'nexus-forge.mutants/1', proof: spec.proof, passed, total: results.length, results }));
  writeFileSync(join(folder, 'mutants.log'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'junit.xml'), junit(`${spec.proof}-mutants`, cases));
  writeFileSync(join(folder, 'run.json'), json(record));
}
