// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import type { ProofEnvironment, ProofSpec } from '@nexus-forge/proof';
import { loadManifest, pinnedVersions, requireTool } from '@nexus-forge/toolchain';

/** A pinned source, as the evidence names it: its series and what it was on this machine. */
async function sourceIdentity(workspaceRoot: string, name: string): Promise<string> {
  const pin = loadManifest(workspaceRoot).toolchain[name];
  const series = pin ? pinnedVersions(pin).join(' or ') : 'not pinned';
  // Artefacts may come from a cache, made on a machine that had the source.
  if (pin?.file !== undefined && !existsSync(pin.file)) return `${series}, not on this machine`;
  const { version, sha256 } = await requireTool(workspaceRoot, name);
  return `${version ?? series}, sha256 ${sha256}`;
}

/** The pinned tools that a proof uses; `ForgeError` when one is missing or of another version. */
export async function proofEnvironment(workspaceRoot: string, spec: Pick<ProofSpec, 'pins'>): Promise<ProofEnvironment> {
  const qemu = await requireTool(workspaceRoot, 'qemu');
  const dtc = await requireTool(workspaceRoot, 'dtc');
  const sources = await Promise.all((spec.pins ?? []).map(async (name) => [name, await sourceIdentity(workspaceRoot, name)] as const));
  return {
    workspaceRoot,
    qemu: qemu.path,
    deviceTreeTools: { fdtget: dtc.sibling('fdtget'), fdtput: dtc.sibling('fdtput') },
    tools: { dtc: dtc.version ?? '', ...Object.fromEntries(sources) },
    print: (line) => console.log(line),
  };
}
