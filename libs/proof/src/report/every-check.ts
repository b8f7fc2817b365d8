// SPDX-License-Identifier: Apache-2.0
import type { InapplicableCheck } from '../judge';

interface Shown<Judged, Text> {
  judged: (check: Judged) => Text;
  inapplicable: (check: InapplicableCheck) => Text;
}

/** Every check in the proof's order, those that the board cannot offer among them. */
export function everyCheck<Judged extends { number: number }, Text>(
  { checks, inapplicable }: { checks: readonly Judged[]; inapplicable: readonly InapplicableCheck[] },
  show: Shown<Judged, Text>,
): Text[] {
  const told = [
    ...checks.map((check) => ({ number: check.number, text: show.judged(check) })),
    ...inapplicable.map((check) => ({ number: check.number, text: show.inapplicable(check) })),
  ];
  return told.sort((one, other) => one.number - other.number).map(({ text }) => text);
}
