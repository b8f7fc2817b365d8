// SPDX-License-Identifier: Apache-2.0
import type { ProjectFacts, WorkspaceFacts } from './facts';
import type { NamingFault } from './kernel-of';
import { misnamedFault } from './misnamed';

/**
 * The description that the bindings are made of. Where there are several it is the first, but nothing is made of it:
 * `faultOfBindings` then stands in place of whatever would read it.
 */
export function bindingsSource({ bindings }: WorkspaceFacts): ProjectFacts | undefined {
  return bindings[0];
}

/** The fault of a workspace that describes the window more than once, or in a file that nothing reads. */
export function faultOfBindings({ bindings, misnamed }: WorkspaceFacts): NamingFault | undefined {
  const unread = misnamed.find(({ kind }) => kind === 'bindings');
  if (bindings.length === 0) return unread && misnamedFault(unread);
  if (bindings.length === 1) return undefined;
  const files = bindings.map(({ file }) => file);
  const summary = `the ION window is described ${files.length} times: ${files.join(', ')}`;
  return { file: files.at(-1)!, summary, expected: 'one ion-abi.yaml in a workspace' };
}
