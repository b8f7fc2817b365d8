// SPDX-License-Identifier: Apache-2.0
import { ForgeError, formatPlace, type Place } from '@nexus-forge/process';

/** A fault that a schema cannot express, found in a file that is valid by its schema. */
export interface Fault {
  at: Place;
  summary: string;
  expected?: string;
  found?: string;
  fix?: string;
}

/** Throws a `ForgeError` for the first fault, with the others listed below it; does nothing when there is none. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...others] = faults;
  if (!first) return;
  const rest = others.map((fault) => `${formatPlace(fault.at)}: ${fault.summary}`);
  throw new ForgeError(first.summary, {
    at: first.at,
    expected: first.expected,
    found: first.found,
    fix: first.fix,
    output: rest.length > 0 ? ['further faults:', ...rest].join('\n') : undefined,
  });
}
