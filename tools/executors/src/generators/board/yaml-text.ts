// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, parseDocument, stringify } from 'yaml';

/**
 * Sets top-level scalars of a YAML text where they stand, so that comments, numbers' bases and layout stay as they
 * are; a key that is not there yet is put at the end.
 */
export function withScalars(text: string, values: Readonly<Record<string, string>>): string {
  const { contents } = parseDocument(text);
  const edits = Object.entries(values).flatMap(([key, value]) => {
    const pair = isMap(contents) ? contents.items.find(({ key: found }) => isScalar(found) && found.value === key) : undefined;
    const range = isScalar(pair?.value) ? pair.value.range : undefined;
    return [{ key, written: stringify(value, { lineWidth: 0 }).trimEnd(), range }];
  });
  const inPlace = edits.filter(({ range }) => range).sort((a, b) => (b.range?.[0] ?? 0) - (a.range?.[0] ?? 0));
  const edited = inPlace.reduce((so, { written, range }) => so.slice(0, range?.[0]) + written + so.slice(range?.[1]), text);
  const added = edits.filter(({ range }) => !range).map(({ key, written }) => `${key}: ${written}\n`);
  return edited + added.join('');
}
