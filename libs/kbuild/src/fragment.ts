// SPDX-License-Identifier: Apache-2.0
import { formatPlace, ForgeError, type Place } from '@nexus-forge/process';

/** An option as a fragment asks for it: the text after `=`, or `n` for "is not set". */
export interface RequestedOption {
  symbol: string;
  value: string;
  at: Place;
}

const ASSIGNMENT = /^(CONFIG_[A-Za-z0-9_]+)=(.+)$/;
const UNSET = /^# (CONFIG_[A-Za-z0-9_]+) is not set$/;
/** Kconfig reads no further than this either (scripts/kconfig/confdata.c, conf_read_simple). */
const UNSET_AND_WHY = /^# (CONFIG_[A-Za-z0-9_]+) is not set(?:\s.*)?$/;
/** What Kconfig would take for a comment, and its author did not. */
const LIKE_UNSET = /^#+\s*CONFIG_\S*\s+is\s+not\s+set/i;
/** What Kconfig writes for a bool or tristate, a number and a text, and a comment of ours behind it. */
const VALUE = /^(y|m|n|-?[0-9]+|0[xX][0-9a-fA-F]+|"(?:\\.|[^"\\])*")(?:\s+#.*)?$/;

/** The values in a `.config`, which Kconfig itself has written; an option that has no line in it is off. */
export function readConfiguration(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => ASSIGNMENT.exec(line)?.slice(1) ?? [UNSET.exec(line)?.[1], 'n']);
  return new Map(lines.filter((pair): pair is [string, string] => pair[0] !== undefined));
}

/** The options of a fragment, in its order. Throws a `ForgeError` with file and line for a line that is none. */
export function parseFragment(text: string, file: string): RequestedOption[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trimEnd();
    const at: Place = { file, line: index + 1 };
    const unset = UNSET_AND_WHY.exec(line);
    if (unset) return [{ symbol: unset[1]!, value: 'n', at }];
    if (line === '' || (line.startsWith('#') && !LIKE_UNSET.test(line))) return [];
    const assignment = ASSIGNMENT.exec(line);
    if (assignment) return [{ symbol: assignment[1]!, value: valueOf(assignment[1]!, assignment[2]!, at), at }];
    throw new ForgeError('not a line of a configuration fragment', {
      at,
      expected: 'CONFIG_NAME=value, "# CONFIG_NAME is not set", or a comment',
      found: line,
    });
  });
}

function valueOf(symbol: string, text: string, at: Place): string {
  const value = VALUE.exec(text)?.[1];
  if (value !== undefined) return value;
  const lower = VALUE.exec(text.toLowerCase())?.[1];
  throw new ForgeError(`${text} is no value of ${symbol}`, {
    at,
    expected: 'y, m or n, a number, or text in double quotes',
    found: text,
    fix: lower === undefined ? `for text: ${symbol}=${JSON.stringify(text)}` : `write ${symbol}=${lower}`,
  });
}

/** All fragments together. Throws a `ForgeError` when two of them, or one twice, ask for different values. */
export function mergeFragments(fragments: readonly (readonly RequestedOption[])[]): RequestedOption[] {
  const merged = new Map<string, RequestedOption>();
  for (const option of fragments.flat()) {
    const earlier = merged.get(option.symbol);
    if (earlier && earlier.value !== option.value) {
      throw new ForgeError(`${option.symbol} is asked for twice, with different values`, {
        at: option.at,
        expected: `${earlier.value}, as in ${formatPlace(earlier.at)}`,
        found: option.value,
        fix: 'keep one of the two',
      });
    }
    if (!earlier) merged.set(option.symbol, option);
  }
  return [...merged.values()];
}

/** The options as one configuration file, as `KCONFIG_ALLCONFIG` and `.config` take it. */
export function formatOptions(options: readonly RequestedOption[]): string {
  return options
    .map(({ symbol, value }) => (value === 'n' ? `# ${symbol} is not set\n` : `${symbol}=${value}\n`))
    .join('');
}
