// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { loadMachine } from './board';
import { describe } from './describe';
import { machineOptions } from './describe/machine-options';
import { excused, loadInapplicable } from './describe/inapplicable';
import { specialise } from './describe/specialise';
import type { DeviceTreeTools } from './evidence/probe';
import { requireArtefacts } from './prove';
import { onBoard } from './spec/on-board';
import type { ProofSpec } from './spec/types';
import { faultsOf } from './spec/validate';

/** What a proof needs to know of the board it is run on. */
export interface BoardOrder {
  /** Its name, and its board.yaml. */
  board: string;
  boardFile: string;
  /** Artefact → path, relative to the workspace root or absolute. */
  artefacts: Readonly<Record<string, string>>;
  workspaceRoot: string;
  deviceTreeTools: DeviceTreeTools;
}

/** The proof for the board whose artefacts it is given; a `ForgeError` where it can't be held on that board. */
export async function forBoard(written: ProofSpec, order: BoardOrder): Promise<ProofSpec> {
  const { board: name, boardFile, artefacts, workspaceRoot, deviceTreeTools } = order;
  const references = Object.entries(written.artefacts).map(([artefact, reference]) => [artefact, onBoard(reference, name)]);
  const spec = { ...written, artefacts: Object.fromEntries(references) as ProofSpec['artefacts'] };
  requireArtefacts(spec, artefacts, workspaceRoot);
  const pathOf = (artefact: string) => resolve(workspaceRoot, artefacts[artefact] as string);
  const { values, lists } = await describe(spec, pathOf, deviceTreeTools);
  const board = { values: new Map([...values, ...machineOptions(loadMachine(workspaceRoot, boardFile))]), lists };
  const inapplicable = loadInapplicable(workspaceRoot, boardFile, spec.proof);
  const special = specialise(excused(spec, board.values, inapplicable), board);
  // What is left for this board must be as sound as the whole: each check killable, each name known.
  const [fault] = faultsOf(special);
  if (fault) throw new ForgeError(`${spec.proof} on ${name}: ${fault.summary}`, { expected: fault.expected, found: fault.path.join('.') });
  return special;
}
