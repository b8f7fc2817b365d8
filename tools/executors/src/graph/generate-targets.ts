// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { faultOfBindings } from './bindings-source';
import { refuseDoubleClaims } from './claims';
import type { BoardFacts, ProjectFacts, ProofFacts, WorkspaceFacts } from './facts';
import type { NamingFault } from './kernel-of';
import { misnamedFault, targetOfMisnamed } from './misnamed';
import { boardTargets } from './targets/board';
import { collectiveTarget, defineTarget, workspaceFile, type Generation, type Target } from './targets/definition';
import { faultTarget } from './targets/fault';
import { initramfsTargets } from './targets/initramfs';
import { kernelTargets, moduleTargets, moduleTestTargets } from './targets/linux';
import {
  boardsOf,
  everyProofTarget,
  faultOfExcuses,
  faultOfProof,
  INAPPLICABLE,
  proofTargets,
  standingForTarget,
} from './targets/proof';
import { verificationTargets } from './targets/verification';
import { hostTestTargets } from './targets/zig';
import { defaultBoard } from './targets/device-tree-artefact';

/** What one file contributes to the projects of the workspace: by root, as Nx takes it. */
export type Contribution = [file: string, projects: Record<string, Partial<ProjectConfiguration>>];

/**
 * Turns what was found on disk into projects and targets. It is pure: the same facts and options give the same
 * targets, and no board or proof changes the configuration of a project that it does not belong to.
 */
export function generateTargets(generation: Generation): Contribution[] {
  const { facts } = generation;
  const stages = refuseDoubleClaims([
    ...facts.bindings.map((it) => contribution(generation, it, 'library', bindingsTargets(generation, it))),
    ...facts.boards.map((it) => contribution(generation, it, 'application', boardTargets(generation, it))),
    ...facts.cells.map((it) => contribution(generation, it, 'application', {})),
    ...facts.kernels.map((it) => contribution(generation, it, 'application', kernelTargets(generation, it))),
    ...facts.modules.map((it) => contribution(generation, it, 'library', { ...moduleTargets(generation, it), ...moduleTestTargets(generation, it) })),
    ...facts.initramfs.map((it) => contribution(generation, it, 'application', initramfsTargets(generation, it))),
    ...facts.packages.map((it) => contribution(generation, it, 'library', { ...hostTestTargets(generation, it), ...buildTarget(generation, it) })),
    ...proofContributions(generation),
    ...misnamedContributions(generation),
  ]);
  return refuseDoubleClaims([...stages, ...verifications(generation, stages)]);
}

/** What examines the stages of a project, whichever files the stages come from. */
function verifications(generation: Generation, stages: readonly Contribution[]): Contribution[] {
  const byRoot = new Map<string, { file: string; targets: Record<string, Target> }>();
  for (const [file, projects] of stages) {
    for (const [root, { targets }] of Object.entries(projects)) {
      const known = byRoot.get(root);
      byRoot.set(root, { file: known?.file ?? file, targets: { ...known?.targets, ...targets } });
    }
  }
  return [...byRoot].map(([root, { file, targets }]) => [file, { [root]: { targets: verificationTargets(generation, targets) } }]);
}

function contribution({ options }: Generation, project: ProjectFacts, projectType: 'application' | 'library', targets: Record<string, Target>): Contribution {
  const { name, nameFault } = project;
  const own = nameFault ? refused(nameFault, Object.keys(targets), options.targetNames.build) : targets;
  return [project.file, { [project.root]: { name, projectType, targets: own } }];
}

/** What ends in .yml is a project all the same: the target that it would bring says what is wrong. */
function misnamedContributions({ facts, options }: Generation): Contribution[] {
  // A module has its Kbuild, whose targets say it.
  const modules = new Set(facts.modules.map(({ root }) => root));
  const alone = facts.misnamed.filter(({ kind, root }) => kind !== 'modules' || !modules.has(root));
  return alone.map((it): Contribution => {
    const description = `Cannot run: ${it.file} should end in .yaml`;
    const target = faultTarget({ ...misnamedFault(it), description });
    return [it.file, { [it.root]: { name: it.name, targets: { [targetOfMisnamed(it, options.targetNames)]: target } } }];
  });
}

/** A project without a target gets one, or nobody would be told. */
function refused(fault: NamingFault, targets: readonly string[], otherwise: string): Record<string, Target> {
  const target = faultTarget({ ...fault, description: `Cannot run: ${fault.summary}` });
  return Object.fromEntries((targets.length > 0 ? targets : [otherwise]).map((name) => [name, target]));
}

function bindingsTargets(generation: Generation, project: ProjectFacts): Record<string, Target> {
  const name = generation.options.targetNames.bindings;
  const fault = faultOfBindings(generation.facts);
  if (fault) return { [name]: faultTarget({ ...fault, description: 'The bindings of the ION window: they cannot be made' }) };
  const target = defineTarget(generation, {
    project: project.name,
    name,
    executor: 'ion-abi',
    description: 'The Zig, C and TypeScript bindings of the ION window, with size and offset assertions',
    technologies: ['zig', 'c', 'typescript'],
    options: { abi: project.file },
    tools: ['cross-gcc', 'zig'],
    files: [workspaceFile(project.file)],
  });
  return { [name]: target };
}

