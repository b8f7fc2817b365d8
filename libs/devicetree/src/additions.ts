// SPDX-License-Identifier: Apache-2.0
// What a fragment may not add to a tree: it would be there for Linux, and not for Rumpk.
import { ForgeError } from '@nexus-forge/process';
import { contains, overlaps, shown } from './area';
import type { Board, Range } from './board';
import type { Cell } from './cell';
import { ionMemoryPath } from './compose-cell';
import { unit } from './dts';
import { interruptsOf, type Interrupt } from './interrupts';
import { gicNodeName } from './nodes';
import type { TreeNode } from './whole-tree';
import { mappedWindows, type DeviceWindow } from './windows';

interface Addition {
  summary: string;
  expected: string;
  found: string;
}

/** Throws a `ForgeError` when the board's tree has memory or cores that board.yaml does not describe. */
export function refuseBoardAdditions(nodes: readonly TreeNode[], board: Board, file: string): void {
  refuse(file, [...memoryAdditions(nodes, board.memory), ...cpuAdditions(nodes, board.cpus.count)]);
}

/** Throws a `ForgeError` when the cell's tree has what the cell is not given: memory, cores, devices, the doorbell's interrupt. */
export function refuseCellAdditions(nodes: readonly TreeNode[], board: Board, cell: Cell, file: string): void {
  refuse(file, [
    ...memoryAdditions(nodes, [cell.carve_out]),
    ...memoryLimits(nodes),
    ...deviceAdditions(nodes, mappedWindows(board, cell)),
    ...cpuAdditions(nodes, cell.cpus),
    ...reservedAdditions(nodes, cell),
    ...doorbellAdditions(nodes, cell.doorbell_spi, `/${gicNodeName(board.gic)}`),
  ]);
}

function refuse(file: string, additions: readonly Addition[]): void {
  const [first] = additions;
  if (!first) return;
  const { summary, expected, found } = first;
  const fix = 'look for a fragment of the board that adds it; what a cell is given is described in YAML';
  throw new ForgeError(`${file}: ${summary}`, { expected, found, fix });
}

const MEMORY = /^\/memory(?:@[^/]*)?$/;
const isMemory = ({ path, deviceType }: TreeNode) => deviceType === 'memory' || MEMORY.test(path);

function memoryAdditions(nodes: readonly TreeNode[], banks: readonly Range[]): Addition[] {
  const known = banks.map(({ base }) => `/memory@${unit(base)}`);
  return nodes
    .filter((node) => isMemory(node) && !known.includes(node.path))
    .map(({ path }) => ({ summary: 'there is memory that the YAML does not describe', expected: known.join(', '), found: path }));
}

/** Linux would use less memory than the manifest says (drivers/of/fdt.c, early_init_dt_check_for_usable_mem_range). */
function memoryLimits(nodes: readonly TreeNode[]): Addition[] {
  return nodes
    .filter(({ path, usableMemory }) => path === '/chosen' && usableMemory.length > 0)
    .map(({ path }) => ({ summary: 'the memory is cut down by the tree', expected: 'no linux,usable-memory-range', found: path }));
}

const TOP_LEVEL = /^\/[^/]+$/;

/** A device by an address that stage-2 does not map would be an abort as soon as Linux touches it. */
function deviceAdditions(nodes: readonly TreeNode[], windows: readonly DeviceWindow[]): Addition[] {
  return nodes
    .filter((node) => TOP_LEVEL.test(node.path) && !isMemory(node) && (node.status ?? 'okay') === 'okay')
    .flatMap(({ path, reg }) => regionsOf(reg).map((region) => ({ path, region })))
    .filter(({ region }) => !windows.some((window) => contains(window, region)))
    .map(({ path, region }) => ({
      summary: 'there is a device that the cell is not given',
      expected: windows.map((window) => `${window.name} ${shown(window)}`).join(', '),
      found: `${path} ${shown(region)}`,
    }));
}

/** Linux takes a child of /cpus for a core by its name as well (drivers/of/base.c, of_get_next_cpu_node). */
const CORE = /^\/cpus\/cpu(?:@[^/]*)?$/;

function cpuAdditions(nodes: readonly TreeNode[], count: number): Addition[] {
  const known = Array.from({ length: count }, (_, id) => `/cpus/cpu@${unit(id)}`);
  return nodes
    .filter(({ path, deviceType }) => (deviceType === 'cpu' || CORE.test(path)) && !known.includes(path))
    .map(({ path }) => ({ summary: 'there is a core that the YAML does not describe', expected: known.join(', '), found: path }));
}

const RESERVED = /^\/reserved-memory\/[^/]+$/;
/** Two cells for an address and two for a size, as the composed nodes have them. */
const REGION_CELLS = 4;
const wideOf = (high: number, low: number) => high * 2 ** 32 + low;

function regionsOf(reg: readonly number[]): Range[] {
  return Array.from({ length: Math.floor(reg.length / REGION_CELLS) }, (_, index) => {
    const [a, b, c, d] = reg.slice(index * REGION_CELLS) as [number, number, number, number];
    return { base: wideOf(a, b), size: wideOf(c, d) };
  });
}

interface Kept {
  area: Range;
  summary: string;
  expected: string;
}

/** Where no reserved memory of a fragment may lie, and why. */
function keptAreas({ carve_out: carveOut, ion }: Cell): Kept[] {
  const window = { base: ion.ipa, size: ion.size };
  return [
    {
      area: carveOut,
      // Rumpk stages there without knowing what Linux must not touch.
      summary: 'memory is reserved inside the carve-out, where Rumpk stages the guest',
      expected: `reserved memory outside ${shown(carveOut)}, or one with a size alone, which Linux places`,
    },
    {
      area: window,
      summary: 'memory is reserved inside the ION window, which Rumpk and the cell share',
      expected: `${shown(window)} reserved by the window's own node alone`,
    },
  ];
}

function reservedAdditions(nodes: readonly TreeNode[], cell: Cell): Addition[] {
  const window = ionMemoryPath(cell);
  const kept = keptAreas(cell);
  return nodes
    .filter(({ path }) => RESERVED.test(path) && path !== window)
    .flatMap(({ path, reg }) => regionsOf(reg).map((region) => ({ path, region })))
    .flatMap(({ path, region }) =>
      kept
        .filter(({ area }) => overlaps(region, area))
        .map(({ summary, expected }) => ({ summary, expected, found: `${path} ${shown(region)}` })),
    );
}

/** Binding arm,gic: the first cell is 0 for a shared peripheral interrupt, the second its number. */
const SPI = 0;

function doorbellAdditions(nodes: readonly TreeNode[], spi: number, gic: string): Addition[] {
  const isDoorbell = ({ controller, specifier: [kind, number] }: Interrupt) => controller.path === gic && kind === SPI && number === spi;
  return nodes
    .filter((node) => node.path !== '/ion' && interruptsOf(node, nodes).some(isDoorbell))
    .map(({ path }) => ({
      summary: "a device is on the doorbell's interrupt",
      expected: `SPI ${spi} for /ion alone`,
      found: path,
    }));
}
