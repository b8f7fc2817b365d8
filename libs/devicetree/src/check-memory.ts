// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import { formatPlace } from '@nexus-forge/process';
import { alignmentFaults, BLOCK, hex, outsideFaults, overlapFaults, PAGE, shown, type Area } from './area';
import type { LoadedBoard } from './board';
import type { LoadedCell } from './cell';
import { deviceWindows } from './windows';

/** Faults of the physical address map: who owns which memory, and where the devices are. */
export function memoryFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  const banks = bankAreas(board);
  const owners = ownedAreas(board, cell);
  return [
    ...overlapFaults([...banks, ...deviceAreas(board)]),
    ...owners.flatMap(({ area, granule }) => alignmentFaults(area, granule)),
    ...[
      ...owners.flatMap(({ area }) => outsideFaults(area, banks, 'the memory of the board')),
      ...overlapFaults(owners.map(({ area }) => area)),
    ].map((fault) => withOwnCell(fault, board, cell)),
    ...owners.flatMap(({ area }) => zeroFaults(area)),
    ...touchingFaults(banks),
    ...carveOutFaults(cell),
    ...imageFaults(board),
  ];
}

/** What a cell has that does not fit this board may well fit another one that shares it. */
function withOwnCell(fault: Fault, board: LoadedBoard, cell: LoadedCell): Fault {
  if (fault.at.file !== cell.file) return fault;
  const place = formatPlace(board.placeOf(['cell']));
  return { ...fault, fix: `correct it, or where another board shares this cell give this one its own (cell: at ${place})` };
}

function bankAreas(board: LoadedBoard): Area[] {
  return board.value.memory.map((bank, index) => ({ name: 'this memory bank', ...bank, at: board.placeOf(['memory', index]) }));
}

/** Rumpk compares the banks with the machine's own tree, in which it takes what touches for one run of memory. */
function touchingFaults(banks: readonly Area[]): Fault[] {
  return banks.flatMap((bank) =>
    banks
      .filter((other) => other.base + other.size === bank.base)
      .map((other) => ({
        at: bank.at,
        summary: 'this memory bank begins where another ends',
        expected: `one bank ${shown({ base: other.base, size: other.size + bank.size })}`,
        found: `${shown(other)} (${formatPlace(other.at)}) and ${shown(bank)}`,
      })),
  );
}

/** The smallest Linux of this workspace says nothing and stops with 8 MiB, and is out of memory before /init with 10. */
const CARVE_OUT_MIN = 0x1000000;

function carveOutFaults(cell: LoadedCell): Fault[] {
  const { size } = cell.value.carve_out;
  if (size >= CARVE_OUT_MIN) return [];
  const summary = 'the carve-out is too small for any Linux';
  return [{ at: cell.placeOf(['carve_out', 'size']), summary, expected: `at least ${hex(CARVE_OUT_MIN)}`, found: hex(size) }];
}

/** Rumpk reaches memory at its own address, and a pointer to 0 is none. */
function zeroFaults({ name, base, at }: Area): Fault[] {
  if (base !== 0) return [];
  const summary = `${name} begins at address 0, which no pointer can hold`;
  return [{ at, summary, expected: 'a higher base', found: hex(base) }];
}

/** Every device the board describes, also those that no cell may have. */
function deviceAreas(board: LoadedBoard): Area[] {
  const { gic, virtio_mmio: row } = board.value;
  const windows = deviceWindows(board.value).map(({ name, base, size, path }) => ({
    name: `device ${name}`,
    base,
    size,
    at: board.placeOf(path),
  }));
  const virtual = (['hypervisor', 'virtual_cpu'] as const).flatMap((key) => {
    const range = gic[key];
    return range ? [{ name: `the GIC's ${key}`, ...range, at: board.placeOf(['gic', key]) }] : [];
  });
  const transports = row
    ? [{ name: 'the virtio-mmio transports', base: row.base, size: row.count * row.stride, at: board.placeOf(['virtio_mmio']) }]
    : [];
  return [...windows, ...virtual, ...transports];
}

/** Memory that has an owner, with the granule its ends must keep to. */
function ownedAreas(board: LoadedBoard, cell: LoadedCell): { area: Area; granule: number }[] {
  const { memory, scratch } = board.value.rumpk;
  const { carve_out: carveOut, ion } = cell.value;
  return [
    { area: { name: 'rumpk.memory', ...memory, at: board.placeOf(['rumpk', 'memory']) }, granule: PAGE },
    { area: { name: 'rumpk.scratch', ...scratch, at: board.placeOf(['rumpk', 'scratch']) }, granule: PAGE },
    { area: { name: 'carve_out', ...carveOut, at: cell.placeOf(['carve_out']) }, granule: BLOCK },
    { area: { name: 'the memory of the ION window', base: ion.pa, size: ion.size, at: cell.placeOf(['ion', 'pa']) }, granule: BLOCK },
  ];
}

/** The image starts on a 2 MiB boundary (Documentation/arm64/booting.rst); the stub stands inside it, on a page. */
function imageFaults(board: LoadedBoard): Fault[] {
  const { memory, image_address: image, stub_address: stub } = board.value.rumpk;
  const end = memory.base + memory.size;
  const rules = [
    { key: 'image_address', value: image, granule: BLOCK, from: memory.base },
    { key: 'stub_address', value: stub, granule: PAGE, from: image },
  ];
  return rules.flatMap(({ key, value, granule, from }): Fault[] => {
    const at = board.placeOf(['rumpk', key]);
    const aligned = value % granule === 0;
    const inside = value >= from && value < end;
    return [
      ...(aligned ? [] : [{ at, summary: `rumpk.${key} is unaligned`, expected: `a multiple of ${hex(granule)}`, found: hex(value) }]),
      ...(inside ? [] : [{ at, summary: `rumpk.${key} is outside rumpk.memory`, expected: `in ${shown({ base: from, size: end - from })}`, found: hex(value) }]),
    ];
  });
}
