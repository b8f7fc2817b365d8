// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import { alignmentFaults, BLOCK, hex, overlapFaults, PAGE, shown, type Area } from './area';
import type { LoadedBoard } from './board';
import type { LoadedCell } from './cell';
import { deviceWindows, INTERRUPT_CONTROLLER, mappedWindows } from './windows';

/** COMMAND_LINE_SIZE of arm64 (arch/arm64/include/uapi/asm/setup.h), less the terminating zero. */
const COMMAND_LINE_MAX = 2047;
/** Bits of the guest-physical space: one 4 KiB root table without concatenation. */
const IPA_BITS = 39;

/** The two numbers that `ion-abi.yaml` fixes for every cell. */
export interface IonWindowAbi {
  ipa: number;
  size: number;
}

/** Faults of what the guest sees: its address map, its devices, its console and its command line. */
export function guestFaults(board: LoadedBoard, cell: LoadedCell, abi: IonWindowAbi): Fault[] {
  return [
    ...ionFaults(cell, abi),
    ...deviceNameFaults(board, cell),
    ...addressFaults(board, cell),
    ...consoleFaults(board, cell),
    ...commandLineFaults(cell, abi),
  ];
}

function ionFaults(cell: LoadedCell, abi: IonWindowAbi): Fault[] {
  return (['ipa', 'size'] as const)
    .filter((key) => cell.value.ion[key] !== abi[key])
    .map((key) => ({
      at: cell.placeOf(['ion', key]),
      summary: `ion.${key} is not what ion-abi.yaml fixes`,
      expected: hex(abi[key]),
      found: hex(cell.value.ion[key]),
    }));
}

function deviceNameFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  const known = [...new Set(deviceWindows(board.value).map(({ device }) => device))];
  const unknown = cell.value.devices.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [{ at: cell.placeOf(['devices', index]), summary: `the board has no device ${name}`, expected: `one of ${known.join(', ')}`, found: name }],
  );
  if (cell.value.devices.includes(INTERRUPT_CONTROLLER)) return unknown;
  const summary = `the cell lacks the device ${INTERRUPT_CONTROLLER}`;
  const expected = `${INTERRUPT_CONTROLLER}: its kernel drives it`;
  return [...unknown, { at: cell.placeOf(['devices']), summary, expected, found: cell.value.devices.join(', ') }];
}

function addressFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  const { carve_out: carveOut, ion } = cell.value;
  const windows = mappedWindows(board.value, cell.value).map(
    ({ name, base, size, path }): Area => ({ name: `device ${name}`, base, size, at: board.placeOf(path) }),
  );
  const areas: Area[] = [
    ...windows,
    { name: 'carve_out', ...carveOut, at: cell.placeOf(['carve_out']) },
    { name: 'the ION window', base: ion.ipa, size: ion.size, at: cell.placeOf(['ion', 'ipa']) },
  ];
  const space = 2 ** IPA_BITS;
  const beyond = areas
    .filter((area) => area.base + area.size > space)
    .map((area) => ({
      at: area.at,
      summary: `${area.name} reaches beyond the guest-physical space`,
      expected: `end at or below ${hex(space)}`,
      found: shown(area),
    }));
  const ipa = { base: ion.ipa, size: ion.size, name: 'the ION window', at: cell.placeOf(['ion', 'ipa']) };
  return [
    ...windows.flatMap((window) => alignmentFaults(window, PAGE)),
    ...alignmentFaults(ipa, BLOCK),
    ...overlapFaults(areas).map((fault) => ({ ...fault, summary: `in the guest's address space ${fault.summary}` })),
    ...beyond,
  ];
}

function consoleFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  const { console, devices } = cell.value;
  const serial = board.value.serial.name;
  const mapped = devices.includes(serial);
  if (mapped === (console === 'passthrough')) return [];
  const at = mapped ? cell.placeOf(['devices', devices.indexOf(serial)]) : cell.placeOf(['console']);
  const summary = mapped ? `console ${console} keeps ${serial} from the cell, but it is mapped` : `console passthrough needs ${serial} mapped`;
  const fix = mapped ? `take ${serial} out of devices, or make the console passthrough` : `add ${serial} to devices`;
  return [{ at, summary, found: `console ${console}, devices ${devices.join(', ')}`, fix }];
}

function commandLineFaults(cell: LoadedCell, abi: IonWindowAbi): Fault[] {
  const at = cell.placeOf(['command_line']);
  const line = cell.value.command_line;
  const given = line.split(' ').filter((word) => word.startsWith('ion_base='));
  const expected = `ion_base=${hex(abi.ipa)}`;
  const faults: Fault[] = [];
  if (line.length > COMMAND_LINE_MAX) {
    faults.push({ at, summary: 'the command line is too long for the kernel', expected: `at most ${COMMAND_LINE_MAX} bytes`, found: `${line.length} bytes` });
  }
  if (given.length !== 1 || given[0] !== expected) {
    const summary = given.length === 0 ? 'the command line lacks ion_base' : 'the command line has another ion_base';
    faults.push({ at, summary, expected: `${expected}, once`, found: given.join(' ') || line.slice(0, 80) });
  }
  return faults;
}
