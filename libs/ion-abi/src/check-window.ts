// SPDX-License-Identifier: Apache-2.0
import type { Fault, LoadedYaml } from '@nexus-forge/config';
import type { IonAbi, WindowSection } from './description';
import { constantValue, ringTable, structure, type RingLayout } from './ring-table';

type Path = (string | number)[];
type Loaded = LoadedYaml<IonAbi>;

interface Area {
  name: string;
  offset: number;
  size: number;
  path: Path;
}

const PAGE = 0x1000;
/** Stage-2 maps the window by blocks of this size where it can. */
const BLOCK = 0x200000;
/** A cache line: slots and buffers start on one, so that the two sides never share it by accident. */
const LINE = 64;

const hex = (value: number) => `0x${value.toString(16)}`;
const isPowerOfTwo = (value: number) => value > 0 && (value & (value - 1)) === 0;
const shown = (area: { offset: number; size: number }) => `[${hex(area.offset)}, ${hex(area.offset + area.size)})`;

/** Faults of the window: sections that overlap, leave it or leave a gap; tables and rings outside their section. */
export function windowFaults(loaded: Loaded): Fault[] {
  return [
    ...sectionFaults(loaded),
    ...enumReferenceFaults(loaded),
    ...tableFaults(loaded),
    ...ringFaults(loaded),
    ...channelFaults(loaded),
    ...overlapFaults(loaded, areas(loaded.value)),
  ];
}

function sectionFaults(loaded: Loaded): Fault[] {
  const { size, sections } = loaded.value.window;
  const faults: Fault[] = [];
  const add = (path: Path, summary: string, expected: string, found: string) =>
    faults.push({ at: loaded.placeOf(['window', ...path]), summary, expected, found });
  if (size % BLOCK !== 0) add(['size'], 'the window size is not a whole number of blocks', `a multiple of ${hex(BLOCK)}`, hex(size));
  let end = 0;
  sections.forEach((section, index) => {
    for (const key of ['offset', 'size'] as const) {
      if (section[key] % PAGE === 0) continue;
      add(['sections', index, key], `section ${section.name} is not page aligned`, `a multiple of ${hex(PAGE)}`, hex(section[key]));
    }
    const what = section.offset < end ? 'overlaps the section before it' : 'leaves a gap before it';
    if (section.offset !== end) add(['sections', index, 'offset'], `section ${section.name} ${what}`, hex(end), hex(section.offset));
    end = section.offset + section.size;
    if (end > size) add(['sections', index, 'size'], `section ${section.name} leaves the window`, `end at most ${hex(size)}`, hex(end));
  });
  if (end < size) add(['sections'], 'the sections do not fill the window', `end at ${hex(size)}`, hex(end));
  return faults;
}

function enumReferenceFaults(loaded: Loaded): Fault[] {
  const { enums, window, rings } = loaded.value;
  const valuesOf = (name: string) => enums.find((one) => one.name === name)?.values.map((value) => value.name) ?? [];
  const faults: Fault[] = [];
  const oneOf = (path: Path, value: string, known: string[], what: string) => {
    if (known.includes(value)) return;
    faults.push({ at: loaded.placeOf(path), summary: `${value} is no ${what}`, expected: `one of ${known.join(', ')}`, found: value });
  };
  window.sections.forEach((section, index) => {
    oneOf(['window', 'sections', index, 'kind'], section.kind, valuesOf('section_kind'), 'section kind');
    oneOf(['window', 'sections', index, 'access'], section.access, valuesOf('access'), 'access');
  });
  rings.forEach((ring, index) => {
    oneOf(['rings', index, 'direction'], ring.direction, valuesOf('direction'), 'direction');
    const kinds = enums.filter((one) => one.type === 'u16').map((one) => one.name);
    oneOf(['rings', index, 'kinds'], ring.kinds, kinds, 'enumeration of descriptor kinds (type u16)');
  });
  for (const kind of ['header', 'host_control', 'guest_control', 'host_to_guest', 'guest_to_host']) {
    const count = window.sections.filter((section) => section.kind === kind).length;
    if (count === 1) continue;
    faults.push({ at: loaded.placeOf(['window', 'sections']), summary: `the window needs one section of kind ${kind}`, found: String(count) });
  }
  return faults;
}

function tableFaults(loaded: Loaded): Fault[] {
  const header = sectionOfKind(loaded.value, 'header');
  return areas(loaded.value)
    .filter((area) => area.path[0] === 'window')
    .flatMap((area) => outsideFault(loaded, area, header));
}

