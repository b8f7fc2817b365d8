// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readEvidence, type Evidence, type InputFile } from './evidence';

/** What two pieces of evidence are compared by. */
export type Compared = Pick<Evidence, 'spec' | 'inputs' | 'tools' | 'configuration'>;

/** The evidence of the run before, when there is one that can be read. */
export function previousEvidence(path: string): Evidence | undefined {
  try {
    return existsSync(path) ? readEvidence(path) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Why a proof ran: what is different from the evidence that lay in its place, one line a difference, with the target
 * that made it. Nothing different means that the cause is the engine itself, a failure before, or that somebody asked
 * for the run.
 */
export function reasonsSince(previous: Compared | undefined, now: Compared): string[] {
  if (!previous) return ['no earlier evidence here'];
  const known = new Map(previous.inputs.map((input) => [input.name, input]));
  const reasons = [
    ...(previous.spec.sha256 === now.spec.sha256 ? [] : [`${now.spec.file} changed`]),
    ...now.inputs.flatMap((input) => inputReason(known.get(input.name), input)),
    ...toolReasons(previous.tools, now.tools),
    ...(same(previous.configuration.machine, now.configuration.machine) ? [] : ["the board's machine changed"]),
  ];
  return reasons.length > 0 ? reasons : ['same inputs as the evidence before: the proof engine, a pin, or a run that was asked for'];
}

function inputReason(before: InputFile | undefined, now: InputFile): string[] {
  if (before?.sha256 === now.sha256) return [];
  const change = before ? `${before.sha256.slice(0, 12)} -> ${now.sha256.slice(0, 12)}` : 'new';
  return [`${now.name}: ${producerOf(now.file)} made other bytes (${change})`];
}

/** `dist/<project>/<target>/<file>` is what `project:target` made. */
function producerOf(file: string): string {
  const [, project, target, ...rest] = file.split('/');
  return rest.length > 0 ? `${project}:${target}` : file;
}

function toolReasons(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  return Object.keys(now)
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name} ${before[name] ?? '(none)'} -> ${now[name]}`);
}

function same(first: unknown, second: unknown): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
