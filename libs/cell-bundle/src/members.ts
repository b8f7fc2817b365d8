// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hasMagic, MAGIC, readArm64Image, type Arm64ImageHeader } from '@nexus-forge/artefact';
import { ForgeError, runTool } from '@nexus-forge/process';

const TIMEOUT_MS = 30_000;

/** Names of the members as Rumpk asks for them, in the order in which they stand in the bundle. */
export const MEMBERS = ['SHA512SUMS', 'manifest.dtb', 'cell.dtb', 'Image', 'initramfs.cpio.gz'] as const;
export const SUMS = MEMBERS[0];
export type Payload = Exclude<(typeof MEMBERS)[number], typeof SUMS>;

/** Where each member comes from: a path to open, and what errors call it. */
export type Sources = Readonly<Record<Payload, { path: string; name: string }>>;

/** The checked content of the payload members, in bundle order. */
export interface Members {
  content: Readonly<Record<Payload, Buffer>>;
  image: Arm64ImageHeader;
}

/** Reads each member and refuses one that is missing, of another kind, or damaged. */
export async function readMembers(sources: Sources, dtc: string): Promise<Members> {
  const content = {
    'manifest.dtb': readMember(sources['manifest.dtb']),
    'cell.dtb': readMember(sources['cell.dtb']),
    Image: readMember(sources.Image),
    'initramfs.cpio.gz': readMember(sources['initramfs.cpio.gz']),
  };
  for (const name of ['manifest.dtb', 'cell.dtb'] as const) await checkDeviceTree(dtc, sources[name], content[name]);
  checkInitramfs(sources['initramfs.cpio.gz'].name, content['initramfs.cpio.gz']);
  return { content, image: readArm64Image(content.Image, sources.Image.name) };
}

function readMember({ path, name }: { path: string; name: string }): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ForgeError(`${name} cannot be read`, { found: (error as Error).message, fix: 'build the target that makes it' });
  }
}

/** dtc walks the whole blob: a wrong offset, size or tag anywhere in it is an error. */
async function checkDeviceTree(dtc: string, { path, name }: { path: string; name: string }, content: Buffer): Promise<void> {
  if (!hasMagic(content, MAGIC.deviceTreeBlob)) {
    throw new ForgeError(`${name} is not a device tree blob`, {
      expected: 'd00dfeed at byte 0',
      found: content.subarray(0, 4).toString('hex') || 'an empty file',
    });
  }
  const args = ['-q', '-I', 'dtb', '-O', 'dts', '-o', '/dev/null', path];
  try {
    await runTool({ command: dtc, args, timeoutMs: TIMEOUT_MS, package: 'device-tree-compiler' });
  } catch (error) {
    if (error instanceof ForgeError && /ended/.test(error.summary)) {
      throw new ForgeError(`${name} is a damaged device tree blob`, { expected: 'a blob that dtc can read', found: error.detail.output?.trim() });
    }
    throw error;
  }
}

/** RFC 1952 puts a CRC at the end of a gzip file; what is inside must be a cpio archive. */
function checkInitramfs(name: string, content: Buffer): void {
  const refuse = (expected: string, found: string): never => {
    throw new ForgeError(`${name} is not a usable initramfs`, { expected, found });
  };
  if (!hasMagic(content, MAGIC.gzip)) refuse('1f8b at byte 0 (gzip)', content.subarray(0, 2).toString('hex') || 'an empty file');
  let archive: Buffer = content;
  try {
    archive = gunzipSync(content);
  } catch (error) {
    refuse('an undamaged gzip file', (error as Error).message);
  }
  if (!hasMagic(archive, MAGIC.cpio)) refuse('070701 at its first byte when unpacked (newc cpio)', archive.subarray(0, 6).toString('latin1'));
}
