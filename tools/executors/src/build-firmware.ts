// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { makeFirmware, STUB, type FirmwareImage, type FirmwareKind } from '@nexus-forge/firmware';
import type { Defines } from '@nexus-forge/zig';

/** Names and limit of the EL2 stub, wherever it is built. */
export const EL2_STUB = { image: 'el2-stub.bin', elf: 'el2-stub.elf', budget: 8192, kind: STUB };

export interface FirmwareOptions {
  kind: FirmwareKind;
  package: string;
  defines?: Defines;
  image: string;
  elf: string;
  budget?: number;
  inner?: readonly FirmwareImage[];
  timeoutSeconds: number;
  outputDirectory: string;
}

/** Builds an image for the target that `context` runs, and says how large it came out. */
export async function buildFirmware(options: FirmwareOptions, context: ExecutorContext): Promise<void> {
  const { timeoutSeconds, ...build } = options;
  const { image, budget } = await makeFirmware({
    ...build,
    workspaceRoot: context.root,
    project: context.projectName ?? 'workspace',
    target: context.targetName ?? options.image,
    timeoutMs: timeoutSeconds * 1000,
  });
  const share = budget === undefined ? '' : `, ${Math.round((image / budget) * 100)} % of its budget`;
  console.log(`${options.image}: ${image} bytes${share}`);
}
