// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import type { ArtefactReference, ProofFacts } from '../facts';
import { artefactPath, collectiveTarget, defineTarget, workspaceFile, type Generation, type Target } from './definition';
import { faultTarget } from './fault';

/** Suffix of the target that runs a proof's mutants. */
const MUTANTS = '-mutants';

/** The targets of one proof: the proof itself, and its mutants where it has some. */
export function proofTargets(generation: Generation, proof: ProofFacts, project: string): Record<string, Target> {
  const { boards } = generation.facts;
  const board = boards.find(({ name }) => name === proof.board);
  if (!board) return { [proof.target]: faultyProofTarget(proof, 'board', boards.map(({ name }) => name)) };
  const shared = { executor: 'proof', technologies: ['qemu'], tools: ['qemu', 'dtc', ...HOST_TOOLS.proof, ...proof.pins], files: [workspaceFile(proof.file), workspaceFile(board.file)] };
  const title = proof.title ?? proof.id;
  const options = { spec: proof.file, board: board.file, artefacts: paths(generation, proof.artefacts) };
  const target = defineTarget(generation, {
    ...shared,
    project,
    name: proof.target,
    description: title,
    options,
    artefacts: Object.values(proof.artefacts),
  });
  if (!proof.hasMutants) return { [proof.target]: target };
  const mutants = defineTarget(generation, {
    ...shared,
    project,
    name: proof.target + MUTANTS,
    description: `${title}: each sabotage must fail exactly the checks it names`,
    options: { ...options, mutants: true, sabotageArtefacts: paths(generation, proof.sabotage) },
    artefacts: [...Object.values(proof.artefacts), ...Object.values(proof.sabotage)],
  });
  return { [proof.target]: target, [proof.target + MUTANTS]: mutants };
}

function paths(generation: Generation, artefacts: Readonly<Record<string, ArtefactReference>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(artefacts).map(([name, artefact]) => [name, artefactPath(generation.options, artefact)]),
  );
}

/** `proof`: the proofs and host tests of a project under one name, for `nx affected -t proof`. */
export function everyProofTarget({ options }: Generation, project: string, targets: readonly string[]): Target {
  return collectiveTarget(options, [...targets].sort().map((target) => ({ project, target })), {
    description: 'All proofs and host tests of this project',
    technologies: ['qemu', 'zig'],
  });
}

/** What a proof refers to and has to exist. */
export type ProofReference = 'project' | 'board';

/** The target of a proof that names what does not exist. */
export function faultyProofTarget(proof: ProofFacts, key: ProofReference, known: readonly string[]): Target {
  const named = proof[key];
  return faultTarget({
    summary: named === undefined ? `the proof names no ${key}` : `the proof's ${key} ${named} does not exist`,
    file: proof.file,
    key,
    expected: `one of ${[...known].sort().join(', ')}`,
    description: `${proof.title ?? proof.id}: it cannot run, its ${key} is unknown`,
  });
}
