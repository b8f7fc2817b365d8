// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DRIVEN_UARTS, GIC_VERSIONS } from '@nexus-forge/firmware';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serialOf } from './serial';
import { REPOSITORY } from './testing/neighbour';
import { treeOf } from './testing/source';
import { wiresOf } from './wires';

test('a port counts as driven when the firmware has a driver for it', () => {
  const folder = join(REPOSITORY, 'firmware/hal/uart');
  const drivers = readdirSync(folder).filter((file) => file.endsWith('.zig') && !file.endsWith('_test.zig'));
  const named = drivers.flatMap((file) => {
    const [, list = ''] = /pub const compatible[^{]*\{([^}]*)\}/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  });
  assert.equal([...DRIVEN_UARTS].sort(), named.sort());
});

test('an interrupt controller likewise', () => {
  const [, list = ''] = /const gic_names = [^;]*\{\n([^;]*)\};/.exec(
    readFileSync(join(REPOSITORY, 'firmware/rumpk/board.zig'), 'utf8'),
  ) ?? [];
  const rows = [...list.matchAll(/"([^"]+)", (\d)/g)].map(([, name, version]) => [name, version]);
  assert.equal(Object.entries(GIC_VERSIONS), rows);
});

const PORTS = `
  #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;
  gic: gic { interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>; };
  clock: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
  a: serial@1000 { compatible = "acme,uart"; reg = <0x1000 0x100>; interrupts = <0 3 4>; clock-frequency = <1000000>; };
  serial@2000 { compatible = "arm,pl011"; reg = <0x2000 0x1000>; interrupts = <0 4 1>; clocks = <&clock>;
    status = "disabled"; };
  serial@3000 { compatible = "arm,pl011"; reg = <0x3000 0x1000>; interrupts = <0 5 1>; clocks = <&clock>; };`;

const ACME = { base: 0x1000, size: 0x100, name: 'uart0', compatible: ['acme,uart'], spi: 3, clock_hz: 1_000_000 };
const PL011 = {
  base: 0x3000,
  size: 0x1000,
  name: 'uart0',
  compatible: ['arm,pl011'],
  spi: 5,
  trigger: 'edge',
  clock_hz: 24_000_000,
};

const ROWS: [title: string, chosen: string, expected: object, todos: string[]][] = [
  ['by its path', 'chosen { stdout-path = "/serial@1000"; };', ACME, ['serial']],
  ['by its path, with options', 'chosen { stdout-path = "/serial@1000:115200n8"; };', ACME, ['serial']],
  ['by an alias', 'aliases { serial7 = "/serial@3000"; }; chosen { stdout-path = "serial7"; };', PL011, []],
  [
    'by an alias, with options',
    'aliases { serial7 = "/serial@1000"; }; chosen { stdout-path = "serial7:9600"; };',
    ACME,
    ['serial'],
  ],
  ['by the older name', 'chosen { linux,stdout-path = "/serial@1000"; };', ACME, ['serial']],
  ['a name that leads nowhere: the port in use that has a driver', 'chosen { stdout-path = "serial9"; };', PL011, []],
  ['no name: the same', 'chosen { };', PL011, []],
  ['no /chosen: the same', '', PL011, []],
];
for (const [title, chosen, expected, todos] of ROWS) {
  test(`the port is found ${title}`, async () => {
    const tree = await treeOf(`${PORTS} ${chosen}`);
    const found = serialOf(tree, wiresOf(tree, '/gic'));
    assert.equal(found.value, expected);
    assert.equal(
      found.todos.map(({ key }) => key),
      todos,
    );
  });
}

test.run();
