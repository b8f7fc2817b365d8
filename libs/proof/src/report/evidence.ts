// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256File } from '@nexus-forge/artefact';
import type { Machine } from '@nexus-forge/qemu';
import type { InapplicableCheck } from '../judge';
import type { Proven } from '../prove';
import type { ProofSpec } from '../spec/types';
import { bannerLine } from './table';

export interface InputFile {
  name: string;
  /** Workspace-relative. */
  file: string;
  sha256: string;
  size: number;
}

export interface EvidenceCheck {
  number: number;
  id: string;
  title: string;
  verdict: 'passed' | 'failed';
  how: 'said' | 'seen';
  conditions: { kind: string; how: 'said' | 'seen'; met: boolean; expected: string; evidence: string; line?: number }[];
}

/** What a run uses beside its files. All of it is part of the task's hash, so that equal hashes leave equal evidence. */
export interface Apparatus {
  /** Versions of tools and sources, as they say them. */
  tools: Readonly<Record<string, string>>;
  /** Each tool by content: the host's kind and the SHA-256 of the program. */
  identities: Readonly<Record<string, string>>;
  /** The pin of each tool and source, as workspace.json has it; null without one. */
  pins: Readonly<Record<string, unknown>>;
  /** SHA-256 of the code that runs the proof and judges it. */
  engine: string;
}

/** What a proof leaves on disk for machines. Nothing in it depends on the time or the place of the run. */
export interface Evidence {
  format: 'nexus-forge.proof-evidence/1';
  proof: string;
  title: string;
  claim: string;
  component: string;
  verdict: 'passed' | 'failed';
  passed: number;
  total: number;
  banner: string;
  faults: readonly string[];
  configuration: {
    board: string;
    emulator: 'QEMU';
    accelerator: 'TCG';
    machine: Machine;
    commandLine: readonly string[];
    workingDirectory: 'the workspace root';
  };
  tools: Readonly<Record<string, string>>;
  identities: Apparatus['identities'];
  pins: Apparatus['pins'];
  engine: string;
  /** Versions that the guest itself stated. */
  versions: Readonly<Record<string, string>>;
  spec: InputFile;
  board: InputFile;
  inputs: readonly InputFile[];
  end: { marker: string; line?: number; ended: string; stoodAt?: string };
  checks: readonly EvidenceCheck[];
  /** Checks that the board cannot offer, with the reason; they stand in no count. */
  inapplicable: readonly InapplicableCheck[];
  doesNotShow: readonly string[];
  /** What QEMU itself said. */
  emulatorMessages: readonly string[];
}

export interface EvidenceOptions {
  spec: ProofSpec;
  /** Workspace-relative. */
  specFile: string;
  /** Workspace-relative. */
  boardFile: string;
  boardName: string;
  artefacts: Readonly<Record<string, string>>;
  workspaceRoot: string;
  apparatus: Apparatus;
}

function inputFile(workspaceRoot: string, name: string, file: string): InputFile {
  const path = resolve(workspaceRoot, file);
  return { name, file, sha256: sha256File(path), size: statSync(path).size };
}

/** Puts a proven run into its lasting form. */
export function evidenceOf({ run, judgement, machine, commandLine }: Proven, options: EvidenceOptions): Evidence {
  const { spec, specFile, boardFile, boardName, artefacts, workspaceRoot, apparatus } = options;
  const { tools, identities, pins, engine } = apparatus;
  const { version, package: distribution } = run.version;
  return {
    format: 'nexus-forge.proof-evidence/1',
    proof: spec.proof,
    title: spec.title,
    claim: spec.claim,
    component: spec.component,
    verdict: judgement.success ? 'passed' : 'failed',
    passed: judgement.passed,
    total: judgement.total,
    banner: bannerLine(spec, judgement),
    faults: judgement.faults,
    configuration: { board: boardName, emulator: 'QEMU', accelerator: 'TCG', machine, commandLine, workingDirectory: 'the workspace root' },
    tools: { ...tools, qemu: distribution === '' ? version : `${version} (${distribution})` },
    identities,
    pins,
    engine,
    versions: judgement.versions,
    spec: inputFile(workspaceRoot, 'spec', specFile),
    board: inputFile(workspaceRoot, 'board', boardFile),
    inputs: Object.keys(spec.artefacts).map((name) => inputFile(workspaceRoot, name, artefacts[name] as string)),
    end: { marker: spec.end.marker, line: judgement.end?.number, ended: run.ended, stoodAt: run.stoodAt },
    checks: judgement.checks.map(({ number, id, title, passed, how, conditions }) => ({
      number,
      id,
      title,
      verdict: passed ? 'passed' : 'failed',
      how,
      conditions: conditions.map(({ kind, how: way, met, expected, evidence, line }) => ({ kind, how: way, met, expected, evidence, line })),
    })),
    inapplicable: judgement.inapplicable,
    doesNotShow: spec.does_not_show,
    emulatorMessages: run.messages,
  };
}

/** Reads evidence.json back. */
export function readEvidence(path: string): Evidence {
  return JSON.parse(readFileSync(path, 'utf8')) as Evidence;
}
