// SPDX-License-Identifier: Apache-2.0
import type { Leaf, TablePages } from './stage2-walker';

/** What was seen, in a form that can be kept: a value, or why there is none. */
export type Observation =
  | { values: Readonly<Record<string, string>> }
  | Stage2Observation
  | { unseen: string };

/** The tables below VTTBR_EL2: what they map, and where they lie themselves. */
export interface Stage2Observation {
  leaves: readonly Leaf[];
  tables: readonly TablePages[];
  root: string;
}

/** What was seen at each visit of a moment that comes more than once. */
export interface Visits {
  visits: readonly Observation[];
}

/** Work on what was read that needs the machine no longer: it may run on meanwhile. */
export type Deferred = () => Observation | Promise<Observation>;

/** Tools of device-tree-compiler: paths, or names looked up in PATH. */
export interface DeviceTreeTools {
  fdtget: string;
  fdtput: string;
}

/** A machine that stands still, or what it left behind. Addresses are guest physical. */
export interface Probe {
  memory(address: bigint, size: number): Promise<Buffer>;
  /** The same, but only taken down now: it is read when it is asked for, while the machine runs on. */
  dump(address: bigint, size: bigint): Promise<() => Buffer>;
  register(name: string): Promise<bigint>;
  /** The same of every core but the one that stopped. */
  registerOfOthers(name: string): Promise<bigint[]>;
  /** The stage-2 tables that VTTBR_EL2 points to, taken down now; their leaves when they are asked for. */
  stage2(): Promise<() => Stage2Observation>;
  /** The same as it was when a moment last came; undefined when it has not come. */
  stage2At(moment: string): (() => Stage2Observation) | undefined;
  /** The image of a drive as the run left it. */
  disk(id: string): Promise<Buffer>;
  /** The host's path of an artefact. */
  artefact(name: string): string;
  /** A new path for a temporary file. */
  scratchFile(): string;
  readonly deviceTreeTools: DeviceTreeTools;
}
