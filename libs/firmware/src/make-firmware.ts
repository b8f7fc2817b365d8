// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAGIC, stageOutputs } from '@nexus-forge/artefact';
import { findings, listElf, refuseFindings, refuseOverBudget, sizeReport, stripNumberedSymbols, type SizeReport } from '@nexus-forge/elf';
import { ForgeError, withPrivateFolder } from '@nexus-forge/process';
import { moduleIndex, runZigBuild, type ZigBuild } from '@nexus-forge/zig';
import type { FirmwareKind } from './kind';

/** A flat image and the ELF file that it was made from. */
export interface FirmwareImage {
  kind: FirmwareKind;
  /** Names of what the build installs into `bin`. */
  image: string;
  elf: string;
  /** Upper limit of the flat image in bytes. */
  budget?: number;
}

export interface FirmwareBuild extends ZigBuild, FirmwareImage {
  /** What is inside the image as an image of its own, and is examined like one. */
  inner?: readonly FirmwareImage[];
  /** Workspace-relative. */
  outputDirectory: string;
}

/** Name of the size report among the outputs. */
export const SIZE_REPORT = 'size.json';

/** Builds an image with Zig, examines it and puts it, its ELF file and its size report in place. */
export async function makeFirmware(build: FirmwareBuild): Promise<SizeReport> {
  const { workspaceRoot } = build;
  const images = [build, ...(build.inner ?? [])];
  const outputs = [...images.flatMap(({ image, elf }) => [{ file: image }, { file: elf, magic: MAGIC.elf }]), { file: SIZE_REPORT }];
  let report: SizeReport | undefined;
  await stageOutputs(join(workspaceRoot, build.outputDirectory), outputs, async (staging) => {
    await compile(build, images, staging);
    const reports = await Promise.all(images.map((image) => examine(build, image, staging)));
    report = reports[0];
    for (const { elf } of images) await stripNumberedSymbols(workspaceRoot, join(staging, elf));
    writeFileSync(join(staging, SIZE_REPORT), `${JSON.stringify(report, null, 2)}\n`);
  });
  return report!;
}

/** Builds into a private folder and copies the files that are wanted out of it. */
async function compile(build: FirmwareBuild, images: readonly FirmwareImage[], staging: string): Promise<void> {
  await withPrivateFolder(join(build.workspaceRoot, '.nexus-forge', 'scratch'), 'zig', (prefix) =>
    runZigBuild(build, prefix, async () => {
      for (const file of images.flatMap(({ image, elf }) => [image, elf])) copyInstalled(build, prefix, file, staging);
    }),
  );
}

function copyInstalled(build: FirmwareBuild, prefix: string, file: string, staging: string): void {
  const installed = join(prefix, 'bin', file);
  if (!existsSync(installed)) {
    throw new ForgeError(`zig build in ${build.package} did not install bin/${file}`, {
      expected: `an install step for ${file} in ${build.package}/build.zig`,
    });
  }
  copyFileSync(installed, join(staging, file));
}

async function examine(build: FirmwareBuild, { image, elf, kind, budget }: FirmwareImage, staging: string): Promise<SizeReport> {
  const { workspaceRoot } = build;
  const listing = await listElf(workspaceRoot, join(staging, elf));
  const traces = [image, elf].filter((file) => readFileSync(join(staging, file)).includes(workspaceRoot));
  refuseFindings(elf, [
    ...findings(listing, kind.rules),
    ...traces.map((file) => `${file} contains the path of this checkout: it would have other bytes elsewhere`),
  ]);
  kind.checkImage(join(staging, image), image, listing);
  const report = sizeReport(listing, statSync(join(staging, image)).size, moduleIndex(workspaceRoot, build.package), budget);
  refuseOverBudget(image, report);
  return report;
}
