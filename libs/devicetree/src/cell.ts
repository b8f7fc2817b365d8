// SPDX-License-Identifier: Apache-2.0
import { loadYaml, parseYaml, type LoadedYaml } from '@nexus-forge/config';
import schema from '../cell.schema.json';
import type { Range } from './board';

export type ConsolePolicy = 'passthrough' | 'virtual' | 'none';

/** `cell.yaml`, as read. */
export interface Cell {
  name: string;
  vmid: number;
  cpus: number;
  /** Guest-physical and physical addresses are the same here. */
  carve_out: Range;
  ion: { ipa: number; pa: number; size: number };
  doorbell_spi: number;
  /** Board devices by name. */
  devices: string[];
  console: ConsolePolicy;
  command_line: string;
  /** Name of the kernel's project. */
  kernel?: string;
  /** `<project>:<target>/<file>`; left out, it is the kernel's. */
  image?: string;
  /** The same, or the path of an initramfs.yaml. */
  initramfs: string;
}

export type LoadedCell = LoadedYaml<Cell>;

/** Reads a cell's manifest; `file` is what errors name. Only its schema is checked here. */
export function loadCell(path: string, file: string = path): LoadedCell {
  return loadYaml<Cell>(path, schema, file);
}

/** The same from text. */
export function parseCell(text: string, file: string): LoadedCell {
  return parseYaml<Cell>(text, schema, file);
}
