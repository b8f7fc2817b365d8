// SPDX-License-Identifier: Apache-2.0
import type { ProjectFacts, WorkspaceFacts } from './facts';
import type { NamingFault } from './kernel-of';

/**
 * The description that the bindings are made of. Where there are several it is the first, but nothing is made of it:
 * `severalBindings` then stands in place of whatever would read it.
 */
export function bindingsSource({ bindings }: WorkspaceFacts): ProjectFacts | undefined {
  return bindings[0];
}

/** The fault of a workspace that describes the window more than once. */
export function severalBindings({ bindings }: WorkspaceFacts): NamingFault | undefined {
  if (bindings.length < 2) return undefined;
  const files = bindings.map(({ file }) => file);
  return { file: files.at(-1)!, summary: `the ION window is described ${files.length} times: ${files.join(', ')}`, expected: 'one ion-abi.yaml in a workspace' };
}
