// SPDX-License-Identifier: Apache-2.0

/**
 * A YAML mapping as the graph takes it: what can be read of it. A fault in one file must not take every Nx command
 * down; the executor that uses the file validates it and reports the fault with its place.
 */
export class LenientMap {
  private constructor(private readonly value: Readonly<Record<string, unknown>>) {}

  static parse(text: string): LenientMap {
    try {
      const { parseDocument } = require('./yaml-parser') as typeof import('./yaml-parser');
      return LenientMap.of(parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent' }).toJS({ maxAliasCount: 100 }));
    } catch {
      return LenientMap.of(undefined);
    }
  }

  static of(value: unknown): LenientMap {
    return new LenientMap(isMap(value) ? value : {});
  }

  text(key: string): string | undefined {
    const value = this.value[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** What may be written as one name, or as a list of several: each once. */
  names(key: string): string[] {
    const value = this.value[key];
    const isName = (name: unknown): name is string => typeof name === 'string' && name !== '';
    return [...new Set((Array.isArray(value) ? value : [value]).filter(isName))];
  }

  number(key: string): number | undefined {
    const value = this.value[key];
    return typeof value === 'number' ? value : undefined;
  }

  list(key: string): readonly unknown[] {
    const value = this.value[key];
    return Array.isArray(value) ? value : [];
  }

  map(key: string): LenientMap {
    return LenientMap.of(this.value[key]);
  }

  has(key: string): boolean {
    return this.value[key] !== undefined && this.value[key] !== null;
  }

  entries(): [string, unknown][] {
    return Object.entries(this.value);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
