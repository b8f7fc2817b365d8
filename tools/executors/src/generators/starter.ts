// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The reference workspace's own files, which the bundler has put beside the bundles, by their last names. */
export function starterText(name: string): string {
  return readFileSync(join(__dirname, '..', 'starter', name), 'utf8');
}