function ringFaults(loaded: Loaded): Fault[] {
  const abi = loaded.value;
  const line = constantValue(abi, 'index_line_size') ?? 0;
  const event = constantValue(abi, 'event_index_offset') ?? 0;
  const faults: Fault[] = [];
  const add = (path: Path, summary: string, expected: string, found: string) =>
    faults.push({ at: loaded.placeOf(path), summary, expected, found });
  if (event < LINE || line < event + LINE) {
    const path = ['constants', abi.constants.findIndex((one) => one.name === 'event_index_offset')];
    add(path, 'index and event index share a cache line', `at least ${LINE} apart, inside an index line`, `${event} of ${line}`);
  }
  ringTable(abi).forEach((ring, index) => {
    const at = (key: string): Path => ['rings', index, key];
    if (!isPowerOfTwo(ring.slot_count)) {
      add(at('slot_count'), `the slot count of ${ring.name} is no power of two`, 'a power of two (rule R1)', String(ring.slot_count));
    }
    for (const key of ['slots_offset', 'pool_offset', 'buffer_size'] as const) {
      if (ring[key] % LINE === 0) continue;
      add(at(key), `${key} of ${ring.name} is not cache-line aligned`, `a multiple of ${LINE}`, hex(ring[key]));
    }
    const control = sectionOfKind(abi, 'host_control');
    if (control && (index + 1) * line > control.size) {
      add(at('name'), `the index line of ${ring.name} leaves the control page`, `${Math.floor(control.size / line)} rings`, `ring ${index}`);
    }
    const section = sectionOfKind(abi, ring.direction);
    for (const area of ringAreas(ring)) faults.push(...outsideFault(loaded, area, section));
  });
  return faults;
}

function channelFaults(loaded: Loaded): Fault[] {
  const { rings } = loaded.value;
  return rings.flatMap((ring, index) => {
    const twin = rings.findIndex((other) => other.channel === ring.channel);
    if (twin === index) return [];
    const summary = `${ring.name} has the channel of ${rings[twin]?.name}`;
    return [{ at: loaded.placeOf(['rings', index, 'channel']), summary, expected: 'a channel id of its own', found: hex(ring.channel) }];
  });
}

function sectionOfKind(abi: IonAbi, kind: string): WindowSection | undefined {
  return abi.window.sections.find((section) => section.kind === kind);
}

function outsideFault(loaded: Loaded, area: Area, section: WindowSection | undefined): Fault[] {
  if (!section || (area.offset >= section.offset && area.offset + area.size <= section.offset + section.size)) return [];
  const summary = `${area.name} is outside section ${section.name}`;
  return [{ at: loaded.placeOf(area.path), summary, expected: `inside ${shown(section)}`, found: shown(area) }];
}

function ringAreas(ring: RingLayout): Area[] {
  const slots = { offset: ring.slots_offset, size: ring.slot_count * ring.slot_size };
  const pool = { offset: ring.pool_offset, size: ring.pool_size };
  return [
    { name: `the slot area of ${ring.name}`, ...slots, path: ['rings', ring.index, 'slots_offset'] },
    { name: `the pool of ${ring.name}`, ...pool, path: ['rings', ring.index, 'pool_offset'] },
  ];
}

/** Everything that has a place of its own in the window. */
function areas(abi: IonAbi): Area[] {
  const { window, rings } = abi;
  const sizeOf = (name: string) => structure(abi, name)?.size ?? 0;
  return [
    { name: 'the header', offset: 0, size: sizeOf('header'), path: ['window'] },
    {
      name: 'the section table',
      offset: window.section_table_offset,
      size: sizeOf('section') * window.sections.length,
      path: ['window', 'section_table_offset'],
    },
    {
      name: 'the ring table',
      offset: window.ring_table_offset,
      size: sizeOf('ring') * rings.length,
      path: ['window', 'ring_table_offset'],
    },
    ...ringTable(abi).flatMap(ringAreas),
  ];
}

function overlapFaults(loaded: Loaded, list: Area[]): Fault[] {
  const sorted = [...list].sort((a, b) => a.offset - b.offset);
  return sorted.flatMap((area, index) => {
    const before = sorted[index - 1];
    if (!before || before.offset + before.size <= area.offset) return [];
    const summary = `${area.name} overlaps ${before.name}`;
    return [{ at: loaded.placeOf(area.path), summary, expected: `at or after ${hex(before.offset + before.size)}`, found: shown(area) }];
  });
}
