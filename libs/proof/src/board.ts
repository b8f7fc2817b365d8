// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { loadYaml } from '@nexus-forge/config';
import type { Machine } from '@nexus-forge/qemu';
import schema from '../../qemu/machine.schema.json';

/** The machine that QEMU emulates for a board: the section qemu of its board.yaml, workspace-relative or absolute. */
export function loadMachine(workspaceRoot: string, file: string): Machine {
  return loadYaml<Machine>(resolve(workspaceRoot, file), schema, file, ['qemu']).value;
}
