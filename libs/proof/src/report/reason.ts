// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvidence, type Evidence, type InputFile } from './evidence';
import { waysTo, type Origins } from './ways';
import type { RunRecord } from './write';

const COMPARED = ['spec', 'board', 'inputs', 'tools', 'identities', 'pins', 'engine'] as const;

/** What two pieces of evidence are compared by. */
export type Compared = Pick<Evidence, (typeof COMPARED)[number]>;

/** What a run is compared by with the one before. */
export interface ComparedRun {
  evidence: Compared;
  /** Empty where nothing is known of the tasks behind. */
  origins: Origins;
}

/** What a run before left in a proof's output directory, when it can be read and has everything that is compared. */
export function previousRun(folder: string): ComparedRun | undefined {
  try {
    const evidence = readEvidence(join(folder, 'evidence.json'));
    if (!COMPARED.every((part) => evidence[part] !== undefined)) return undefined;
    const { madeFrom } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
    return { evidence, origins: madeFrom ?? {} };
  } catch {
    return undefined;
  }
}

/**
 * Why a proof ran: what is different from the run whose evidence lay in its place, one line a difference, with the
 * target that made it and the ways by which the change came there.
 */
export function reasonsSince(before: ComparedRun | undefined, now: ComparedRun): string[] {
  if (!before) return ['no earlier evidence here to compare with'];
  const [old, current] = [before.evidence, now.evidence];
  const reasons = [
    ...fileReason(old.spec, current.spec),
    ...fileReason(old.board, current.board),
    ...inputReasons(old.inputs, current.inputs, (task) => waysTo(task, before.origins, now.origins)),
    ...toolReasons(old, current),
    ...namesOf(old.pins, current.pins).flatMap((name) => pinReason(name, old.pins[name], current.pins[name])),
    ...(old.engine === current.engine ? [] : [`the proof executor's own code changed (${change(old.engine, current.engine)})`]),
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

function inputReasons(before: readonly InputFile[], now: readonly InputFile[], waysOf: (task: string) => string[]): string[] {
  const known = new Map(before.map((input) => [input.name, input.sha256]));
  return now.flatMap(({ name, file, sha256 }) => {
    const old = known.get(name);
    if (old === sha256) return [];
    const producer = producerOf(file);
    const bytes = `${name}: ${producer} made other bytes (${old === undefined ? 'new' : change(old, sha256)})`;
    return [bytes, ...waysOf(producer).map((way) => `${name}: ${way}`)];
  });
}

/** `dist/<project>/<target>/<file>` is what `project:target` made; the name of a project may have a scope. */
function producerOf(file: string): string {
  const [, project, target] = /^[^/]+\/(@[^/]+\/[^/]+|[^/]+)\/([^/]+)\/./.exec(file) ?? [];
  return project === undefined ? file : `${project}:${target}`;
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
