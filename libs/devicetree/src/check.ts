// SPDX-License-Identifier: Apache-2.0
import { refuseFaults } from '@nexus-forge/config';
import type { LoadedBoard } from './board';
import type { LoadedCell } from './cell';
import { boardFaults } from './check-board';
import { guestFaults, type IonWindowAbi } from './check-guest';
import { interruptFaults } from './check-interrupts';
import { memoryFaults } from './check-memory';
import { unsupportedFaults } from './check-supported';

/** Throws a `ForgeError` unless board and cell fit each other; every fault names file, line and column. */
export function checkMachine(board: LoadedBoard, cell: LoadedCell, abi: IonWindowAbi): void {
  refuseFaults([
    ...boardFaults(board),
    ...memoryFaults(board, cell),
    ...guestFaults(board, cell, abi),
    ...interruptFaults(board, cell),
    ...unsupportedFaults(cell),
  ]);
}
