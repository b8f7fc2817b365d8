// SPDX-License-Identifier: Apache-2.0
import type { Fault, LoadedYaml } from '@nexus-forge/config';
import { scalarSize, type IonAbi, type Scalar } from './description';

type Path = (string | number)[];

/** Enumerations that the window's own fields refer to. */
const REQUIRED_ENUMS = ['access', 'direction', 'section_kind', 'host_state'] as const;
/** Constants that the layout is computed from. */
const REQUIRED_CONSTANTS = ['magic', 'index_line_size', 'event_index_offset', 'descriptor_flags_known'] as const;
/** Names the generators derive from other parts of the file. */
const DERIVED_CONSTANTS = ['abi_version', 'window_ipa', 'window_size', 'section_table_offset', 'ring_table_offset'];

/** Faults of names and values: missing or duplicate ones, and numbers that do not fit their type. */
export function nameFaults(loaded: LoadedYaml<IonAbi>): Fault[] {
  const abi = loaded.value;
  const at = (path: Path) => loaded.placeOf(path);
  const names = (list: { name: string }[]) => list.map((one) => one.name);
  const missing = [
    ...absent(REQUIRED_ENUMS, names(abi.enums)).map((name) => ({ at: at(['enums']), summary: `the enumeration ${name} is missing` })),
    ...absent(REQUIRED_CONSTANTS, names(abi.constants)).map((name) => ({
      at: at(['constants']),
      summary: `the constant ${name} is missing`,
    })),
  ];
  const derived = abi.constants.flatMap(({ name }, index) =>
    DERIVED_CONSTANTS.includes(name)
      ? [{ at: at(['constants', index, 'name']), summary: `${name} is derived from another part of this file`, fix: 'remove this constant' }]
      : [],
  );
  return [
    ...missing,
    ...derived,
    ...duplicates(loaded, ['constants'], abi.constants),
    ...duplicates(loaded, ['enums'], [...abi.enums]),
    ...duplicates(loaded, ['structs'], abi.structs),
    ...duplicates(loaded, ['rings'], abi.rings),
    ...duplicates(loaded, ['window', 'sections'], abi.window.sections),
    ...duplicates(loaded, ['hypercalls', 'calls'], abi.hypercalls.calls),
    ...abi.structs.flatMap((one, index) => duplicates(loaded, ['structs', index, 'fields'], one.fields)),
    ...abi.enums.flatMap((one, index) => duplicates(loaded, ['enums', index, 'values'], one.values)),
    ...valueFaults(loaded),
  ];
}

function absent(required: readonly string[], present: string[]): string[] {
  return required.filter((name) => !present.includes(name));
}

function duplicates(loaded: LoadedYaml<IonAbi>, path: Path, list: { name: string }[]): Fault[] {
  return list.flatMap(({ name }, index) => {
    const first = list.findIndex((one) => one.name === name);
    if (first === index) return [];
    const line = loaded.placeOf([...path, first]).line;
    return [{ at: loaded.placeOf([...path, index, 'name']), summary: `the name ${name} stands twice`, found: `first on line ${line}` }];
  });
}

function fits(value: number | string, type: Scalar): boolean {
  return BigInt(value) < 1n << BigInt(scalarSize(type) * 8);
}

function valueFaults(loaded: LoadedYaml<IonAbi>): Fault[] {
  const { constants, enums, hypercalls } = loaded.value;
  const faults: Fault[] = [];
  const tooLarge = (path: Path, name: string, type: Scalar, value: number | string) =>
    faults.push({ at: loaded.placeOf(path), summary: `${name} does not fit its type`, expected: `a ${type}`, found: String(value) });
  constants.forEach((one, index) => {
    if (!fits(one.value, one.type)) tooLarge(['constants', index, 'value'], one.name, one.type, one.value);
  });
  enums.forEach((one, index) => {
    one.values.forEach((entry, position) => {
      const path = ['enums', index, 'values', position, 'value'];
      if (!fits(entry.value, one.type)) tooLarge(path, `${one.name}.${entry.name}`, one.type, entry.value);
      const twin = one.values.findIndex((other) => other.value === entry.value);
      if (twin === position) return;
      faults.push({ at: loaded.placeOf(path), summary: `${one.name}.${entry.name} has the value of ${one.values[twin]?.name}` });
    });
  });
  hypercalls.calls.forEach((call, index) => {
    const twin = hypercalls.calls.findIndex((other) => other.id === call.id);
    const at = loaded.placeOf(['hypercalls', 'calls', index, 'id']);
    if (twin !== index) faults.push({ at, summary: `the hypercall ${call.name} has the id of ${hypercalls.calls[twin]?.name}` });
    if (!isVendorHypervisorCall(call.id)) {
      const expected = 'a fast call owned by the vendor-specific hypervisor service: 0x8600…… or 0xc600……';
      faults.push({ at, summary: `the id of ${call.name} is in another owner's range`, expected, found: `0x${call.id.toString(16)}` });
    }
  });
  return faults;
}

/** SMC Calling Convention, table 2-1: bit 31 fast, bit 30 SMC64, bits 29:24 owner 6, bits 23:16 zero. */
function isVendorHypervisorCall(id: number): boolean {
  const high = id >>> 16;
  return high === 0x8600 || high === 0xc600;
}
