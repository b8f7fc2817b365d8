// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { ResolvedOptions } from '../options';
import { executorName, workspaceFile, type Generation, type Input, type Target } from './definition';

/** Stages whose outputs are bytes that must be the same in every place. */
const BUILDS: ReadonlySet<string> = new Set(
  ['cell-bundle', 'device-tree', 'el2-stub', 'initramfs', 'ion-abi', 'kbuild-module', 'linux-image', 'zig-build'].map(executorName),
);
/** Stages that read files, and so can read too many or too few. */
const TRACED: ReadonlySet<string> = new Set([...BUILDS, ...['host-test', 'module-test', 'proof'].map(executorName)]);

/** `audit` and `verify-reproducible` of one project, over the stages among its targets. */
export function verificationTargets(generation: Generation, targets: Readonly<Record<string, Target>>): Record<string, Target> {
  const { audit, verifyReproducible } = generation.options.targetNames;
  return {
    ...over(generation, targets, TRACED, audit, {
      executor: 'audit',
      description: 'Compares what the targets of this project really read with what they declare',
      writes: true,
    }),
    ...over(generation, targets, BUILDS, verifyReproducible, {
      executor: 'verify-reproducible',
      description: 'Builds the targets of this project in two places and compares the bytes',
    }),
  };
}

function over(
  { recipe }: Generation,
  targets: Readonly<Record<string, Target>>,
  executors: ReadonlySet<string>,
  name: ResolvedOptions['targetNames'][keyof ResolvedOptions['targetNames']],
  { executor, description, writes = false }: { executor: string; description: string; writes?: boolean },
): Record<string, Target> {
  // A mutants run reads what its proof reads.
  const stages = Object.keys(targets)
    .filter((target) => executors.has(targets[target]?.executor ?? '') && targets[target]?.options?.['mutants'] !== true)
    .sort();
  if (stages.length === 0) return {};
  const beside = posix.dirname(String(targets[stages[0] ?? '']?.options?.['outputDirectory']));
  const outputDirectory = writes ? posix.join(beside, name) : undefined;
  const inputs = stages.flatMap((stage) => targets[stage]?.inputs ?? []).map(seenFromFurtherAway);
  return {
    [name]: {
      executor: executorName(executor),
      cache: true,
      options: { targets: stages, ...(outputDirectory ? { outputDirectory } : {}) },
      inputs: [...unique(inputs), ...recipe(executor)],
      ...(outputDirectory ? { outputs: [workspaceFile(outputDirectory)] } : {}),
      dependsOn: stages,
      metadata: { description, technologies: ['nx'] },
    },
  };
}

/** What is one hop away for a stage is two hops away for the target that examines the stage. */
function seenFromFurtherAway(input: Input): Input {
  return typeof input === 'object' && 'dependentTasksOutputFiles' in input ? ({ ...input, transitive: true } as Input) : input;
}

function unique(inputs: readonly Input[]): Input[] {
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
}
