// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { stageOutputs } from '@nexus-forge/artefact';
import { testModule } from '@nexus-forge/kbuild';
import { runStage } from '../../run-stage';

export interface ModuleTestOptions {
  description: string;
  headers?: string[];
  timeoutSeconds?: number;
  outputDirectory: string;
}

/** Runs the host tests of a kernel module. */
export default function moduleTest(options: ModuleTestOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { description, headers = [], timeoutSeconds = 300, outputDirectory } = options;
  return runStage(context, () =>
    stageOutputs(join(context.root, outputDirectory), [{ file: 'results.json' }], async (staging) => {
      const results = await testModule({ workspaceRoot: context.root, description, headers, timeoutMs: timeoutSeconds * 1000 });
      writeFileSync(join(staging, 'results.json'), `${JSON.stringify({ description, ...results }, null, 2)}\n`);
      console.log(`${description}: ${results.passed}/${results.total} tests passed`);
    }),
  );
}