/** `build` of the kernel's package: its images for the default board. */
function buildTarget({ facts, options }: Generation, project: ProjectFacts): Record<string, Target> {
  const board = defaultBoard(facts);
  if (!board?.firmware || board.firmware.package !== project.root) return {};
  const members = Object.keys(board.firmware.builds).map((target) => ({ project: board.name, target }));
  const description = `Every image of ${project.name} for ${board.name}, the default board`;
  return { [options.targetNames.build]: collectiveTarget(options, members, { description, technologies: ['zig'] }) };
}

/** The targets of a proof by the names of the projects that have them. */
interface PlacedProof {
  proof: ProofFacts;
  targets: Readonly<Record<string, Record<string, Target>>>;
}

function placedProofs(generation: Generation, roots: ReadonlyMap<string, string>): PlacedProof[] {
  return generation.facts.proofs.map((proof) => {
    const held = boardsOf(generation, proof);
    const fault = faultOfProof(generation, proof, [...roots.keys()], held);
    const own = proof.project !== undefined && roots.has(proof.project) ? proof.project : undefined;
    if (fault) return { proof, targets: { [own ?? folderOf(generation, proof).name]: { [proof.target]: fault } } };
    const onBoards = Object.fromEntries(held.map((on) => [on.board.name, proofTargets(generation, proof, on)]));
    const standsFor = own !== undefined && !(own in onBoards);
    return { proof, targets: { ...onBoards, ...(standsFor ? { [own]: { [proof.target]: standingForTarget(generation, proof, held) } } : {}) } };
  });
}

/** The project that a proof which cannot be held anywhere is shown under. */
function folderOf({ facts }: Generation, { file }: ProofFacts): ProjectFacts {
  return facts.proofFolders.find(({ root }) => root === posix.dirname(file))!;
}

function proofContributions(generation: Generation): Contribution[] {
  const roots = projectRoots(generation.facts);
  const placed = placedProofs(generation, roots);
  const contributions = placed.map(({ proof, targets }): Contribution => {
    const projects = Object.entries(targets).map(([name, own]) => {
      const root = roots.get(name);
      return root === undefined ? [folderOf(generation, proof).root, { name, targets: own }] : [root, { targets: own }];
    });
    return [proof.file, Object.fromEntries(projects)];
  });
  const excuses = idleExcuses(generation, placed);
  const faults = excuses.map(({ board, fault }): Contribution => {
    return [board.file, { [board.root]: { targets: { [INAPPLICABLE]: fault } } }];
  });
  return [...contributions, ...faults, ...aggregates(generation, roots, placed, excuses.map(({ board }) => board))];
}

/** The boards that excuse themselves from a proof that is not held on them, each with the target that says so. */
function idleExcuses({ facts }: Generation, placed: readonly PlacedProof[]): { board: BoardFacts; fault: Target }[] {
  return facts.boards.flatMap((board) => {
    const held = placed.filter(({ targets }) => board.name in targets).map(({ proof }) => proof);
    const fault = faultOfExcuses(board, held);
    return fault ? [{ board, fault }] : [];
  });
}

/** What shows that a project does what it claims: its proofs and its host tests, under one name. */
function aggregates(
  generation: Generation,
  roots: ReadonlyMap<string, string>,
  placed: readonly PlacedProof[],
  excusing: readonly BoardFacts[],
): Contribution[] {
  const { facts, options } = generation;
  const shown = [
    ...placed.flatMap(({ proof, targets }) =>
      Object.keys(targets).flatMap((project) => (roots.has(project) ? [{ file: proof.file, project, targets: [proof.target] }] : [])),
    ),
    ...excusing.map(({ file, name }) => ({ file, project: name, targets: [INAPPLICABLE] })),
    ...facts.packages.map((known) => ({ file: known.file, project: known.name, targets: Object.keys(hostTestTargets(generation, known)) })),
    ...facts.modules.map((known) => ({ file: known.file, project: known.name, targets: Object.keys(moduleTestTargets(generation, known)) })),
  ];
  const byProject = new Map<string, { file: string; targets: string[] }>();
  for (const { file, project, targets } of shown.filter(({ targets: found }) => found.length > 0)) {
    const known = byProject.get(project);
    byProject.set(project, { file: known?.file ?? file, targets: [...(known?.targets ?? []), ...targets] });
  }
  return [...byProject].map(([project, { file, targets }]) => [
    file,
    { [roots.get(project)!]: { targets: { [options.targetNames.proof]: everyProofTarget(generation, project, targets) } } },
  ]);
}

function projectRoots(facts: WorkspaceFacts): ReadonlyMap<string, string> {
  const projects: ProjectFacts[] = [
    ...facts.bindings,
    ...facts.boards,
    ...facts.cells,
    ...facts.kernels,
    ...facts.modules,
    ...facts.initramfs,
    ...facts.packages,
  ];
  return new Map(projects.map(({ name, root }) => [name, root]));
}
