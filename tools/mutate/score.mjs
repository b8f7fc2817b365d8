// SPDX-License-Identifier: Apache-2.0
// What the rows came to: matrix and score. Pure.

/**
 * What a row came to. `judged`: what each test or check of `notice` said: `noticed`, `passed`, or `broken` when it
 * could not even be built.
 */
export function outcomeOf({ beyond }, judged) {
  const said = Object.values(judged).map(({ verdict }) => verdict);
  if (said.includes('broken')) return 'broken';
  const noticed = said.every((verdict) => verdict === 'noticed');
  if (beyond !== undefined) return said.includes('noticed') ? 'not beyond' : 'beyond';
  return noticed ? 'killed' : 'survived';
}

/** Rows that count, and those that were killed. */
export function scoreOf(results) {
  const counted = results.filter(({ outcome }) => outcome !== 'beyond');
  return { killed: counted.filter(({ outcome }) => outcome === 'killed').length, total: counted.length, beyond: results.length - counted.length };
}

/** Whether no row is a survivor or a mistake of the table. */
export const isGood = (results) => results.every(({ outcome }) => outcome === 'killed' || outcome === 'beyond');

const MARKS = { noticed: 'x', passed: '-', broken: '!' };

/** A line for one row: outcome, id, who noticed. */
export function rowLine({ id, outcome, judged, does }) {
  const judges = Object.entries(judged).map(([judge, { verdict }]) => `${MARKS[verdict]} ${judge}`).join('  ');
  return `${outcome === 'killed' || outcome === 'beyond' ? '   ' : '>> '}${outcome.padEnd(10)} ${id.padEnd(34)} ${judges}${outcome === 'killed' ? '' : `\n              ${[does, ...Object.values(judged).map(({ by }) => by)].filter(Boolean).join('; ')}`}`;
}

/** The matrix, part by part: how many of its rows each kind of judge killed; then the score. */
export function summary(results) {
  const parts = [...new Set(results.map(({ part }) => part))];
  const kinds = [...new Set(results.flatMap(({ judged }) => Object.keys(judged).map(kindOf)))].sort();
  const width = Math.max(12, ...kinds.map((kind) => kind.length)) + 2;
  const head = `${'part'.padEnd(14)}${['killed', ...kinds].map((title) => title.padStart(width)).join('')}`;
  const rows = parts.map((part) => {
    const of = results.filter((result) => result.part === part);
    const { killed, total } = scoreOf(of);
    const cells = kinds.map((kind) => of.filter(({ judged }) => noticedBy(judged, kind)).length || '');
    return `${part.padEnd(14)}${[`${killed}/${total}`, ...cells].map((cell) => String(cell).padStart(width)).join('')}`;
  });
  const { killed, total, beyond } = scoreOf(results);
  const rest = beyond > 0 ? `, and ${beyond} beyond what this machine can show` : '';
  return [head, ...rows, '', `=== Mutations: ${killed}/${total} killed${rest} ===`];
}

/** `zig`, or `proof el2-staged-eret`: the suite without the check. */
const kindOf = (judge) => (judge.startsWith('proof:') ? `proof ${judge.slice(6).split('/')[0]}` : judge.split(':')[0]);
const noticedBy = (judged, kind) => Object.entries(judged).some(([judge, { verdict }]) => kindOf(judge) === kind && verdict === 'noticed');
