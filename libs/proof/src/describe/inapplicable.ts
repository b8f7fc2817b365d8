// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { loadYaml } from '@nexus-forge/config';
import { ForgeError, type Place } from '@nexus-forge/process';
import schema from '../../inapplicable.schema.json';
import type { Check, ProofSpec } from '../spec/types';
import { judgedChecks, killedBy } from '../spec/validate';
import type { Datum } from '../value';
import { holds } from './when';

type Values = ReadonlyMap<string, Datum>;

/** What a board.yaml says of a proof: checks that its machine cannot offer, each with the reason. */
export interface Inapplicable {
  /** The board.yaml, as errors name it. */
  file: string;
  /** Check → reason. */
  reasons: Readonly<Record<string, string>>;
  placeOf: (check: string) => Place;
}

interface BoardPart {
  inapplicable?: Record<string, Record<string, string>>;
}

/** Reads what a board.yaml says of a proof. */
export function loadInapplicable(workspaceRoot: string, file: string, proof: string): Inapplicable {
  const { value, placeOf } = loadYaml<BoardPart>(resolve(workspaceRoot, file), schema, file);
  const reasons = value.inapplicable?.[proof] ?? {};
  return { file, reasons, placeOf: (check) => placeOf(['inapplicable', proof, check]) };
}

/**
 * The proof without the conditions and the mutants of what the board cannot offer. A `ForgeError` where the board
 * excuses itself from what is not a check, or from one whose needs it meets; and where it lacks such a need in silence.
 * Pure.
 */
export function excused(spec: ProofSpec, values: Values, board: Inapplicable): ProofSpec {
  const { proof, checks, mutants } = spec;
  const unknown = Object.keys(board.reasons).find((id) => !checks.some((check) => check.id === id));
  if (unknown !== undefined) {
    const expected = `one of ${checks.map(({ id }) => id).join(', ')}`;
    throw new ForgeError(`the proof ${proof} has no check ${unknown}`, { at: board.placeOf(unknown), expected });
  }
  const left: ProofSpec = { ...spec, checks: checks.map((check) => excusedCheck(check, spec, values, board)) };
  if (judgedChecks(left).length === 0) {
    throw new ForgeError(`no check of the proof ${proof} is left for this board`, {
      at: board.placeOf(checks[0]!.id),
      fix: 'leave the board out of the boards of the proof',
    });
  }
  const isLeft = (mutant: NonNullable<typeof mutants>[number]) =>
    killedBy(mutant, checks).length === 0 || killedBy(mutant, left.checks).length > 0;
  return { ...left, mutants: mutants?.filter(isLeft) };
}

function excusedCheck(check: Check, { proof }: ProofSpec, values: Values, board: Inapplicable): Check {
  const { id, needs } = check;
  const reason = board.reasons[id];
  const unmet = Object.entries(needs ?? {}).filter(([name, wanted]) => !holds({ [name]: wanted }, values));
  if (reason === undefined && unmet.length > 0) {
    const summary = `the board cannot offer what the check ${id} of the proof ${proof} needs, and does not say so`;
    throw new ForgeError(summary, {
      at: { file: board.file },
      expected: `inapplicable: { ${proof}: { ${id}: <the reason> } }`,
      found: foundIn(unmet.map(([name]) => name), values),
    });
  }
  if (reason !== undefined && needs === undefined) {
    throw new ForgeError(`the check ${id} of the proof ${proof} needs nothing that a board could lack`, {
      at: board.placeOf(id),
      expected: `\`needs\` of the check, in the proof: what a machine must have for it`,
      found: `the board's word: ${reason}`,
    });
  }
  if (reason !== undefined && needs !== undefined && unmet.length === 0) {
    throw new ForgeError(`the check ${id} of the proof ${proof} is applicable: the board has what it needs`, {
      at: board.placeOf(id),
      found: foundIn(Object.keys(needs), values),
      fix: 'take the line out',
    });
  }
  return reason === undefined ? check : { ...check, inapplicable: reason, expect: [] };
}

const foundIn = (names: readonly string[], values: Values) =>
  names.map((name) => `${name} is ${values.get(name) ?? 'not there'}`).join(', ');
