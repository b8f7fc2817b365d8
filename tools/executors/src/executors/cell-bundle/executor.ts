// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { BUNDLE, makeBundle } from '@nexus-forge/cell-bundle';
import { refuseFaults } from '@nexus-forge/config';
import { loadCell } from '@nexus-forge/devicetree';
import { HOST_TOOLS, requireHostTools, requireTool } from '@nexus-forge/toolchain';
import { batchOf } from '../../batch/batch-of';
import { refuseUnknownProducers, runStage } from '../../run-stage';
import { placeOfModule, type InitramfsSource } from '../initramfs/order';
import { withInitramfs } from './initramfs';
import { unknownProducers } from './references';

export interface CellBundleOptions {
  cell: string;
  manifest: string;
  deviceTree: string;
  image: string;
  /** initramfs.cpio.gz of another target, or what it is made from. */
  initramfs: string | InitramfsSource;
  outputDirectory: string;
}

/** Packs the bundle that Rumpk starts the cell from. */
export default function cellBundle(options: CellBundleOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const work = async () => {
    const { root } = context;
    const source = (name: string) => ({ path: join(root, name), name });
    const cell = loadCell(join(root, options.cell), options.cell);
    // Only a task that Nx runs knows the projects, and only that one stores a result.
    if (context.projectsConfigurations) refuseFaults(unknownProducers(cell, context.projectsConfigurations.projects));
    refuseUnknownProducers(context, typeof options.initramfs === 'string' ? undefined : placeOfModule(root, options.initramfs));
    const dtc = await requireTool(root, 'dtc');
    await requireHostTools(root, HOST_TOOLS.bundle);
    const { digests, sizes } = await withInitramfs(root, options.initramfs, (initramfs) =>
      makeBundle({
        cell,
        sources: {
          'manifest.dtb': source(options.manifest),
          'cell.dtb': source(options.deviceTree),
          Image: source(options.image),
          'initramfs.cpio.gz': initramfs.source,
        },
        tools: { dtc: dtc.path, fdtget: dtc.sibling('fdtget') },
        outputDirectory: join(root, options.outputDirectory),
        beside: initramfs.beside,
      }),
    );
    console.log(`${BUNDLE}: Image ${sizes.Image} bytes, sha512 ${digests.Image.slice(0, 16)}…`);
  };
  return runStage(context, work, { refusesUnknownProducers: true });
}

/** The same for the targets of many boards, in one process. */
export const batch = batchOf(cellBundle);
