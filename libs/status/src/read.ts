// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '@nexus-forge/artefact';
import { COMPONENTS, type Component } from './components';
import { rowOf, type Found, type ProofEvidence, type Row, type TestResults } from './row';

const FILE = { proof: 'evidence.json', tests: 'results.json' } as const;

/** Reads what evidence there is of a component; nothing where it was never made. */
function find(workspaceRoot: string, { evidence, kind }: Component): Found | undefined {
  const file = join(evidence, FILE[kind]);
  const path = join(workspaceRoot, file);
  if (!existsSync(path)) return undefined;
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (kind === 'tests') return { tests: content as TestResults, when: timeOf(path), changed: [], file };
  const proof = content as ProofEvidence;
  const changed = [proof.spec, ...proof.inputs].filter((input) => digestOf(workspaceRoot, input.file) !== input.sha256);
  return { proof, when: startOf(join(workspaceRoot, evidence, 'run.json')), changed: changed.map((input) => input.file), file };
}

function digestOf(workspaceRoot: string, file: string): string | undefined {
  const path = join(workspaceRoot, file);
  return existsSync(path) ? sha256File(path) : undefined;
}

/** A proof says itself when it ran; a restored file's own time would be the time of the restoring. */
function startOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { startedAt?: string }).startedAt?.replace(/\.\d+Z$/, 'Z');
}

function timeOf(path: string): string {
  return statSync(path).mtime.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The whole table of a workspace. */
export function readStatus(workspaceRoot: string): Row[] {
  return COMPONENTS.map((component) => rowOf(component, find(workspaceRoot, component)));
}
