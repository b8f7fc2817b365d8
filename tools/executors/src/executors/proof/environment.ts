// SPDX-License-Identifier: Apache-2.0
import { sha256File } from '@nexus-forge/artefact';
import type { Apparatus, ProofEnvironment, ProofSpec } from '@nexus-forge/proof';
import {
  HOST,
  isFilePin,
  loadManifest,
  locateTool,
  parseToolReference,
  pinFor,
  pinnedVersions,
  requireTool,
  type Manifest,
  type Tool,
} from '@nexus-forge/toolchain';

/** A pinned source, as the evidence names it: the series that this machine has chosen, and what it is. */
async function sourceIdentity(workspaceRoot: string, reference: string): Promise<string> {
  const asked = parseToolReference(reference);
  const pin = pinFor(loadManifest(workspaceRoot), asked);
  // Artefacts may come from a cache, made on a machine that had the source.
  const isAbsent = isFilePin(pin) && locateTool(workspaceRoot, asked.name, pin) === undefined;
  if (pin && isAbsent) return `${pinnedVersions(pin).join(' or ')}, not on this machine`;
  const { version, series, sha256 } = await requireTool(workspaceRoot, reference);
  return `${version ?? series ?? 'not pinned'}, sha256 ${sha256}`;
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
    apparatus: apparatusOf(loadManifest(workspaceRoot), [qemu, dtc], Object.fromEntries(sources)),
    print: (line) => console.log(line),
  };
}

function apparatusOf({ toolchain }: Manifest, tools: readonly Tool[], sources: Readonly<Record<string, string>>): Apparatus {
  const names = [...tools.map(({ name }) => name), ...Object.keys(sources)];
  return {
    tools: { ...Object.fromEntries(tools.map(({ name, version }) => [name, version ?? ''])), ...sources },
    identities: Object.fromEntries(tools.map(({ name, sha256 }) => [name, `${HOST} ${sha256}`])),
    pins: Object.fromEntries(names.map((name) => [name, toolchain[parseToolReference(name).name] ?? null])),
    // Bundled, this is the whole executor in one file.
    engine: sha256File(__filename),
  };
}
