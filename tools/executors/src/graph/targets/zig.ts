// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { bindingsSource } from '../bindings-source';
import type { ArtefactReference, ZigPackageFacts } from '../facts';
import { packageClosure } from '../read/zig-package';
import { artefactPath, defineTarget, everythingIn, type Generation, type Target } from './definition';
import { defaultBoard, deviceTree } from './device-tree-artefact';

/**
 * The filesets of a package and of everything it depends on by path. Any file can be embedded or given to a program,
 * a document too; what a build reads beside these, the stage refuses.
 */
export function zigSources(generation: Generation, root: string): string[] {
  const folders = packageClosure(root, generation.facts.packages);
  return folders.map(everythingIn);
}

/** The generated Zig bindings, when the package or one it depends on takes them. */
export function bindingsOf({ facts, options }: Generation, root: string): ArtefactReference | undefined {
  const provider = bindingsSource(facts);
  const closure = new Set(packageClosure(root, facts.packages));
  const takes = facts.packages.some((known) => closure.has(known.root) && known.options.includes('ion-abi'));
  return provider && takes ? { project: provider.name, target: options.targetNames.bindings, file: 'ion_abi.zig' } : undefined;
}

/**
 * A path as a -D option of a build: relative to the package, where Zig runs, so that the place of the checkout can
 * get into nothing.
 */
export function pathOption(root: string, path: string): string {
  return posix.relative(root, path);
}

/** What a package's build takes of other targets' outputs: as -D options, and as artefacts. */
export interface TakenArtefacts {
  defines: Record<string, string>;
  artefacts: ArtefactReference[];
}

/** Of the artefacts offered under the names of -D options, those whose option the package's build.zig declares. */
export function takenArtefacts(
  { options }: Generation,
  known: ZigPackageFacts,
  offered: Readonly<Record<string, ArtefactReference | undefined>>,
): TakenArtefacts {
  const taken = Object.entries(offered).filter((entry): entry is [string, ArtefactReference] => {
    const [name, artefact] = entry;
    return artefact !== undefined && known.options.includes(name);
  });
  return {
    defines: Object.fromEntries(taken.map(([name, artefact]) => [name, pathOption(known.root, artefactPath(options, artefact))])),
    artefacts: taken.map(([, artefact]) => artefact),
  };
}

/**
 * The host tests of a Zig package. A step `test-<package>` is the suite that the package is known by: it becomes the
 * target `test`, and the step `test` beside it the target `test-more`.
 */
export function hostTestTargets(generation: Generation, known: ZigPackageFacts): Record<string, Target> {
  const name = generation.options.targetNames.hostTest;
  const named = `test-${posix.basename(known.root)}`;
  const steps = known.steps.includes(named) ? { [name]: named, [`${name}-more`]: 'test' } : { [name]: 'test' };
  return Object.fromEntries(
    Object.entries(steps)
      .filter(([, step]) => known.steps.includes(step))
      .map(([target, step]) => [target, hostTestTarget(generation, known, target, step)]),
  );
}

function hostTestTarget(generation: Generation, known: ZigPackageFacts, name: string, step: string): Target {
  const bindings = bindingsOf(generation, known.root);
  const board = defaultBoard(generation.facts);
  const tree = board && known.options.includes('board-dtb') ? deviceTree(generation, board, 'board.dtb') : undefined;
  return defineTarget(generation, {
    project: known.name,
    name,
    executor: 'host-test',
    description: `Runs the host tests of ${known.name} (zig build ${step})`,
    technologies: ['zig'],
    options: {
      package: known.root,
      step,
      defines: takenArtefacts(generation, known, { 'board-dtb': tree, 'ion-abi': bindings }).defines,
      ...(known.tools.length > 0 ? { tools: known.tools } : {}),
    },
    tools: ['zig', ...known.tools],
    files: zigSources(generation, known.root),
    artefacts: [bindings, tree].filter((artefact) => artefact !== undefined),
  });
}
