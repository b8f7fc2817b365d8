// SPDX-License-Identifier: Apache-2.0

/** A fault of the machine or the network, shown to the reader as it is. */
export class SetupError extends Error {
  /** @param {string} summary @param {{ expected?: string, found?: string, fix?: string, output?: string }} detail */
  constructor(summary, { expected, found, fix, output } = {}) {
    const lines = [summary];
    if (expected) lines.push(`  expected: ${expected}`);
    if (found) lines.push(`  found:    ${found}`);
    if (fix) lines.push(`  to do:    ${fix}`);
    if (output) lines.push(...output.trimEnd().split('\n').map((line) => `  | ${line}`));
    super(lines.join('\n'));
  }
}
