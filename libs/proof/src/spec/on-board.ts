// SPDX-License-Identifier: Apache-2.0

/** `{board}` in a reference to an artefact stands for the board that the proof is run on. */
export function onBoard(reference: string, board: string): string {
  return reference.replace('{board}', board);
}
