// SPDX-License-Identifier: Apache-2.0
import { loadYaml, parseYaml, type LoadedYaml } from '@nexus-forge/config';
import schema from '../board.schema.json';

/** Physical addresses, sizes in bytes. */
export interface Range {
  base: number;
  size: number;
}

export interface Device extends Range {
  /** Name by which a cell asks for it. */
  name: string;
  /** Generic node name; the device's own name when left out. */
  node?: string;
  compatible: string[];
  /** Shared peripheral interrupt: interrupt id less 32. */
  spi?: number;
  trigger?: 'level' | 'edge';
  clock_hz?: number;
}

export interface Gic {
  version: 2 | 3;
  distributor: Range;
  cpu_interface?: Range;
  hypervisor?: Range;
  virtual_cpu?: Range;
  redistributor?: Range;
  /** Private peripheral interrupt: interrupt id less 16. */
  maintenance_ppi: number;
  spi_count: number;
}

export interface Timer {
  secure: number;
  physical: number;
  virtual: number;
  hypervisor: number;
  always_on?: boolean;
}

export type ZigOptions = Record<string, boolean | string | number>;

/** `board.yaml`, as read. */
export interface Board {
  name: string;
  title: string;
  model: string;
  compatible: string[];
  cpus: { compatible: string; count: number };
  memory: Range[];
  rumpk: { memory: Range; scratch: Range; image_address: number; stub_address: number };
  psci?: { method: 'smc' | 'hvc' };
  timer: Timer;
  gic: Gic;
  serial: Device;
  devices?: Device[];
  virtio_mmio?: { base: number; stride: number; count: number; first_spi: number };
  claimed_spis?: { first: number; count: number; about: string }[];
  fragments?: { board?: string[]; cell?: string[] };
  /** Folder of binding documents, workspace-relative, and further bindings of the kernel. */
  bindings?: { documents: string; kernel?: string[] };
  /** Workspace-relative path of the cell's manifest. */
  cell: string;
  firmware: { package: string; stub: string; builds: Record<string, ZigOptions>; budget?: { stub?: number; image?: number } };
  /** Proof → check → why this machine cannot offer it; proofs read it (libs/proof). */
  inapplicable?: Record<string, Record<string, string>>;
  qemu?: {
    options?: Record<string, unknown>;
    cpus?: number;
    other_cpus?: number;
    memory_mib?: number;
    memory_nodes?: number;
  } & Record<string, unknown>;
}

/** What a board may be called. */
export const BOARD_NAME: { pattern: string; maxLength: number } = schema.$defs.name;

export type LoadedBoard = LoadedYaml<Board>;

/** Reads a board file; `file` is what errors name. Only its schema is checked here. */
export function loadBoard(path: string, file: string = path): LoadedBoard {
  return loadYaml<Board>(path, schema, file);
}

/** The same from text. */
export function parseBoard(text: string, file: string): LoadedBoard {
  return parseYaml<Board>(text, schema, file);
}
