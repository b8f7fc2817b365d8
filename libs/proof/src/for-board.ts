// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { describe } from './describe';
import { specialise } from './describe/specialise';
import type { DeviceTreeTools } from './evidence/probe';
import { requireArtefacts } from './prove';
import { faultsOf } from './spec/validate';
import type { ProofSpec } from './spec/types';

/** Where the files are that describe a board, and what reads them. */
interface Surroundings {
  workspaceRoot: string;
  deviceTreeTools: DeviceTreeTools;
}

/** The proof for the board whose artefacts it is given. */
export async function forBoard(
  spec: ProofSpec,
  artefacts: Readonly<Record<string, string>>,
  { workspaceRoot, deviceTreeTools }: Surroundings,
): Promise<ProofSpec> {
  requireArtefacts(spec, artefacts, workspaceRoot);
  const board = await describe(spec, (name) => resolve(workspaceRoot, artefacts[name] as string), deviceTreeTools);
  const special = specialise(spec, board);
  // What is left for this board must be as sound as the whole: each check killable, each name known.
  const [fault] = faultsOf(special);
  if (fault) throw new ForgeError(`${spec.proof} on this board: ${fault.summary}`, { expected: fault.expected, found: fault.path.join('.') });
  return special;
}
