// SPDX-License-Identifier: Apache-2.0
import type { IonAbi } from './description';
import { hex } from './names';
import { ringTable } from './ring-table';

const SIZES = ['B', 'KiB', 'MiB'] as const;

/** `0x200000` as `2 MiB`; sizes in the window are whole numbers of such units. */
function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value % 1024 === 0 && unit < SIZES.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value} ${SIZES[unit]}`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string) => `\`${text}\``;

/** The Markdown tables of docs/ion-abi.md: what a reader looks numbers up in. A test keeps the page equal to them. */
export function documentTables(abi: IonAbi): Record<'sections' | 'rings' | 'descriptor' | 'kinds' | 'hypercalls', string> {
  const descriptor = abi.structs.find((one) => one.name === 'descriptor');
  const kinds = abi.enums.filter((one) => one.type === 'u16');
  return {
    sections: table(
      ['section', 'offset', 'size', 'guest may'],
      abi.window.sections.map((one) => [one.name, code(hex(one.offset)), size(one.size), one.access === 'read_write' ? 'read and write' : 'read']),
    ),
    rings: table(
      ['bit', 'ring', 'channel', 'producer', 'slots at', 'pool at', 'buffers'],
      ringTable(abi).map((ring) => [
        String(ring.index),
        code(ring.name),
        code(hex(ring.channel)),
        ring.direction === 'host_to_guest' ? 'Rumpk' : 'guest',
        code(hex(ring.slots_offset)),
        code(hex(ring.pool_offset)),
        `${ring.buffer_count} of ${size(ring.buffer_size)}`,
      ]),
    ),
    descriptor: table(
      ['offset', 'field', 'type', 'meaning'],
      (descriptor?.fields ?? []).map((field) => [String(field.offset), code(field.name), field.type, field.about]),
    ),
    kinds: table(
      ['service', 'kind', 'number', 'meaning'],
      kinds.flatMap((one) => one.values.map((value) => [one.name.replace(/_kind$/, ''), code(value.name), String(value.value), value.about])),
    ),
    hypercalls: table(
      ['call', 'function id', 'arguments and result'],
      abi.hypercalls.calls.map((call) => [code(call.name), code(hex(call.id)), call.about]),
    ),
  };
}
