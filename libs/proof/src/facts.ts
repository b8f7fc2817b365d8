// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { sha256 } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';
import { readProperty } from './conditions/device-tree';
import type { DeviceTreeTools } from './evidence/probe';
import type { FactSpec, ProofSpec } from './spec/types';
import { evaluate, hex, type Datum } from './value';

/** Gives the host's path of an artefact or of a drive's first content. */
export type SourcePath = (name: string) => string;

async function compute(fact: Exclude<FactSpec, string | number | boolean>, path: SourcePath, tools: DeviceTreeTools): Promise<Datum> {
  if ('device_tree' in fact) {
    return readProperty(tools, path(fact.device_tree), { node: fact.node, property: fact.property, text: '' });
  }
  if ('size' in fact && !('sha256' in fact)) return String(readFileSync(path(fact.size)).length);
  if ('count' in fact) {
    const pattern = new RegExp(fact.pattern, 'gmu');
    return String([...readFileSync(path(fact.count), 'utf8').matchAll(pattern)].length);
  }
  if ('u32' in fact) return hex(BigInt(readFileSync(path(fact.u32)).readUInt32LE(fact.offset)));
  if ('u64' in fact) return hex(readFileSync(path(fact.u64)).readBigUInt64LE(fact.offset));
  const content = readFileSync(path(fact.sha256));
  const offset = fact.offset ?? 0;
  return sha256(content.subarray(offset, fact.size === undefined ? undefined : offset + fact.size));
}

/** Computes the host's facts, which captures and evidence are compared with. */
export async function hostFacts(
  spec: ProofSpec,
  path: SourcePath,
  tools: DeviceTreeTools,
): Promise<Map<string, Datum>> {
  const facts = new Map<string, Datum>();
  for (const [name, fact] of Object.entries(spec.facts ?? {})) {
    try {
      const value = typeof fact === 'object' ? await compute(fact, path, tools) : evaluate(fact, (other) => facts.get(other));
      facts.set(name, value);
    } catch (error) {
      if (error instanceof ForgeError) throw error;
      throw new ForgeError(`the fact ${name} cannot be computed`, { found: (error as Error).message });
    }
  }
  return facts;
}
