// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readEvidence, type Evidence, type InputFile } from './evidence';

const COMPARED = ['spec', 'board', 'inputs', 'tools', 'identities', 'pins', 'engine'] as const;

/** What two pieces of evidence are compared by. */
export type Compared = Pick<Evidence, (typeof COMPARED)[number]>;

/** The evidence of the run before, when there is one that can be read and has everything that is compared. */
export function previousEvidence(path: string): Evidence | undefined {
  try {
    const evidence = existsSync(path) ? readEvidence(path) : undefined;
    return evidence && COMPARED.every((part) => evidence[part] !== undefined) ? evidence : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Why a proof ran: what is different from the evidence that lay in its place, one line a difference, with the target
 * that made it.
 */
export function reasonsSince(previous: Compared | undefined, now: Compared): string[] {
  if (!previous) return ['no earlier evidence here to compare with'];
  const reasons = [
    ...fileReason(previous.spec, now.spec),
    ...fileReason(previous.board, now.board),
    ...inputReasons(previous.inputs, now.inputs),
    ...toolReasons(previous, now),
    ...namesOf(previous.pins, now.pins).flatMap((name) => pinReason(name, previous.pins[name], now.pins[name])),
    ...(previous.engine === now.engine ? [] : [`the proof executor's own code changed (${change(previous.engine, now.engine)})`]),
  ];
  return reasons.length > 0 ? reasons : [SAME];
}

const SAME = "same files, tools, pins and code as in the evidence before: its project's configuration changed, or the run was asked for";

/** Enough of a digest to tell two apart. */
const SHOWN_DIGITS = 12;

const change = (before: string, now: string) => `${before.slice(0, SHOWN_DIGITS)} -> ${now.slice(0, SHOWN_DIGITS)}`;

function fileReason(before: InputFile, now: InputFile): string[] {
  if (before.file !== now.file) return [`${now.file} instead of ${before.file}`];
  return before.sha256 === now.sha256 ? [] : [`${now.file} changed`];
}

function inputReasons(before: readonly InputFile[], now: readonly InputFile[]): string[] {
  const known = new Map(before.map((input) => [input.name, input.sha256]));
  return now.flatMap(({ name, file, sha256 }) => {
    const old = known.get(name);
    if (old === sha256) return [];
    return [`${name}: ${producerOf(file)} made other bytes (${old === undefined ? 'new' : change(old, sha256)})`];
  });
}

/** `dist/<project>/<target>/<file>` is what `project:target` made. */
function producerOf(file: string): string {
  const [, project, target, ...rest] = file.split('/');
  return rest.length > 0 ? `${project}:${target}` : file;
}

/** Two programs of one version are told apart by content. */
function toolReasons(before: Compared, now: Compared): string[] {
  return namesOf(before.tools, now.tools).flatMap((name) => {
    const [old, current] = [toolText(before, name), toolText(now, name)];
    return before.tools[name] === now.tools[name] && before.identities[name] === now.identities[name] ? [] : [`another ${name}: ${old} -> ${current}`];
  });
}

function toolText({ tools, identities }: Compared, name: string): string {
  const [host, sha256] = identities[name]?.split(' ') ?? [];
  return [tools[name] ?? 'none', ...(sha256 === undefined ? [] : [`${host}, sha256 ${sha256.slice(0, SHOWN_DIGITS)}`])].join(', ');
}

function pinReason(name: string, before: unknown, now: unknown): string[] {
  const [old, current] = [before, now].map((pin) => JSON.stringify(pin ?? null));
  return old === current ? [] : [`workspace.json pins ${name} otherwise: ${old} -> ${current}`];
}

function namesOf(before: object, now: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
}
