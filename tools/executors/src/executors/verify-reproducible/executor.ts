// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { ForgeError, runTool } from '@nexus-forge/process';
import { compareFolders, filesIn, makePlace, removePlace } from '@nexus-forge/reproducible';
import { runStage } from '../../run-stage';
import { artefactsFor, stageCommand, stageOf, type Stage } from '../../stage';

interface VerifyReproducibleOptions {
  targets: string[];
  timeoutSeconds?: number;
}

/** Two places that differ in the length and the depth of their path. */
const PLACES = ['a', 'another/much-deeper/place'] as const;

/** Builds each target twice, in two places, from nothing; fails on the first byte that differs anywhere. */
export default function verifyReproducible(options: VerifyReproducibleOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const differences: string[] = [];
    for (const target of options.targets) {
      const lines = await compareBuilds(stageOf(context, target), context, (options.timeoutSeconds ?? 2400) * 1000);
      differences.push(...lines.map((line) => `${context.projectName}:${target} ${line}`));
    }
    if (differences.length > 0) {
      throw new ForgeError('two builds of the same inputs gave different bytes', {
        expected: 'the same bytes in every place',
        output: differences.join('\n'),
      });
    }
  });
}

async function compareBuilds(stage: Stage, context: ExecutorContext, timeoutMs: number): Promise<string[]> {
  const built: { place: string; outputs: string }[] = [];
  try {
    for (const name of PLACES) {
      const place = await makePlace(context.root, name, artefactsFor(stage, context.root));
      const outputs = join(place, stage.outputDirectory);
      built.push({ place, outputs });
      rmSync(outputs, { recursive: true, force: true });
      console.log(`building ${stage.id} in ${place}`);
      const [command = '', ...args] = stageCommand(stage, place, context.root);
      await runTool({ command, args, cwd: place, timeoutMs });
    }
    const [first, second] = built as [(typeof built)[0], (typeof built)[0]];
    const files = filesIn(first.outputs);
    if (files.length === 0) throw new ForgeError(`${stage.id} made no output in ${first.place}`);
    const lines = [
      ...(await compareFolders(first.outputs, second.outputs)),
      ...(await compareFolders(first.outputs, join(context.root, stage.outputDirectory))),
    ];
    console.log(`${stage.id}: ${files.length} files, ${lines.length === 0 ? 'the same bytes in three places' : 'different'}`);
    return lines;
  } finally {
    for (const { place } of built) removePlace(place);
  }
}
