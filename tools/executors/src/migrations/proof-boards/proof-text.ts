// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from 'yaml';

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * A proof of version 0.1, which named one board, as one that names a list of boards: `board: x` becomes `boards: [x]`,
 * and what it takes of that board becomes what it takes of each, `{board}:…`. All else stays as it is written, comments
 * too. Text that is no such proof comes back as it is.
 */
export function withBoards(text: string): string {
  const { contents, errors } = parseDocument(text, { prettyErrors: false });
  if (errors.length > 0 || !isMap(contents) || contents.has('boards')) return text;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === 'board');
  if (!isScalar(pair?.key) || !isScalar(pair.value) || typeof pair.value.value !== 'string') return text;
  const board = pair.value.value;
  const [keyEdit, valueEdit] = [edit(pair.key, 'boards'), edit(pair.value, `[${written(text, pair.value)}]`)];
  const sabotage = contents.get('sabotage');
  const taken = [contents, isMap(sabotage) ? sabotage : undefined].flatMap((map) => artefactEdits(map, board));
  const edits = [keyEdit, valueEdit, ...taken].sort((a, b) => b.start - a.start);
  return edits.reduce((so, { start, end, text: now }) => so.slice(0, start) + now + so.slice(end), text);
}

/** Of the artefacts below a mapping those that the board makes. */
function artefactEdits(map: YAMLMap | undefined, board: string): Edit[] {
  const artefacts = map?.get('artefacts');
  return (isMap(artefacts) ? artefacts.items : []).flatMap(({ value }) => {
    if (!isScalar(value) || typeof value.value !== 'string' || !value.value.startsWith(`${board}:`)) return [];
    return [edit(value, JSON.stringify(`{board}${value.value.slice(board.length)}`))];
  });
}

function edit({ range }: Scalar, text: string): Edit {
  const [start, end] = range!;
  return { start, end, text };
}

function written(text: string, { range }: Scalar): string {
  const [start, end] = range!;
  return text.slice(start, end);
}
