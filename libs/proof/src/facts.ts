// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { sha256, sha512 } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';
import { readProperty } from './conditions/device-tree';
import type { DeviceTreeTools } from './evidence/probe';
import type { FactSpec, ProofSpec } from './spec/types';
import { evaluate, hex, type Datum } from './value';

/** Gives the host's path of an artefact or of a drive's first content. */
export type SourcePath = (name: string) => string;

type Computed = Exclude<FactSpec, string | number | boolean>;
type Keys<T> = T extends unknown ? keyof T : never;
type FactOf<K> = Extract<Computed, Record<K & string, string>>;

/** The part of a file that a digest is of. */
function partOf(path: string, { offset = 0, size }: { offset?: number; size?: number }): Buffer {
  return readFileSync(path).subarray(offset, size === undefined ? undefined : offset + size);
}

/** How a fact is computed, by the key that names its source. `size` comes last: it may belong to a digest. */
const KINDS = {
  device_tree: (fact: FactOf<'device_tree'>, path: string, tools: DeviceTreeTools) =>
    readProperty(tools, path, { node: fact.node, property: fact.property, text: '' }),
  sha256: (fact: FactOf<'sha256'>, path: string) => sha256(partOf(path, fact)),
  sha512: (fact: FactOf<'sha512'>, path: string) => sha512(partOf(path, fact)),
  count: ({ pattern }: FactOf<'count'>, path: string) => String([...readFileSync(path, 'utf8').matchAll(new RegExp(pattern, 'gmu'))].length),
  u32: ({ offset }: FactOf<'u32'>, path: string) => hex(BigInt(readFileSync(path).readUInt32LE(offset))),
  u64: ({ offset }: FactOf<'u64'>, path: string) => hex(readFileSync(path).readBigUInt64LE(offset)),
  size: (_fact: FactOf<'size'>, path: string) => String(statSync(path).size),
} satisfies Partial<Record<Keys<Computed>, unknown>>;
type FactKind = keyof typeof KINDS;

export const FACT_KINDS = Object.keys(KINDS) as readonly FactKind[];

/** The key of a fact that names its source, an artefact or a drive; undefined where it has none. */
export function factKind(fact: Computed): FactKind | undefined {
  return FACT_KINDS.find((kind) => kind in fact);
}

async function compute(fact: Computed, path: SourcePath, tools: DeviceTreeTools): Promise<Datum> {
  const kind = factKind(fact) as FactKind;
  const source = path((fact as Record<string, unknown>)[kind] as string);
  return KINDS[kind](fact as never, source, tools);
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
