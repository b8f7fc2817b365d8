// SPDX-License-Identifier: Apache-2.0
import type { Component } from './components';

/** What a proof leaves, as far as the table needs it (format `nexus-forge.proof-evidence/1`). */
export interface ProofEvidence {
  verdict: 'passed' | 'failed';
  passed: number;
  total: number;
  configuration: { board: string; accelerator: string; machine: { machine: string; cpu: string } };
  tools: Readonly<Record<string, string>>;
  spec: { file: string; sha256: string };
  inputs: readonly { file: string; sha256: string }[];
  /** Checks that the board cannot offer; older evidence has none. */
  inapplicable?: readonly unknown[];
  checks: readonly { number: number; verdict: 'passed' | 'failed' }[];
}

/** What host tests leave. */
export interface TestResults {
  passed: number;
  total: number;
}

/** The evidence of one component as it lies on disk. */
export interface Found {
  proof?: ProofEvidence;
  tests?: TestResults;
  /** ISO 8601; when the evidence was made. */
  when?: string;
  /** Files whose content is no longer what the evidence speaks of. */
  changed: readonly string[];
  /** The evidence file, workspace-relative. */
  file: string;
}

export type Status = 'proven' | 'failed' | 'out of date' | 'not run';

/** One row of the table. */
export interface Row {
  component: string;
  status: Status;
  /** `n/N`, `n/N, m inapplicable`, or empty where nothing was run. */
  count: string;
  when: string;
  configuration: string;
  /** The tools of this machine that it was seen with; another supported machine has others. */
  with: string;
  /** The evidence file, or how to get it. */
  evidence: string;
}

/** The row of a component, from its evidence and nothing else. */
export function rowOf(component: Component, found: Found | undefined): Row {
  const counted = found && countOf(component, found);
  if (!found || !counted) {
    return { component: component.title, status: 'not run', count: '', when: '', configuration: '', with: '', evidence: `npx nx run ${component.target}` };
  }
  return {
    component: component.title,
    status: statusOf(counted, found.changed),
    count: countText(counted),
    when: found.when ?? '',
    configuration: found.proof ? configurationOf(found.proof) : 'host',
    with: found.proof ? `QEMU ${found.proof.tools['qemu']?.split(' ')[0] ?? '(unknown)'}` : '',
    evidence: found.file,
  };
}

interface Count {
  passed: number;
  total: number;
  inapplicable?: number;
}

function countText({ passed, total, inapplicable = 0 }: Count): string {
  return `${passed}/${total}${inapplicable > 0 ? `, ${inapplicable} inapplicable` : ''}`;
}

function countOf({ check }: Component, { proof, tests }: Found): Count | undefined {
  if (tests) return tests;
  if (!proof) return undefined;
  const { passed, total, inapplicable } = proof;
  if (check === undefined) return { passed, total, inapplicable: inapplicable?.length };
  const one = proof.checks.find(({ number }) => number === check);
  return { passed: one?.verdict === 'passed' ? 1 : 0, total: 1 };
}

function statusOf({ passed, total }: Count, changed: readonly string[]): Status {
  if (passed < total || total === 0) return 'failed';
  return changed.length > 0 ? 'out of date' : 'proven';
}

function configurationOf({ configuration }: ProofEvidence): string {
  const { board, accelerator, machine } = configuration;
  return `${board}, ${machine.cpu}, QEMU ${accelerator}`;
}
