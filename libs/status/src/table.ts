// SPDX-License-Identifier: Apache-2.0
import type { Row } from './row';

type Column = readonly [heading: string, cell: (row: Row) => string];

const FULL: readonly Column[] = [
  ['component', (row) => row.component],
  ['status', (row) => row.status],
  ['N/N', (row) => row.count],
  ['when', (row) => row.when],
  ['configuration', (row) => row.configuration],
  ['with', (row) => row.with],
  ['evidence', (row) => row.evidence],
];

/** What stays the same from run to run and from one supported machine to the next: for a page that is committed. */
const LASTING: readonly Column[] = FULL.filter(([heading]) => !['when', 'with'].includes(heading));

/** The table for a terminal: aligned, two spaces between columns. */
export function terminalTable(rows: readonly Row[]): string {
  const cells = [FULL.map(([heading]) => heading), ...rows.map((row) => FULL.map(([, cell]) => cell(row)))];
  const widths = FULL.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  return cells.map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** The table as Markdown, without times. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(LASTING.map(([heading]) => heading)),
    line(LASTING.map(() => '---')),
    ...rows.map((row) => line(LASTING.map(([heading, cell]) => (heading === 'evidence' ? `\`${cell(row)}\`` : cell(row))))),
  ].join('\n');
}

const BEGIN = '<!-- status: written by `npx nx run nexus-forge:status-readme` -->';
const END = '<!-- /status -->';

/** A page with the table between its marks made anew; `undefined` where the page has no marks. */
export function withStatus(page: string, rows: readonly Row[]): string | undefined {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  return `${page.slice(0, begin + BEGIN.length)}\n\n${markdownTable(rows)}\n\n${page.slice(end)}`;
}
