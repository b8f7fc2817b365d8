// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import { formatPlace, type Place } from '@nexus-forge/process';
import type { Range } from './board';

/** Granule of every stage-2 mapping. */
export const PAGE = 0x1000;
/** Size of the blocks that stage-2 prefers; also what the arm64 boot protocol aligns an Image to. */
export const BLOCK = 0x200000;

/** A range with a name and the place in a file that says it. */
export interface Area extends Range {
  name: string;
  at: Place;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** A range as a half-open interval. */
export function shown(range: Range): string {
  return `[${hex(range.base)}, ${hex(range.base + range.size)})`;
}

export function contains(outer: Range, inner: Range): boolean {
  return inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.base < b.base + b.size && b.base < a.base + a.size;
}

/** A fault for each pair of areas that share a byte, placed at the later one of the list. */
export function overlapFaults(areas: readonly Area[]): Fault[] {
  return areas.flatMap((area, index) =>
    areas
      .slice(0, index)
      .filter((other) => overlaps(area, other))
      .map((other) => ({
        at: area.at,
        summary: `${area.name} overlaps ${other.name}`,
        expected: `outside ${shown(other)} (${formatPlace(other.at)})`,
        found: shown(area),
      })),
  );
}

/** Faults of a base or size that is no multiple of `granule`. */
export function alignmentFaults(area: Area, granule: number): Fault[] {
  return (['base', 'size'] as const)
    .filter((key) => area[key] % granule !== 0)
    .map((key) => ({
      at: area.at,
      summary: `the ${key} of ${area.name} is unaligned`,
      expected: `a multiple of ${hex(granule)}`,
      found: hex(area[key]),
    }));
}

/** A fault when no container holds the whole area. */
export function outsideFaults(area: Area, containers: readonly Area[], what: string): Fault[] {
  if (containers.some((container) => contains(container, area))) return [];
  const places = containers.map((container) => `${shown(container)} (${formatPlace(container.at)})`);
  const summary = `${area.name} is outside ${what}`;
  return [{ at: area.at, summary, expected: `inside ${places.join(' or ')}`, found: shown(area) }];
}
