// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { loadYaml } from '@nexus-forge/config';
import { ForgeError } from '@nexus-forge/process';
import { machineOfBoard, type BoardFacts, type DescribedMachine, type Machine } from '@nexus-forge/qemu';
import schema from '../../qemu/machine.schema.json';
import factsSchema from './board-facts.schema.json';

/**
 * The machine that QEMU emulates for a board: the section qemu of its board.yaml, workspace-relative or absolute, and
 * what the rest of the file says of cores, memory and interrupt controller.
 */
export function loadMachine(workspaceRoot: string, file: string): Machine {
  const path = resolve(workspaceRoot, file);
  const described = loadYaml<DescribedMachine>(path, schema, file, ['qemu']);
  const machine = machineOfBoard(described.value, loadYaml<BoardFacts>(path, factsSchema, file).value);
  if (!('key' in machine)) return machine;
  throw new ForgeError(`nothing says qemu.${machine.key}`, {
    at: described.placeOf([]),
    expected: `${machine.from} of the board, from which it follows, or the key itself`,
  });
}
