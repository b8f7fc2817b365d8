// SPDX-License-Identifier: Apache-2.0
import { executorName, workspaceFile, type Target } from './definition';

/** What is wrong in a configuration file, so that a target can't be inferred from it. */
export interface FoundFault {
  file: string;
  /** The line at fault, in a file that has no keys. */
  line?: number;
  /** The key at fault, from the top, with dots. Left out: the file as a whole. */
  key?: string;
  summary: string;
  expected: string;
  /** What to do, where `expected` alone does not say it. */
  fix?: string;
  /** What the target is shown as. */
  description: string;
}

/** Stands for a target that can't be inferred: it says why, and no other command is held up. */
export function faultTarget({ description, ...options }: FoundFault): Target {
  return {
    executor: executorName('fault'),
    options,
    inputs: [workspaceFile(options.file), { externalDependencies: [] }],
    metadata: { description },
  };
}
