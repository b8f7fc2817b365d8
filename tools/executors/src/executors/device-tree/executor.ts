// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { BLOB, checkMachine, loadBoard, loadCell, makeDeviceTrees, type BindingOptions, type Board } from '@nexus-forge/devicetree';
import { loadIonAbi } from '@nexus-forge/ion-abi';
import { ForgeError } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';
import { batchOf } from '../../batch/batch-of';
import { runStage } from '../../run-stage';

export interface DeviceTreeOptions {
  board: string;
  cell?: string;
  abi?: string;
  outputDirectory: string;
}

const DEFAULT_ABI = 'libs/ion-abi/ion-abi.yaml';

/** Makes the device trees of a board and its cell. */
export default function deviceTree(options: DeviceTreeOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, async () => {
    const { root } = context;
    const board = loadBoard(join(root, options.board), options.board);
    const cellFile = options.cell ?? board.value.cell;
    const cell = loadCell(join(root, cellFile), cellFile);
    const abiFile = options.abi ?? DEFAULT_ABI;
    refuseMissingAbi(root, abiFile);
    checkMachine(board, cell, loadIonAbi(join(root, abiFile), abiFile).window);
    const [dtc, gcc] = [await requireTool(root, 'dtc'), await requireTool(root, 'cross-gcc')];
    const tools = { cpp: gcc.sibling('cpp'), dtc: dtc.path, fdtget: dtc.sibling('fdtget') };
    const bindings = await bindingOptions(root, board.value);
    await makeDeviceTrees({ root, board, cell, tools, bindings, outputDirectory: join(root, options.outputDirectory) });
    const validated = bindings ? 'validated against their bindings' : 'not validated: the board names no bindings';
    console.log(`${board.value.name} with ${cell.value.name}: ${Object.values(BLOB).join(', ')} compiled, read back, ${validated}`);
  });
}

/** The usual place stands for none: the graph names the file that a workspace has, wherever it is. */
function refuseMissingAbi(root: string, file: string): void {
  if (file !== DEFAULT_ABI || existsSync(join(root, file))) return;
  throw new ForgeError('this workspace has no ion-abi.yaml', {
    expected: 'one file of that name, which fixes the window between the board and its cell',
    found: `none, not even ${DEFAULT_ABI}`,
    fix: 'npx nx g @nexus-forge/nx:init, which writes one and leaves what is there as it is',
  });
}

/** The same for the targets of many boards, in one process. */
export const batch = batchOf(deviceTree);

async function bindingOptions(root: string, { bindings }: Board): Promise<BindingOptions | undefined> {
  if (!bindings) return undefined;
  const [schema, source] = [await requireTool(root, 'dt-schema'), await requireTool(root, 'linux-source')];
  return {
    tools: { validate: schema.path, makeSchema: schema.sibling('mk-schema') },
    kernelSource: source.path,
    kernelBindings: bindings.kernel ?? [],
    documents: join(root, bindings.documents),
  };
}
