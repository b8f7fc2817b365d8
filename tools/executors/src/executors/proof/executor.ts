// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { executeMutants, executeProof, loadProof, type ProofOptions } from '@nexus-forge/proof';
import { proofEnvironment } from './environment';
import { originsOf } from './origins';
import { runStage } from '../../run-stage';

/** Runs a proof, or its mutants; the task's success is the verdict. */
export default async function proof(options: ProofOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  let verdict = false;
  const { success } = await runStage(context, async () => {
    const spec = loadProof(join(context.root, options.spec), options.spec);
    const environment = await proofEnvironment(context.root, spec);
    verdict = options.mutants
      ? await executeMutants(spec, options, environment)
      : await executeProof(spec, options, { ...environment, originsOf: (artefacts) => originsOf(context, artefacts) });
  });
  return { success: success && verdict };
}
