// SPDX-License-Identifier: Apache-2.0
import { allConstants } from './derived';
import { fieldType, type IonAbi } from './description';
import { hex } from './names';
import { ringTable } from './ring-table';

/**
 * Every number, size and offset of the ABI, one a line. A copy of it is kept under version control for each ABI version:
 * a change shows as a difference there and asks for a new version.
 */
export function layoutListing(abi: IonAbi): string {
  const constants = allConstants(abi).map((one) => `constant ${one.name} ${one.type} ${hex(one.value)}`);
  const enums = abi.enums.flatMap((one) => one.values.map((value) => `${one.name}.${value.name} ${one.type} ${hex(value.value)}`));
  const structs = abi.structs.flatMap((one) => [
    `struct ${one.name} size ${one.size}`,
    ...one.fields.map((field) => `  ${one.name}.${field.name} offset ${field.offset} size ${fieldType(field.type).size}`),
  ]);
  const sections = abi.window.sections.map(
    (one) => `section ${one.name} offset ${hex(one.offset)} size ${hex(one.size)} access ${one.access}`,
  );
  const rings = ringTable(abi).flatMap((ring) => [
    `ring ${ring.index} ${ring.name} channel ${hex(ring.channel)} ${ring.direction}`,
    `  slots ${hex(ring.slots_offset)} ${ring.slot_count}x${ring.slot_size} producer ${hex(ring.producer_offset)} consumer ${hex(ring.consumer_offset)}`,
    `  pool ${hex(ring.pool_offset)} ${ring.buffer_count}x${ring.buffer_size}`,
  ]);
  const calls = abi.hypercalls.calls.map((call) => `hypercall ${call.name} ${hex(call.id)}`);
  return [`abi ${abi.abi} version ${abi.version}`, ...constants, ...enums, ...structs, ...sections, ...rings, ...calls, ''].join('\n');
}
