// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileDts, TOOLS_ON_PATH } from './compile';
import { checkArguments, faultsOf, OMITTED_CHECKS } from './dtc-checks';

const test = suite<{ folder: string }>('checks of dtc');
test.before.each((it) => {
  it.folder = mkdtempSync(join(tmpdir(), 'nf-dtc-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const tree = (controller: string, device = 'interrupts = <3>;') => `/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;
  gic: intc@1000 { reg = <0x1000 0x1000>; ${controller} };
  device@2000 { reg = <0x2000 0x100>; ${device} };
};
`;

/** Trees of which one of dtc 1.6 and 1.7 says something and the other nothing. */
const SEEN_DIFFERENTLY: [title: string, source: string][] = [
  ['a controller without #address-cells', tree('interrupt-controller; #interrupt-cells = <1>;')],
  ['#interrupt-cells without a controller', tree('interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>;', '#interrupt-cells = <1>;')],
  ['a map without #address-cells', tree('interrupt-controller; #interrupt-cells = <1>;', '#interrupt-cells = <1>; interrupt-map = <0 &gic 1>;')],
];
for (const [title, source] of SEEN_DIFFERENTLY) {
  test(`${title}: accepted, whichever dtc this is`, async ({ folder }) => {
    const output = join(folder, 'a.dtb');
    await compileDts(source, { name: 'a.dtb', root: folder, output, tools: TOOLS_ON_PATH });
    assert.ok(existsSync(output));
  });
}

test('any other warning is an error', async ({ folder }) => {
  const source = tree('interrupt-controller; #interrupt-cells = <1>;', 'interrupts = <3 4>; unit = <1>; sub@1 { };');
  const made = compileDts(source, { name: 'a.dtb', root: folder, output: join(folder, 'a.dtb'), tools: TOOLS_ON_PATH });
  assert.match(await made.then(() => '', (error: Error) => error.message), /^dtc does not accept the device tree source of a\.dtb\n[\s\S]*Warning \(unit_address_vs_reg\)/);
});

test('each check that is left out by name is one that this dtc has', () => {
  for (const name of checkArguments().filter((argument) => argument !== '-W')) {
    const { stderr } = spawnSync('dtc', ['-W', name, '-I', 'dts', '-O', 'dtb', '-o', '/dev/null', '-'], { input: '/dts-v1/; / { };', encoding: 'utf8' });
    assert.is(stderr, '', name);
  }
});

const SAID: [title: string, said: string, expected: string][] = [
  ['nothing', '', ''],
  ['a check that cannot be named to 1.6', "<stdin>: Warning (interrupt_map): Failed prerequisite 'interrupt_provider'\n", ''],
  ['another check', 'a: Warning (interrupt_map): x\nb: Warning (reg_format): y\n', 'b: Warning (reg_format): y'],
  ['an error that is no warning', 'Error: a:1.2-3 syntax error\n', 'Error: a:1.2-3 syntax error'],
];
for (const [title, said, expected] of SAID) test(`what counts of dtc's words: ${title}`, () => assert.is(faultsOf(said), expected));

test('every omission has its reason', () => {
  for (const { because } of OMITTED_CHECKS) assert.ok(because.length > 20);
});

test.run();
