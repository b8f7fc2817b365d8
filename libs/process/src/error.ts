// SPDX-License-Identifier: Apache-2.0
import { ending } from './ending';

/** Where in a file a fault was found; lines and columns count from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** What a `ForgeError` says beside its message. */
export interface ForgeErrorDetail {
  expected?: string;
  found?: string;
  at?: Place;
  /** What the reader can do about it: a command, an edit. */
  fix?: string;
  /** The tool's own last lines. */
  output?: string;
}

/** Formats a place as compilers do: `file:line:column`. */
export function formatPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

/**
 * A fault of the input, the machine or a tool: shown to the reader as it is, without a stack.
 * Anything else that is thrown is a defect of ours.
 */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';

  constructor(
    readonly summary: string,
    readonly detail: ForgeErrorDetail = {},
  ) {
    super(formatForgeError(summary, detail));
  }
}

function formatForgeError(summary: string, detail: ForgeErrorDetail): string {
  const lines = [detail.at ? `${formatPlace(detail.at)}: ${summary}` : summary];
  if (detail.expected !== undefined) lines.push(`  expected: ${detail.expected}`);
  if (detail.found !== undefined) lines.push(`  found:    ${detail.found}`);
  if (detail.fix !== undefined) lines.push(`  to do:    ${detail.fix}`);
  if (detail.output) lines.push(...detail.output.trimEnd().split('\n').map((line) => `  | ${line}`));
  return lines.join('\n');
}

/**
 * Runs `work`; prints a `ForgeError` plainly and any other error with its stack. A process that was told to end has
 * ended its tools itself: what those say of it is no news. Returns what an Nx executor returns.
 */
export async function reportFailure(work: () => Promise<void>): Promise<{ success: boolean }> {
  try {
    await work();
    return { success: true };
  } catch (error) {
    if (ending() !== undefined) return { success: false };
    if (error instanceof ForgeError) console.error(`error: ${error.message}`);
    else console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { success: false };
  }
}
