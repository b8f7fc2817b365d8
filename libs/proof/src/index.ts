// SPDX-License-Identifier: Apache-2.0
export * from './execute';
export type { DeviceTreeTools } from './evidence/probe';
export { judge, type Judgement, type Run } from './judge';
export { loadMachine } from './board';
export { forBoard } from './for-board';
export { makeDrive } from './run/drives';
export { prove, type Proven, type ProveOptions } from './prove';
export { readEvidence, type Apparatus, type Evidence, type EvidenceCheck } from './report/evidence';
export type { Origin, Origins } from './report/ways';
export type { RunRecord } from './report/write';
export { loadProof, parseProof } from './spec/load';
export { onBoard } from './spec/on-board';
export type * from './spec/types';
export type { Leaf } from './evidence/stage2-walker';
