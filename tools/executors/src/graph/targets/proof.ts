// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import type { ArtefactReference, BoardFacts, ProofFacts } from '../facts';
import { renaming } from '../misnamed';
import { boardTargets } from './board';
import { artefactPath, collectiveTarget, defineTarget, workspaceFile, type Generation, type Target } from './definition';
import { defaultBoard } from './device-tree-artefact';
import { faultTarget } from './fault';

/** Suffix of the target that runs a proof's mutants. */
const MUTANTS = '-mutants';
/** Stands for the board's own project in an artefact of a proof. */
const BOARD = '{board}';

type Artefacts = Readonly<Record<string, ArtefactReference>>;

/** A board on which a proof is to be held; `lacking` is what it would need and does not have. */
export interface HeldOn {
  board: BoardFacts;
  lacking?: ArtefactReference;
}

/** The boards of a proof, in the order of their names; a name that no board has is not among them. */
export function boardsOf(generation: Generation, proof: ProofFacts): HeldOn[] {
  const { boards } = generation.facts;
  const held = (board: BoardFacts): HeldOn => ({ board, lacking: lackingOn(generation, board, proof) });
  if (proof.boards === 'all') return boards.map(held).filter(({ lacking }) => lacking === undefined);
  return boards.filter(({ name }) => proof.boards.includes(name)).map(held);
}

/** The first artefact of the board's own that the board does not make. */
function lackingOn(generation: Generation, board: BoardFacts, { artefacts, sabotage }: ProofFacts): ArtefactReference | undefined {
  const made = new Set(Object.keys(boardTargets(generation, board)));
  return [...Object.values(artefacts), ...Object.values(sabotage)].find(({ project, target }) => project === BOARD && !made.has(target));
}

const onBoard = (artefacts: Artefacts, { name }: BoardFacts): Artefacts =>
  Object.fromEntries(Object.entries(artefacts).map(([key, artefact]) => [key, artefact.project === BOARD ? { ...artefact, project: name } : artefact]));

/** The targets of one proof on one board: the proof itself, and its mutants where it has some. */
export function proofTargets(generation: Generation, proof: ProofFacts, { board, lacking }: HeldOn): Record<string, Target> {
  if (lacking) return { [proof.target]: lackingTarget(proof, board, lacking) };
  const [artefacts, sabotage] = [onBoard(proof.artefacts, board), onBoard(proof.sabotage, board)];
  const shared = {
    project: board.name,
    executor: 'proof',
    technologies: ['qemu'],
    tools: ['qemu', 'dtc', ...HOST_TOOLS.proof, ...proof.pins],
    files: [workspaceFile(proof.file), workspaceFile(board.file)],
  };
  const title = proof.title ?? proof.id;
  const options = { spec: proof.file, board: board.file, boardName: board.name, artefacts: paths(generation, artefacts) };
  const target = defineTarget(generation, {
    ...shared,
    name: proof.target,
    description: title,
    options,
    artefacts: Object.values(artefacts),
  });
  if (!proof.hasMutants) return { [proof.target]: target };
  const mutants = defineTarget(generation, {
    ...shared,
    name: proof.target + MUTANTS,
    description: `${title}: each sabotage must fail exactly the checks it names`,
    options: { ...options, mutants: true, sabotageArtefacts: paths(generation, sabotage) },
    artefacts: [...Object.values(artefacts), ...Object.values(sabotage)],
  });
  return { [proof.target]: target, [proof.target + MUTANTS]: mutants };
}

function paths(generation: Generation, artefacts: Artefacts): Record<string, string> {
  return Object.fromEntries(Object.entries(artefacts).map(([name, artefact]) => [name, artefactPath(generation.options, artefact)]));
}

/** The proof's name in the project that it is about: it stands for the default board's, or for all where that has none. */
export function standingForTarget({ facts, options }: Generation, proof: ProofFacts, held: readonly HeldOn[]): Target {
  const chosen = held.filter(({ board }) => board === defaultBoard(facts));
  const members = (chosen.length > 0 ? chosen : held).map(({ board }) => ({ project: board.name, target: proof.target }));
  const where = members.map(({ project }) => project).join(', ');
  return collectiveTarget(options, members, { description: `${proof.title ?? proof.id}, on ${where}`, technologies: ['qemu'] });
}

/** `proof`: the proofs and host tests of a project under one name, for `nx affected -t proof`. */
export function everyProofTarget({ options }: Generation, project: string, targets: readonly string[]): Target {
  return collectiveTarget(options, [...targets].sort().map((target) => ({ project, target })), {
    description: 'All proofs and host tests of this project',
    technologies: ['qemu', 'zig'],
  });
}

function lackingTarget(proof: ProofFacts, board: BoardFacts, { target, file }: ArtefactReference): Target {
  return faultTarget({
    file: proof.file,
    key: 'boards',
    summary: `the proof needs ${board.name}:${target}/${file}, and ${board.name} has no target ${target}`,
    expected: `a build ${target} in ${board.file} (firmware.builds), or boards without ${board.name}`,
    description: `${proof.title ?? proof.id}: it cannot run, ${board.name} has no ${target}`,
  });
}

/** What is wrong with a proof as a whole, if so: where it belongs is not known, or a board of it. */
export function faultOfProof(
  { facts }: Generation,
  proof: ProofFacts,
  projects: readonly string[],
  held: readonly HeldOn[],
): Target | undefined {
  const boards = facts.boards.map(({ name }) => name);
  if (proof.project !== undefined && !projects.includes(proof.project)) return unknownTarget(proof, 'project', proof.project, projects);
  const named = proof.boards === 'all' ? [] : proof.boards;
  const unknown = named.find((name) => !boards.includes(name));
  if (unknown !== undefined) {
    const fix = renaming(facts, 'boards', ({ name }) => name === unknown);
    return unknownTarget(proof, 'boards', unknown, boards, fix);
  }
  if (held.length > 0) return undefined;
  return faultTarget({
    file: proof.file,
    key: 'boards',
    summary: proof.boards === 'all' ? 'no board has what the proof needs' : 'the proof names no board',
    expected: `some of ${[...boards].sort().join(', ')}`,
    description: `${proof.title ?? proof.id}: it cannot run, it has no board`,
  });
}

/** `proof-inapplicable`: what a board says of proofs that are not held on it. */
export const INAPPLICABLE = 'proof-inapplicable';

/** Stands where a board excuses itself from a proof that it is not asked for. */
export function faultOfExcuses(board: BoardFacts, heldOnIt: readonly ProofFacts[]): Target | undefined {
  const known = heldOnIt.map(({ id }) => id);
  const idle = board.inapplicable.find((id) => !known.includes(id));
  if (idle === undefined) return undefined;
  return faultTarget({
    file: board.file,
    key: `inapplicable.${idle}`,
    summary: `no proof ${idle} is held on ${board.name}`,
    expected: known.length > 0 ? `one of ${[...known].sort().join(', ')}` : 'a proof of this board; there is none yet',
    description: `What ${board.name} says of ${idle}, which is no proof of its own`,
  });
}

function unknownTarget(
  proof: ProofFacts,
  key: 'project' | 'boards',
  name: string,
  known: readonly string[],
  fix?: string,
): Target {
  return faultTarget({
    summary: `the proof's ${key === 'project' ? 'project' : 'board'} ${name} does not exist`,
    file: proof.file,
    key,
    expected: `one of ${[...known].sort().join(', ')}`,
    fix,
    description: `${proof.title ?? proof.id}: it cannot run, its ${key === 'project' ? 'project' : 'board'} is unknown`,
  });
}
