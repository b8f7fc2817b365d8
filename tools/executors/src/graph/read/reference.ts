// SPDX-License-Identifier: Apache-2.0
import type { ArtefactReference } from '../facts';
import { workspacePath } from './path';

/** A project's name has a slash only where it is that of a package with a scope, `@acme/firmware`. */
const REFERENCE = /^(@[^:/@]+\/[^:/@]+|[^:/@][^:/]*):([^:/]+)\/(.+)$/;

/** Reads `project:target/file`. */
export function parseReference(text: unknown): ArtefactReference | undefined {
  const match = typeof text === 'string' ? REFERENCE.exec(text) : null;
  return match ? { project: match[1]!, target: match[2]!, file: workspacePath(match[3]!) } : undefined;
}
