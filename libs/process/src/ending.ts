// SPDX-License-Identifier: Apache-2.0

/** What this process ends by, from the moment that it was told to. */
let endedBy: NodeJS.Signals | undefined;

/** Notes that this process ends now; false when it already did. */
export function beginEnding(signal: NodeJS.Signals): boolean {
  if (endedBy !== undefined) return false;
  endedBy = signal;
  return true;
}

/** The signal by which this process ends; undefined as long as it does not. */
export function ending(): NodeJS.Signals | undefined {
  return endedBy;
}
