// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { stageOutputs } from '@nexus-forge/artefact';
import { runTests, type Defines } from '@nexus-forge/zig';
import { runStage } from '../../run-stage';

export interface HostTestOptions {
  package: string;
  step?: string;
  defines?: Defines;
  tools?: string[];
  timeoutSeconds?: number;
  outputDirectory: string;
}

/** Runs the host tests of a Zig package. */
export default function hostTest(options: HostTestOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const step = options.step ?? 'test';
    const build = {
      workspaceRoot: context.root,
      package: options.package,
      project: context.projectName ?? 'workspace',
      target: context.targetName ?? step,
      defines: options.defines,
      steps: [step],
      tools: options.tools,
      timeoutMs: (options.timeoutSeconds ?? 1200) * 1000,
    };
    await stageOutputs(join(context.root, options.outputDirectory), [{ file: 'results.json' }], async (staging) => {
      const results = await runTests(build);
      writeFileSync(join(staging, 'results.json'), `${JSON.stringify({ package: options.package, step, ...results }, null, 2)}\n`);
      const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
      console.log(`${options.package}: ${results.passed}/${results.total} tests passed${skipped}`);
    });
  });
}
