// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { generateBindings } from '@nexus-forge/ion-abi';
import { requireTool } from '@nexus-forge/toolchain';
import { runStage } from '../../run-stage';

export interface IonAbiOptions {
  abi: string;
  outputDirectory: string;
}

/** Where every Zig target keeps what it compiled, workspace-relative. */
const ZIG_CACHE = '.toolchain/zig-cache';

/** Generates the ION bindings and has each compiler check its own. */
export default function ionAbi(options: IonAbiOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const zig = await requireTool(context.root, 'zig');
    const compiler = await requireTool(context.root, 'cross-gcc');
    await generateBindings({
      source: join(context.root, options.abi),
      sourceName: options.abi,
      outputDirectory: join(context.root, options.outputDirectory),
      compiler: compiler.path,
      zig: zig.path,
      zigCache: join(context.root, ZIG_CACHE),
    });
    console.log(`${options.abi}: bindings for Zig, C and TypeScript; layout asserted by C and Zig`);
  });
}
