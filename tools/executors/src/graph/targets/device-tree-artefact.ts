// SPDX-License-Identifier: Apache-2.0
import type { ArtefactReference, BoardFacts, WorkspaceFacts } from '../facts';
import type { Generation } from './definition';

/** One of the device trees that a board's target makes. */
export function deviceTree({ options }: Pick<Generation, 'options'>, board: BoardFacts, file: string): ArtefactReference {
  return { project: board.name, target: options.targetNames.deviceTree, file };
}

/** The board that workspace.json names for what is of no board in particular. */
export function defaultBoard({ boards, defaultBoard: named }: WorkspaceFacts): BoardFacts | undefined {
  return boards.find(({ name }) => name === named);
}
