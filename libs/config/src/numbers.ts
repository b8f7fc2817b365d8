// SPDX-License-Identifier: Apache-2.0
// Numbers of YAML files can be addresses, masks and registers: each is exact, or refused.
import { ForgeError, type Place } from '@nexus-forge/process';
import { isScalar, visit, type Document, type Scalar, type ScalarTag } from 'yaml';

/** Digits in groups, as people write addresses: `0x0901_0000`. */
const GROUPED = /^[-+]?(?:0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)+|0o[0-7]+(?:_[0-7]+)+|(?:0|[1-9][0-9]*)(?:_[0-9]+)+)$/;

const grouped: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: GROUPED,
  resolve: (text) => integerOf(text.replaceAll('_', '')),
};

/** How `parseDocument` is asked to read a file: integers exactly, grouped digits and merge keys as a reader means them. */
export const READ_OPTIONS = {
  intAsBigInt: true,
  merge: true,
  customTags: (tags: (ScalarTag | string | object)[]) => [grouped, ...tags] as ScalarTag[],
} as const;

const DECIMAL = /^([-+]?)([0-9]*)\.?([0-9]*)(?:[eE]([-+]?[0-9]{1,3}))?$/;

/** The integer that a decimal with a point or an exponent spells; undefined where it spells none. */
function integerSpelled(source: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(source) ?? [];
  const digits = whole + fraction;
  const shift = Number(exponent) - fraction.length;
  const kept = shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift);
  const lost = shift < 0 ? digits.slice(shift) : '';
  if (digits === '' || /[1-9]/.test(lost)) return undefined;
  const magnitude = BigInt(kept || '0');
  return sign === '-' ? -magnitude : magnitude;
}

function integerOf(text: string): bigint {
  const magnitude = BigInt(text.replace(/^[-+]/, ''));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** A number that begins with a zero and more digits: YAML 1.1 reads it as octal, 1.2 as decimal. */
const LEADING_ZERO = /^[-+]?0[0-9]+$/;
const OCTAL = /^0(?:o?[0-7]+)?$/;

/** Keys whose numbers are octal as `chmod` has them: with a 0 or 0o in front. */
export type OctalKeys = ReadonlySet<string>;

/**
 * Makes every number of a document one that JavaScript holds exactly: a number, or a `bigint` above 2^53 - 1. Throws
 * a `ForgeError` for one whose value depends on who reads it.
 */
export function settleNumbers(document: Document, octal: OctalKeys, placeAt: (offset: number | undefined) => Place): void {
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || (typeof node.value !== 'bigint' && typeof node.value !== 'number')) return;
      const parent = path[path.length - 1] as { key?: unknown } | undefined;
      const name = isScalar(parent?.key) ? String(parent.key.value) : undefined;
      node.value = exactValue(node, name !== undefined && octal.has(name), placeAt(node.range?.[0]));
    },
  });
}

function exactValue(node: Scalar, octal: boolean, at: Place): number | bigint {
  const source = node.source ?? String(node.value);
  if (octal) return octalValue(source, at);
  if (LEADING_ZERO.test(source)) {
    const digits = source.replace(/^([-+]?)0+(?=[0-9])/, '$1');
    throw new ForgeError(`the number ${source} means different things to different readers`, {
      at,
      expected: `${digits} (decimal)${/[89]/.test(digits) ? '' : ` or 0o${digits} (octal)`}`,
      found: source,
    });
  }
  if (typeof node.value === 'bigint') return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : node.value;
  const value = node.value as number;
  if (!Number.isInteger(value)) return value;
  const spelled = integerSpelled(source);
  if (spelled === undefined) throw new ForgeError(`the number ${source} cannot be held exactly`, { at, expected: 'fewer digits', found: source });
  return Number.isSafeInteger(value) ? value : spelled;
}

function octalValue(source: string, at: Place): number {
  if (OCTAL.test(source)) return parseInt(source.replace('o', ''), 8);
  throw new ForgeError('permission bits are written in octal', { at, expected: 'as in 0644 or 0o644', found: source });
}

/** Whether a value holds an integer beyond 2^53 - 1 somewhere. */
export function holdsBig(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(holdsBig);
}

/** A copy in which each big integer is replaced. */
export function replaceBig(value: unknown, by: (big: bigint) => unknown): unknown {
  if (typeof value === 'bigint') return by(value);
  if (Array.isArray(value)) return value.map((one) => replaceBig(one, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaceBig(one, by)]));
}

/** A big integer as the text that stands for it where text may: hexadecimal, or decimal below zero. */
export function bigText(big: bigint): string {
  return big < 0n ? String(big) : `0x${big.toString(16)}`;
}
