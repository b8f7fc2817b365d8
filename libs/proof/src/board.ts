// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { loadYaml } from '@nexus-forge/config';
import type { Machine } from '@nexus-forge/qemu';
import machineSchema from '../../qemu/machine.schema.json';

const { $schema: _, ...qemu } = machineSchema;

/** Only the section that a proof needs: the rest of a board.yaml has a schema of its own. */
const BOARD_SCHEMA = { type: 'object', required: ['qemu'], properties: { qemu } };

/** The machine that QEMU emulates for a board. `file` is workspace-relative. */
export function loadMachine(workspaceRoot: string, file: string): Machine {
  return loadYaml<{ qemu: Machine }>(join(workspaceRoot, file), BOARD_SCHEMA, file).value.qemu;
}
