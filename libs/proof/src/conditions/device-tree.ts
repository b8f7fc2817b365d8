// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { sha256 } from '@nexus-forge/artefact';
import { runTool } from '@nexus-forge/process';
import type { DeviceTreeTools, Probe } from '../evidence/probe';
import type { DeviceTreeCondition, PropertyExpectation } from '../spec/types';
import { ValueError, compare, evaluate, evaluateNumber, hex, type Lookup } from '../value';
import type { ConditionKind } from './kind';
import { seenValues } from './seen';

const TOOL_LIMIT_MS = 10_000;
/** Devicetree Specification 5.2: totalsize is the header's second word, and the magic its first. */
const HEADER_BYTES = 8;
const MAGIC = 0xd00dfeed;
const TREE_BYTES_MAX = 2 * 1024 * 1024;

const dtcTool = (command: string, args: readonly string[]) =>
  runTool({ command, args, timeoutMs: TOOL_LIMIT_MS, package: 'device-tree-compiler', okCodes: [0, 1] });

/** The blob at an address, as long as its own header says. */
async function readTree(probe: Probe, address: bigint): Promise<Buffer> {
  const header = await probe.memory(address, HEADER_BYTES);
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC) throw new ValueError(`${hex(address)} holds ${hex(BigInt(magic))}, not the FDT magic ${hex(BigInt(MAGIC))}`);
  const size = header.readUInt32BE(4);
  if (size < HEADER_BYTES || size > TREE_BYTES_MAX) throw new ValueError(`the tree at ${hex(address)} claims ${size} bytes`);
  return probe.memory(address, size);
}

type Equality = NonNullable<DeviceTreeCondition['equals']>;

/** What the host's artefact becomes when the same properties are set in it by the field's own tool. */
async function expectedDigest(equals: Equality, probe: Probe, lookup: Lookup): Promise<string> {
  const copy = probe.scratchFile();
  copyFileSync(probe.artefact(equals.artefact), copy);
  for (const { node, property, u64 } of equals.set ?? []) {
    const value = evaluateNumber(u64, lookup);
    const cells = [value >> 32n, value & 0xffff_ffffn].map((cell) => cell.toString(16));
    const { stderr, code } = await dtcTool(probe.deviceTreeTools.fdtput, ['-t', 'x', copy, node, property, ...cells]);
    if (code !== 0) throw new ValueError(`${equals.artefact}: ${node} ${property}: ${stderr.trim()}`);
  }
  return sha256(readFileSync(copy));
}

/** A property's value: `<cells in hex>` or text; `present` for one without a value, `absent` for none. */
export async function readProperty(
  { fdtget }: DeviceTreeTools,
  tree: string,
  { node, property, text }: PropertyExpectation,
): Promise<string> {
  const { stdout, code } = await dtcTool(fdtget, ['-t', text === undefined ? 'x' : 's', tree, node, property]);
  if (code !== 0) return 'absent';
  return stdout.trim() === '' ? 'present' : stdout.trim();
}

const nameOf = ({ node, property }: PropertyExpectation) => `${node === '/' ? '' : node}/${property}`;

function wantedProperty(expectation: PropertyExpectation, lookup: Lookup): string {
  const { cells, text, present } = expectation;
  if (text !== undefined) return evaluate(text, lookup);
  if (cells) return cells.map((term) => evaluateNumber(term, lookup).toString(16)).join(' ');
  return present === false ? 'absent' : 'present';
}

export const deviceTree: ConditionKind<DeviceTreeCondition> = {
  key: 'device_tree',
  how: 'seen',
  vacuous: (condition) => (condition.equals || condition.properties?.length ? undefined : 'it asks nothing of the tree'),
  async observe(condition, probe, lookup) {
    const address = evaluateNumber(condition.device_tree, lookup);
    const tree = await readTree(probe, address);
    return async () => {
      const file = probe.scratchFile();
      writeFileSync(file, tree);
      const values: Record<string, string> = { address: hex(address), sha256: sha256(tree) };
      if (condition.equals) values['expected'] = await expectedDigest(condition.equals, probe, lookup);
      for (const property of condition.properties ?? []) {
        values[nameOf(property)] = await readProperty(probe.deviceTreeTools, file, property);
      }
      return { values };
    };
  },
  judge(condition, context) {
    const seen = seenValues(condition, context, `a device tree at ${condition.device_tree}`);
    if ('missing' in seen) return seen.missing;
    const { values } = seen;
    const facts = (condition.properties ?? []).map((property) => {
      const wanted = wantedProperty(property, context.lookup);
      const found = values[nameOf(property)] ?? 'absent';
      const met = wanted === 'present' ? found !== 'absent' : found === wanted;
      return { met, expected: `${nameOf(property)} = ${wanted}`, found: `${nameOf(property)} = ${found}` };
    });
    if (condition.equals) {
      const { met, expected, found } = compare(values['sha256'] as string, values['expected'] as string, context.lookup);
      facts.unshift({ met, expected: `sha256 ${expected} of ${condition.equals.artefact}, patched alike`, found: `sha256 ${found}` });
    }
    const place = `device tree at ${values['address']} (${condition.at})`;
    return {
      met: facts.every(({ met }) => met),
      expected: `${place}: ${facts.map(({ expected }) => expected).join(', ')}`,
      evidence: `${place}: ${facts.map(({ found }) => found).join(', ')}`,
    };
  },
};
