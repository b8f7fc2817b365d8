// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { ForgeError, runTool } from '@nexus-forge/process';
import {
  compareFolders,
  editTexts,
  filesIn,
  makePlace,
  otherCircumstances,
  OWN_CIRCUMSTANCES,
  type Circumstances,
  type Place,
} from '@nexus-forge/reproducible';
import { runStage } from '../../run-stage';
import { artefactsFor, sourcesAmong, stageCommand, stageOf, type Stage } from '../../stage';

interface VerifyReproducibleOptions {
  targets: string[];
  timeoutSeconds?: number;
}

/** Builds each target in other places and circumstances, cold and incrementally; fails on the first byte that differs anywhere. */
export default function verifyReproducible(options: VerifyReproducibleOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const differences: string[] = [];
    for (const target of options.targets) {
      const build: Build = { stage: stageOf(context, target), workspaceRoot: context.root, timeoutMs: (options.timeoutSeconds ?? 2400) * 1000 };
      const lines = await compareBuilds(build);
      differences.push(...lines.map((line) => `${build.stage.id} ${line}`));
    }
    if (differences.length > 0) {
      throw new ForgeError('two builds of the same inputs gave different bytes', {
        expected: 'the same bytes in every place',
        output: differences.join('\n'),
      });
    }
  });
}

interface Build {
  stage: Stage;
  workspaceRoot: string;
  timeoutMs: number;
}

/** The places differ in the length and the depth of their path; the second one in what surrounds the build, too. */
async function compareBuilds(build: Build): Promise<string[]> {
  const { stage, workspaceRoot } = build;
  const places: Place[] = [];
  const lay = async (name: string) => {
    const place = await makePlace(workspaceRoot, name, artefactsFor(stage, workspaceRoot));
    places.push(place);
    rmSync(join(place.root, stage.outputDirectory), { recursive: true, force: true });
    return place;
  };
  try {
    const first = await lay('a');
    await run(build, first, OWN_CIRCUMSTANCES);
    const outputs = join(first.root, stage.outputDirectory);
    const files = filesIn(outputs);
    if (files.length === 0) throw new ForgeError(`${stage.id} made no output in ${first.root}`);
    const differences = async (root: string, how: string) =>
      (await compareFolders(outputs, join(root, stage.outputDirectory))).map((line) => `${how}: ${line}`);

    const second = await lay('another/much-deeper/place');
    const other = await otherCircumstances(second.beside);
    await run(build, second, other);
    const cold = [...(await differences(second.root, 'in another place')), ...(await differences(workspaceRoot, 'in the workspace'))];
    if (cold.length > 0) return cold;

    await rebuildAfterEdit(build, second, other);
    const warm = await differences(second.root, 'after an edit that was taken back');
    const how = `two folders that differ in path, ${other.differences.join(', ')}; after an edit that was taken back; and in the workspace`;
    if (warm.length === 0) console.log(`${stage.id}: ${files.length} files, the same bytes in ${how}`);
    return warm;
  } finally {
    for (const place of places) place.remove();
  }
}

/** Builds on what the last build has kept: once with every source edited, whatever comes of it, and once as before. */
async function rebuildAfterEdit(build: Build, place: Place, circumstances: Circumstances): Promise<void> {
  const takeBack = editTexts(place.root, sourcesAmong(build.stage, place.sources));
  await run(build, place, circumstances).catch(() => console.log(`${build.stage.id}: a blank line at the top of each source does not build`));
  takeBack();
  await run(build, place, circumstances);
}

async function run({ stage, workspaceRoot, timeoutMs }: Build, { root }: Place, { env, wrap }: Circumstances): Promise<void> {
  console.log(`building ${stage.id} in ${root}`);
  const [command = '', ...args] = wrap(stageCommand(stage, root, workspaceRoot));
  await runTool({ command, args, cwd: root, env, timeoutMs });
}
