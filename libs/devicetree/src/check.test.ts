// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseBoard } from './board';
import { parseCell } from './cell';
import { checkMachine } from './check';

const BENCH = join(__dirname, 'golden', 'bench');
const TEXT = {
  'bench/board.yaml': readFileSync(join(BENCH, 'board.yaml'), 'utf8'),
  'bench/guest.yaml': readFileSync(join(BENCH, 'guest.yaml'), 'utf8'),
} as const;
type File = keyof typeof TEXT;
const ABI = { ipa: 0x9000_0000, size: 0x0100_0000 };

/** The message for the bench with parts of its files replaced. */
function refusal(edits: readonly (readonly [file: File, from: string | RegExp, to: string])[]): string {
  const text: Record<File, string> = { ...TEXT };
  for (const [file, from, to] of edits) {
    const edited = text[file].replace(from, to);
    assert.is.not(edited, text[file], `${file} has ${from}`);
    text[file] = edited;
  }
  try {
    checkMachine(parseBoard(text['bench/board.yaml'], 'bench/board.yaml'), parseCell(text['bench/guest.yaml'], 'bench/guest.yaml'), ABI);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const BOARD: File = 'bench/board.yaml';
const CELL: File = 'bench/guest.yaml';

test('the bench is accepted', () => assert.is(refusal([]), 'accepted'));

test('a model is free text, as boards have it', () => {
  assert.is(refusal([[BOARD, /model: .*/, 'model: Raspberry Pi 4 Model B Rev 1.4']]), 'accepted');
});

test('an initramfs is what a target makes, or an initramfs.yaml by its path', () => {
  for (const named of ['init/initramfs.yaml', './init/initramfs.yaml', 'a:b/c.gz', '"@acme/a.b:c_d/e.gz"', '"@a/initramfs.yaml"']) assert.is(refusal([[CELL, /initramfs: .*/, `initramfs: ${named}`]]), 'accepted', named);
});

type Fault = [title: string, file: File, from: string | RegExp, to: string, expected: RegExp];
const FAULTS: Fault[] = [
  ['an unknown key', CELL, 'vmid: 3', 'vmid: 3\nvmids: 4', /^bench\/guest\.yaml:4:1: unknown key vmids/],
  ['an unquoted compatible', BOARD, '["arm,pl011", "arm,primecell"]', '[arm,pl011]', /^bench\/board\.yaml:\d+:\d+: serial\.compatible\.\d has the wrong form/],
  ['a GIC without the windows of its version', BOARD, /  virtual_cpu.*\n/, '', /gic lacks the key virtual_cpu/],
  ['memory banks that overlap', BOARD, 'base: 0x800000000', 'base: 0x50000000', /^bench\/board\.yaml:10:\d+: this memory bank overlaps this memory bank\n.*bench\/board\.yaml:9:/],
  ['memory banks that touch', BOARD, 'base: 0x800000000, size: 0x40000000', 'base: 0x60000000, size: 0x40000000', /^bench\/board\.yaml:10:\d+: this memory bank begins where another ends\n.*one bank \[0x40000000, 0xa0000000\)\n.*board\.yaml:9:/],
  ['a carve-out that no Linux fits into', CELL, 'size: 0x10000000', 'size: 0x800000', /^bench\/guest\.yaml:5:\d+: the carve-out is too small for any Linux\n.*at least 0x1000000\n.*0x800000/],
  ['two timers on one private interrupt', BOARD, 'hypervisor: 10', 'hypervisor: 11', /^bench\/board\.yaml:\d+:\d+: the hypervisor timer has the private interrupt of the virtual timer\n.*none of PPI 11 \(bench\/board\.yaml:\d+:\d+\)\n.*PPI 11/],
  ["a maintenance interrupt on a timer's", BOARD, 'maintenance_ppi: 9', 'maintenance_ppi: 14', /the GIC's maintenance has the private interrupt of the physical timer/],
  ['a model with a quote', BOARD, /model: .*/, "model: 'a \"b\"'", /model has the wrong form/],
  ['a device in memory', BOARD, 'base: 0x09010000', 'base: 0x40010000', /device rtc0 overlaps this memory bank/],
  ['devices that overlap', BOARD, 'base: 0x09010000', 'base: 0x09000800', /^bench\/board\.yaml:\d+:\d+: device rtc0 overlaps device uart0/],
  ['a device over the virtualisation windows', BOARD, 'base: 0x09010000', 'base: 0x08040000', /the GIC's virtual_cpu overlaps device rtc0/],
  ['transports over a device', BOARD, 'base: 0x0A000000', 'base: 0x09010000', /the virtio-mmio transports overlaps device rtc0/],
  ['scratch memory over the kernel', BOARD, 'scratch: { base: 0x58000000', 'scratch: { base: 0x47000000', /rumpk\.scratch overlaps rumpk\.memory/],
  ['a carve-out over Rumpk', CELL, 'base: 0x48000000', 'base: 0x47E00000', /^bench\/guest\.yaml:5:1: carve_out overlaps rumpk\.memory\n.*outside \[0x40000000, 0x48000000\) \(bench\/board\.yaml:12:3\)\n.*\[0x47e00000, 0x57e00000\)/],
  ['a carve-out over scratch', CELL, 'size: 0x10000000', 'size: 0x10200000', /carve_out overlaps rumpk\.scratch/],
  ['an unaligned carve-out', CELL, 'base: 0x48000000', 'base: 0x48001000', /the base of carve_out is unaligned\n.*0x200000\n.*0x48001000/],
  ['a carve-out of odd size', CELL, 'size: 0x10000000', 'size: 0xFFFF000', /the size of carve_out is unaligned/],
  ['a carve-out outside memory', CELL, 'base: 0x48000000', 'base: 0x60000000', /carve_out is outside the memory of the board\n.*inside \[0x40000000, 0x60000000\) \(bench\/board\.yaml:9:5\) or \[0x800000000, 0x840000000\) \(bench\/board\.yaml:10:5\)/],
  ['memory of another board that shares the cell', BOARD, 'base: 0x40000000, size: 0x20000000', 'base: 0x400000000, size: 0x20000000', /^bench\/board\.yaml:\d+:\d+: rumpk\.memory is outside/],
  ['a carve-out that fits another board', CELL, 'base: 0x48000000', 'base: 0x60000000', /^bench\/guest\.yaml:5:1: carve_out is outside[^]*to do: +correct it, or where another board shares this cell give this one its own \(cell: at bench\/board\.yaml:\d+:1\)/],
  ['a carve-out across two banks', CELL, 'base: 0x48000000, size: 0x10000000', 'base: 0x50000000, size: 0x7D0000000', /carve_out is outside the memory/],
  ['ION memory inside the carve-out', CELL, 'pa: 0x5F000000', 'pa: 0x50000000', /^bench\/guest\.yaml:6:\d+: the memory of the ION window overlaps carve_out/],
  ['ION memory outside memory', CELL, 'pa: 0x5F000000', 'pa: 0x5F200000', /the memory of the ION window is outside the memory of the board/],
  ['unaligned ION memory', CELL, 'pa: 0x5F000000', 'pa: 0x5EFFF000', /the base of the memory of the ION window is unaligned/],
  ['an image off its 2 MiB', BOARD, 'image_address: 0x40200000', 'image_address: 0x40100000', /rumpk\.image_address is unaligned/],
  ['an image outside Rumpk', BOARD, 'image_address: 0x40200000', 'image_address: 0x48000000', /rumpk\.image_address is outside rumpk\.memory/],
  ['a stub before the image', BOARD, 'stub_address: 0x40201000', 'stub_address: 0x40001000', /rumpk\.stub_address is outside rumpk\.memory\n.*\[0x40200000, 0x48000000\)/],
  ['a stub off its page', BOARD, 'stub_address: 0x40201000', 'stub_address: 0x40201800', /rumpk\.stub_address is unaligned/],
  ['another window address', CELL, 'ipa: 0x90000000', 'ipa: 0x92000000', /ion\.ipa is not what ion-abi\.yaml fixes\n.*0x90000000\n.*0x92000000/],
  ['another window size', CELL, 'size: 0x01000000', 'size: 0x00800000', /ion\.size is not what ion-abi\.yaml fixes/],
  ['an unknown device', CELL, 'rtc0]', 'rtc1]', /^bench\/guest\.yaml:8:\d+: the board has no device rtc1\n.*interrupt-controller, uart0, rtc0, button/],
  ['one window of the interrupt controller asked for', CELL, 'rtc0]', 'gich]', /the board has no device gich/],
  ['a cell without interrupt controller', CELL, 'interrupt-controller, ', '', /the cell lacks the device interrupt-controller/],
  ['a device smaller than a page', BOARD, 'base: 0x09010000, size: 0x1000', 'base: 0x09010000, size: 0x200', /the size of device rtc0 is unaligned\n.*0x1000\n.*0x200/],
  ['a console without its port', CELL, ' uart0,', '', /^bench\/guest\.yaml:9:1: console passthrough needs uart0 mapped/],
  ['a port mapped against the policy', CELL, 'passthrough', 'none', /^bench\/guest\.yaml:8:\d+: console none keeps uart0 from the cell, but it is mapped/],
  ['a command line without ion_base', CELL, ' ion_base=0x90000000', '', /^bench\/guest\.yaml:10:1: the command line lacks ion_base\n.*ion_base=0x90000000/],
  ['a command line with another ion_base', CELL, 'ion_base=0x90000000', 'ion_base=0x91000000', /has another ion_base\n.*\n.*ion_base=0x91000000/],
  ['a command line with two', CELL, 'ion_base=0x90000000', 'ion_base=0x90000000 ion_base=0x90000000', /has another ion_base/],
  ['a command line that is too long', CELL, 'ion_base', `${'a'.repeat(2030)} ion_base`, /too long for the kernel\n.*2047 bytes\n.*\d+ bytes/],
  ['an initramfs that is neither', CELL, /initramfs: .*/, 'initramfs: dist/initramfs.cpio.gz', /^bench\/guest\.yaml:\d+:\d+: initramfs has the wrong form[\s\S]*dist\/initramfs\.cpio\.gz/],
  ['a scope without a name', CELL, /initramfs: .*/, 'initramfs: "@acme:b/c.gz"', /initramfs has the wrong form/],
  ['an initramfs.yaml elsewhere', CELL, /initramfs: .*/, 'initramfs: /etc/initramfs.yaml', /initramfs has the wrong form/],
  ['a command line with a quote', CELL, 'command_line: console=ttyAMA0', 'command_line: "console=\\"ttyAMA0\\""\n#', /command_line has the wrong form/],
  ['a second core, which nothing starts', CELL, 'cpus: 1', 'cpus: 2', /^bench\/guest\.yaml:4:1: Rumpk does not start a second core of a cell yet\n.*expected: cpus: 1\n.*cpus: 2/],
  ['a console that nothing emulates', CELL, / uart0,([^]*)passthrough/, '$1virtual', /^bench\/guest\.yaml:9:1: Rumpk does not emulate a serial port yet\n.*console: passthrough, with the serial port among devices; or console: none\n.*console: virtual/],
  ['a doorbell on a used interrupt', CELL, 'doorbell_spi: 200', 'doorbell_spi: 17', /^bench\/guest\.yaml:7:1: the interrupt of the doorbell is already used by the virtio-mmio transports\n.*SPIs 16 to 17 \(bench\/board\.yaml:\d+:/],
  ['a doorbell on the serial port', CELL, 'doorbell_spi: 200', 'doorbell_spi: 1', /already used by uart0/],
  ['a doorbell on a claimed interrupt', CELL, 'doorbell_spi: 200', 'doorbell_spi: 100', /already used by Message frames/],
  ['a doorbell that the controller lacks', CELL, 'doorbell_spi: 200', 'doorbell_spi: 256', /the interrupt of the doorbell does not exist\n.*below 256/],
  ['two devices on one interrupt', BOARD, 'spi: 7', 'spi: 2', /the interrupt of button is already used by rtc0/],
  ['two devices of one name', BOARD, 'name: button', 'name: rtc0', /the device name rtc0 stands twice/],
  ['a device with a reserved name', BOARD, 'name: button', 'name: gich', /the device name gich stands twice/],
  ['a board not named like its folder', BOARD, 'name: bench', 'name: desk', /^bench\/board\.yaml:3:1: the board is not named like its folder\n.*bench\n.*desk/],
  ['a QEMU machine of other memory', BOARD, 'memory_mib: 1536', 'memory_mib: 512', /qemu\.memory_mib is not the memory above, in MiB\n.*1536\n.*512/],
  ['a QEMU machine of other cores', BOARD, '  cpus: 2\n', '  cpus: 1\n', /qemu\.cpus is not cpus\.count/],
  [
    'a QEMU machine whose other cores are counted as these',
    BOARD,
    '  cpus: 2\n',
    '  cpus: 2\n  other_cpus: 1\n',
    /qemu\.cpus is not cpus\.count and qemu\.other_cpus\n.*3\n.*2/,
  ],
  [
    'a QEMU machine whose memory does not divide',
    BOARD,
    'memory_mib: 1536',
    'memory_nodes: 7\n  memory_mib: 1536',
    /the memory cannot be divided among qemu\.memory_nodes in whole MiB\n.*divides 1536\n.*7/,
  ],
  ['a QEMU machine of another GIC', BOARD, 'gic-version: 2', 'gic-version: 3', /qemu\.options\.gic-version is not gic\.version/],
];
for (const [title, file, from, to, expected] of FAULTS) {
  test(`${title}: refused`, () => {
    const message = refusal([[file, from, to]]);
    assert.is.not(message, 'accepted');
    assert.match(message, expected);
  });
}

/** What `qemu` may leave out, left out. */
const DERIVED: [file: File, from: string, to: string][] = [
  [BOARD, '  memory_mib: 1536\n', ''],
  [BOARD, '  cpus: 2\n', ''],
];

test('a QEMU machine takes cores and memory from the board', () => assert.is(refusal(DERIVED), 'accepted'));

test('memory that QEMU cannot have is refused, also where it is derived', () => {
  const message = refusal([...DERIVED, [BOARD, 'size: 0x40000000', 'size: 0x40080000']]);
  assert.match(message, /^bench\/board\.yaml:8:1: QEMU takes memory in whole MiB\n.*whole number of MiB\n.*1536\.5 MiB/);
  const divided = refusal([...DERIVED, [BOARD, '  machine: virt', '  memory_nodes: 7\n  machine: virt']]);
  assert.match(divided, /the memory cannot be divided among qemu\.memory_nodes in whole MiB\n.*divides 1536\n/);
});

test('in the guest address space a device may not lie in the carve-out', () => {
  const message = refusal([
    [CELL, 'base: 0x48000000, size: 0x10000000', 'base: 0x800000000, size: 0x10000000'],
    [BOARD, 'base: 0x09010000', 'base: 0x90000000'],
  ]);
  assert.match(message, /in the guest's address space the ION window overlaps device rtc0/);
});

test('memory that Rumpk reaches by a pointer may not begin at address 0', () => {
  const message = refusal([
    [BOARD, 'base: 0x800000000, size: 0x40000000', 'base: 0x0, size: 0x07000000'],
    [BOARD, 'scratch: { base: 0x58000000', 'scratch: { base: 0x0'],
    [BOARD, 'memory_mib: 1536', 'memory_mib: 624'],
  ]);
  assert.match(message, /^bench\/board\.yaml:13:3: rumpk\.scratch begins at address 0, which no pointer can hold\n/);
  assert.match(message, /a higher base\n.*0x0/);
});

test('a carve-out beyond 39 bits is refused', () => {
  const message = refusal([
    [BOARD, 'base: 0x800000000, size: 0x40000000', 'base: 0x7FE0000000, size: 0x40000000'],
    [CELL, 'base: 0x48000000, size: 0x10000000', 'base: 0x7FF0000000, size: 0x20000000'],
  ]);
  assert.match(message, /carve_out reaches beyond the guest-physical space\n.*0x8000000000/);
});

test.run();
