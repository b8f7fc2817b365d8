// SPDX-License-Identifier: Apache-2.0
import type { Fault, LoadedYaml } from '@nexus-forge/config';
import { fieldType, type IonAbi, type Structure } from './description';

type Loaded = LoadedYaml<IonAbi>;

/** Structures that the generators and the window itself are built on. */
const REQUIRED = ['header', 'section', 'ring', 'descriptor'] as const;

/** Faults of the structures: overlapping, unaligned or missing bytes, sizes that a compiler would not give. */
export function structureFaults(loaded: Loaded): Fault[] {
  const missing = REQUIRED.filter((name) => !loaded.value.structs.some((one) => one.name === name)).map(
    (name): Fault => ({ at: loaded.placeOf(['structs']), summary: `the structure ${name} is missing` }),
  );
  return [...missing, ...loaded.value.structs.flatMap((one, index) => fieldFaults(loaded, one, index))];
}

function fieldFaults(loaded: Loaded, structure: Structure, index: number): Fault[] {
  const faults: Fault[] = [];
  let end = 0;
  let alignment = 1;
  structure.fields.forEach((field, position) => {
    const at = loaded.placeOf(['structs', index, 'fields', position, 'offset']);
    const name = `${structure.name}.${field.name}`;
    const { size, elementSize } = fieldType(field.type);
    alignment = Math.max(alignment, elementSize);
    if (field.offset % elementSize !== 0) {
      faults.push({ at, summary: `${name} is unaligned`, expected: `a multiple of ${elementSize}`, found: String(field.offset) });
    } else if (field.offset < end) {
      faults.push({ at, summary: `${name} overlaps the field before it`, expected: `offset ${end}`, found: String(field.offset) });
    } else if (field.offset > end) {
      const fix = `add a field reserved at offset ${end}: a hole has no defined content`;
      faults.push({ at, summary: `${name} leaves a hole before it`, expected: `offset ${end}`, found: String(field.offset), fix });
    }
    end = Math.max(end, field.offset + size);
  });
  const at = loaded.placeOf(['structs', index, 'size']);
  if (structure.size !== end) {
    const summary = `the size of ${structure.name} is not where its last field ends`;
    faults.push({ at, summary, expected: String(end), found: String(structure.size) });
  }
  if (structure.size % alignment !== 0) {
    const summary = `the size of ${structure.name} is unaligned`;
    faults.push({ at, summary, expected: `a multiple of ${alignment}`, found: String(structure.size) });
  }
  return faults;
}
