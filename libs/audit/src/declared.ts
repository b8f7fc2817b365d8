// SPDX-License-Identifier: Apache-2.0
import type { DeclaredInputs } from './compare';

/** An entry of a target's `inputs`, as far as it names files. */
export type InputEntry = string | { fileset?: string; dependentTasksOutputFiles?: string; [key: string]: unknown };

/**
 * What a target declares: `inputs` as the target has them, and the files that Nx says they come down to
 * (`sources`) together with the files its producers made (`producerOutputs`).
 */
export function declaredInputs(
  inputs: readonly InputEntry[],
  projectRoot: string,
  sources: readonly string[],
  producerOutputs: readonly string[],
): DeclaredInputs {
  const groups = inputs.flatMap((input) => {
    const written = typeof input === 'string' ? input : (input.fileset ?? input.dependentTasksOutputFiles);
    if (written === undefined || written.startsWith('!')) return [];
    return [written.replace('{projectRoot}', projectRoot).replace('{workspaceRoot}/', '')];
  });
  return { files: [...sources, ...producerOutputs], groups };
}
