// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAGIC, sha512, stageOutputs } from '@nexus-forge/artefact';
import { hexWide, readProperties, type DeviceTreeTools, type LoadedCell } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { listArchive, writeArchive } from './archive';
import { checkFit } from './fit';
import { MEMBERS, readMembers, SUMS, type Payload, type Sources } from './members';

/** The bundle's file name in the output directory. */
export const BUNDLE = 'cell.cpio';

export interface BundleOptions {
  cell: LoadedCell;
  sources: Sources;
  tools: Pick<DeviceTreeTools, 'dtc' | 'fdtget'>;
  outputDirectory: string;
  /** Members that are outputs of their own, beside the bundle. */
  beside?: readonly Payload[];
  signal?: AbortSignal;
}

/** Bytes of the bundle and the digest of each payload member. */
export interface BundleResult {
  digests: Readonly<Record<Payload, string>>;
  sizes: Readonly<Record<Payload, number>>;
}

/** `SHA512SUMS` in the form of sha512sum(1). */
export function digestList(digests: Readonly<Record<Payload, string>>): string {
  return payloads()
    .map((name) => `${digests[name]}  ${name}\n`)
    .join('');
}

function payloads(): Payload[] {
  return MEMBERS.filter((name): name is Payload => name !== SUMS);
}

function perPayload<T>(value: (name: Payload) => T): Record<Payload, T> {
  return Object.fromEntries(payloads().map((name) => [name, value(name)])) as Record<Payload, T>;
}

/** Checks the members, alone and together, and packs them into one archive with their digests first. */
export async function makeBundle(options: BundleOptions): Promise<BundleResult> {
  const { cell, sources, tools, outputDirectory, beside = [], signal } = options;
  const { content, image } = await readMembers(sources, tools.dtc);
  await checkManifest(tools.fdtget, cell, sources['manifest.dtb']);
  const sizes = perPayload((name) => content[name].length);
  checkFit(cell, { image, initramfs: sizes['initramfs.cpio.gz'], deviceTree: sizes['cell.dtb'] });

  const digests = perPayload((name) => sha512(content[name]));
  const members = MEMBERS.map((name) => [name, name === SUMS ? Buffer.from(digestList(digests)) : content[name]] as const);
  const outputs = [{ file: BUNDLE, magic: MAGIC.cpio, verify: verifyOrder }, ...beside.map((file) => ({ file }))];
  await stageOutputs(outputDirectory, outputs, async (staging) => {
    for (const name of beside) writeFileSync(join(staging, name), content[name]);
    await writeArchive(members, join(staging, BUNDLE), join(staging, 'members'), signal);
  });
  return { digests, sizes };
}

/** Rumpk reads the archive front to back and needs the digests before what they are of. */
async function verifyOrder(archive: string): Promise<void> {
  const names = await listArchive(archive);
  if (names.join() === MEMBERS.join()) return;
  throw new ForgeError(`${BUNDLE} has other members than it should`, { expected: MEMBERS.join(', '), found: names.join(', ') });
}

/** A manifest of another cell, or of an older cell.yaml, would pass every other check. */
async function checkManifest(fdtget: string, cell: LoadedCell, { path, name }: { path: string; name: string }): Promise<void> {
  const [found] = await readProperties(fdtget, path, [{ path: '/cell', property: 'carve-out', kind: 'hex' }]);
  const { base, size } = cell.value.carve_out;
  const expected = hexWide(base, size);
  if (found === expected) return;
  throw new ForgeError(`${name} was not made from ${cell.file}`, {
    expected: `carve-out ${expected}`,
    found: found ?? 'no carve-out',
    fix: 'run the device-tree target of the board again',
  });
}
