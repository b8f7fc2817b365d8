// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import type { DeclaredOutput } from '@nexus-forge/artefact';
import type { JudgedCheck, Judgement } from '../judge';
import type { Proven } from '../prove';
import type { Evidence } from './evidence';
import { html } from './html';
import { junit } from './junit';
import type { Origins } from './ways';

/** What a proof target leaves in its output directory. */
export const PROOF_OUTPUTS: readonly DeclaredOutput[] = [
  { file: 'transcript.log' },
  { file: 'evidence.json' },
  { file: 'junit.xml' },
  { file: 'report.html' },
  { file: 'run.json' },
];

/** The only output that carries times, and with report.html why it ran, apart from the rest so that the rest can be compared. */
export interface RunRecord {
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Milliseconds from QEMU's start to the verdict. */
  durationMs: number;
  host: string;
  /** Why it ran: what differs from the evidence that lay there before. */
  because?: readonly string[];
  /** What the next run compares the tasks behind it with. */
  madeFrom?: Origins;
}

export function runRecord(startedAt: Date, durationMs: number): RunRecord {
  const host = `${platform()} ${arch()}, ${cpus().length} CPUs, node ${process.version}`;
  return { startedAt: startedAt.toISOString(), durationMs: Math.round(durationMs), host };
}

export function failureText(check: JudgedCheck): string {
  return check.conditions
    .filter(({ met }) => !met)
    .map(({ expected, evidence }) => `expected: ${expected}\nfound: ${evidence}`)
    .join('\n');
}

function junitOf(proof: string, judgement: Judgement): string {
  type Named = Pick<JudgedCheck, 'number' | 'title'>;
  const nameOf = ({ number, title }: Named) => `${String(number).padStart(2, '0')} ${title}`;
  const cases = judgement.checks.map((check) => ({
    name: nameOf(check),
    failure: check.passed ? undefined : failureText(check),
    output: check.conditions.map(({ evidence }) => evidence).join('\n'),
  }));
  const inapplicable = judgement.inapplicable.map((check) => {
    return { name: nameOf(check), skipped: `inapplicable: ${check.reason}` };
  });
  const whole = { name: 'the run as a whole', failure: judgement.faults.length > 0 ? judgement.faults.join('\n') : undefined };
  return junit(proof, [...cases, ...inapplicable, whole]);
}

export const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Writes all outputs of a proof into a folder. */
export function writeReports(folder: string, { run, judgement }: Proven, evidence: Evidence, record: RunRecord): void {
  const put = (file: string, content: string) => writeFileSync(join(folder, file), content);
  put('transcript.log', run.transcript.lines.map(({ shown }) => `${shown}\n`).join('') || '(no output)\n');
  put('evidence.json', json(evidence));
  put('junit.xml', junitOf(evidence.proof, judgement));
  put('report.html', html(evidence, run.transcript, record.because));
  put('run.json', json(record));
}
