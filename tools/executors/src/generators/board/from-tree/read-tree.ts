// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { MAGIC } from '@nexus-forge/artefact';
import { ForgeError, runTool } from '@nexus-forge/process';
import type { SourceTree } from './tree';
import { nodesFrom } from './yaml-tree';

const TIMEOUT_MS = 60_000;
const MAGIC_BYTES = Buffer.from(MAGIC.deviceTreeBlob.bytes);
const MAGIC_TEXT = MAGIC_BYTES.toString('hex');
const DTC = { command: 'dtc', timeoutMs: TIMEOUT_MS, package: 'device-tree-compiler' } as const;

/**
 * Reads a blob by dtc, as YAML, which dtc makes of source alone: so it goes there twice. The reservations outside of
 * the tree stand in the source only.
 */
export async function readSourceTree(blob: string): Promise<SourceTree> {
  refuseOther(blob);
  const { stdout: source } = await runTool({ ...DTC, args: ['-q', '-I', 'dtb', '-O', 'dts', blob] });
  const { stdout: yaml } = await runTool({ ...DTC, args: ['-q', '-I', 'dts', '-O', 'yaml', '-'], input: source });
  return { nodes: nodesFrom(yaml), reserved: reservationsIn(source) };
}

/** The lines `/memreserve/ <base> <size>;` of dtc's source. */
export function reservationsIn(source: string): { base: number; size: number }[] {
  const lines = source.matchAll(/^\/memreserve\/\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+);/gm);
  return [...lines].map(([, base, size]) => ({ base: Number(base), size: Number(size) }));
}

function refuseOther(blob: string): void {
  const found = existsSync(blob) ? headOf(blob) : 'no such file';
  if (found === MAGIC_TEXT) return;
  throw new ForgeError(`${blob} is no device tree blob`, {
    expected: `a file that begins with ${MAGIC_TEXT}`,
    found,
    fix: 'give /sys/firmware/fdt of the running board, or what dtc makes of its source',
  });
}

function headOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC_BYTES.length);
    return bytes.subarray(0, readSync(descriptor, bytes)).toString('hex') || 'an empty file';
  } finally {
    closeSync(descriptor);
  }
}
