// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import type { SourceNode } from './tree';

/** Bytes of one value, by the tag that dtc gives a list of others than 32-bit cells. */
const WIDTHS: Readonly<Record<string, number>> = { '!u8': 1, '!u16': 2, '!u64': 8 };
const CELL = 4;

/**
 * The nodes of a tree in dtc's YAML, parents first. dtc guesses which values are text; it is the bytes that count, and
 * either form has them all.
 */
export function nodesFrom(text: string): SourceNode[] {
  // A node may be called like a property beside it.
  const { contents } = parseDocument(text, { uniqueKeys: false, intAsBigInt: true, logLevel: 'silent' });
  const root = isSeq(contents) ? contents.items[0] : undefined;
  return isMap(root) ? nodesOf(root, '/') : [];
}

function nodesOf(map: YAMLMap, path: string, parent?: SourceNode): SourceNode[] {
  const pairs = map.items.map(({ key, value }) => ({
    key: String(isScalar(key) ? key.value : key),
    value: value as Node | null,
  }));
  const properties = new Map(pairs.flatMap(({ key, value }) => (isMap(value) ? [] : [[key, bytesOf(value)] as const])));
  const node: SourceNode = { path, name: path.slice(path.lastIndexOf('/') + 1).replace(/@.*/, ''), parent, properties };
  const children = pairs.flatMap(({ key, value }) =>
    isMap(value) ? nodesOf(value, `${path === '/' ? '' : path}/${key}`, node) : [],
  );
  return [node, ...children];
}

/** A property is `true` where it is empty, else a list of texts and of lists of numbers. */
function bytesOf(value: Node | null): Buffer {
  return isSeq(value) ? Buffer.concat(value.items.map((item) => partOf(item as Node))) : Buffer.alloc(0);
}

function partOf(item: Node): Buffer {
  if (!isSeq(item)) return Buffer.from(`${isScalar(item) ? String(item.value) : ''}\0`, 'latin1');
  const width = WIDTHS[item.tag ?? ''] ?? CELL;
  return Buffer.concat(item.items.map((one) => bigEndian(isScalar(one) ? BigInt(one.value as bigint) : 0n, width)));
}

function bigEndian(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytes.subarray(8 - width);
}
