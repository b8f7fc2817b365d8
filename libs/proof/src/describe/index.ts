// SPDX-License-Identifier: Apache-2.0
import type { DeviceTreeTools } from '../evidence/probe';
import type { SourcePath } from '../facts';
import type { ProofSpec } from '../spec/types';
import { BOARD_TREE } from './board-tree';
import { CELL_MANIFEST } from './cell-manifest';
import { isMachineOption } from './machine-options';
import { givesValue, type Described, type Description } from './described';
import { ION_BINDING } from './ion-binding';

export type { Described, DescribedRange } from './described';

/** The files that describe what a proof is run on, by their key in `described_by`. */
export const DESCRIPTIONS = { board: BOARD_TREE, cell: CELL_MANIFEST, ion: ION_BINDING } as const satisfies Readonly<Record<string, Description>>;
export type DescriptionKind = keyof typeof DESCRIPTIONS;

export function kindsIn({ described_by = {} }: Pick<ProofSpec, 'described_by'>): DescriptionKind[] {
  return (Object.keys(DESCRIPTIONS) as DescriptionKind[]).filter((kind) => described_by[kind] !== undefined);
}

/** Whether a file that the spec names, or the board's machine, gives a value of that name, or a list. */
export function isDescribed(spec: Pick<ProofSpec, 'described_by'>, name: string, as: 'value' | 'list'): boolean {
  if (as === 'value' && isMachineOption(name)) return true;
  return kindsIn(spec).some((kind) => (as === 'list' ? (DESCRIPTIONS[kind] as Description).lists.includes(name) : givesValue(DESCRIPTIONS[kind], name)));
}

/** Reads what the files say that the spec names. */
export async function describe(spec: Pick<ProofSpec, 'described_by'>, path: SourcePath, tools: DeviceTreeTools): Promise<Described> {
  const found = await Promise.all(kindsIn(spec).map((kind) => DESCRIPTIONS[kind].read(path(spec.described_by![kind] as string), tools)));
  return {
    values: new Map(found.flatMap(({ values }) => [...values])),
    lists: new Map(found.flatMap(({ lists }) => [...lists])),
  };
}
