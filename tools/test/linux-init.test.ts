// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';

// What /init of the reference cell reports, on the machine that builds: all of it but what is AArch64, above system
// calls that the test answers (linux-cell/init/test/kernel.c).
const FOLDER = join(__dirname, '..', '..', 'linux-cell', 'init');
/** System calls, entry, and what replaces the C library there. */
const OF_THE_MACHINE = ['start.S', 'syscall.c', 'runtime.c'];
const CHECKED = ['-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', '-fno-sanitize-recover'];
const COMPILE = ['-std=gnu11', '-g', '-O1', ...CHECKED];

const place = mkdtempSync(join(tmpdir(), 'nf-linux-init-'));
const program = join(place, 'init');
test.before(() => {
  const { init } = parse(readFileSync(join(FOLDER, 'initramfs.yaml'), 'utf8')) as { init: { sources: string[] } };
  const sources = init.sources.filter((name) => !OF_THE_MACHINE.includes(name));
  execFileSync('gcc', [...COMPILE, '-o', program, ...sources, 'test/kernel.c'], { cwd: FOLDER });
});
test.after(() => rmSync(place, { recursive: true, force: true }));

const NET = '/sys/class/net/nx0=';
const BLOCK = '/sys/block/nxblk0/dev=254:0\n';
const INPUT = '/proc/bus/input/devices=I: Bus=0006\nN: Name="nexus_input"\nP: Phys=nexus/input0\n';
const ATTACHED = '/sys/module/nexus_ion/parameters/state=attached\n';
const MODULES = ['nexus_ion', 'nexus_net', 'nexus_blk', 'nexus_input'];
const LIST = `/etc/modules=${MODULES.join('\n')}\n`;
const LIMIT = '/proc/sys/kernel/printk_devkmsg';
const CELL = [
  '/proc/cmdline=console=ttyAMA0 panic=-1 ion_base=0x90000000 quiet\n',
  `${LIMIT}=ratelimit\n`,
  LIST,
  ...MODULES.map((name) => `/lib/modules/${name}.ko=ELF`),
  ATTACHED,
  NET,
  BLOCK,
  INPUT,
];

const keyOf = (word: string) => word.slice(0, word.indexOf('='));
const cellWithout = (...words: string[]) => CELL.filter((word) => !words.includes(word));
/** The cell with some words in the place of others, of the same path or call. */
function cellWith(...words: string[]): string[] {
  const keys = words.map(keyOf);
  return [...words, ...CELL.filter((word) => !keys.includes(keyOf(word)))];
}

function boot(words: readonly string[]): string[] {
  const env = { ASAN_OPTIONS: 'detect_leaks=0' };
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env });
  assert.is(status, 0, stderr);
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.replace(/^<2>/, ''));
}

/** Each line of `expected` is said, once. */
function says(words: readonly string[], expected: readonly string[]): void {
  const lines = boot(words);
  for (const line of expected) {
    assert.is(lines.filter((said) => said === line).length, 1, `${line}\nin\n${lines.join('\n')}`);
  }
}

test('a cell in which all is well', () => {
  assert.equal(boot(CELL), [
    'nexus-init: started',
    '@init console open=3 result=ok',
    '@init mount path=/dev type=devtmpfs result=ok',
    '@init mount path=/proc type=proc result=ok',
    '@init mount path=/sys type=sysfs result=ok',
    '@init mount path=/tmp type=tmpfs result=ok',
    '@init cmdline ion_base=0x90000000',
    ...MODULES.flatMap((name) => [
      `insmod /lib/modules/${name}.ko ${name === 'nexus_ion' ? 'ion_base=0x90000000' : ''}`,
      `@init module name=${name} result=ok`,
    ]),
    '@init ion state=attached',
    '@init device name=nx0 kind=net result=ok',
    '@init device name=nxblk0 kind=block major=254 result=ok',
    '@init device name=nexus_input kind=input result=ok',
    'nexus-init: finished',
    '@init end failed=0',
  ]);
});

const ONE_FAILED = ['nexus-init: finished, with failures', '@init end failed=1'];
const NO_INPUT = '@init device name=nexus_input kind=input result=ENODEV';
const NO_DISK = '@init device name=nxblk0 kind=block result=ENODEV';
const stateOf = (state: string) => `/sys/module/nexus_ion/parameters/state=${state}\n`;
const FAULTS: [title: string, words: string[], expected: string][] = [
  ['no network interface', cellWithout(NET), '@init device name=nx0 kind=net result=ENODEV'],
  ['no disk', cellWithout(BLOCK), NO_DISK],
  ['a disk without a number', cellWith('/sys/block/nxblk0/dev='), NO_DISK],
  ['no input device at all', cellWithout(INPUT), NO_INPUT],
  ['another input device', cellWith('/proc/bus/input/devices=N: Name="nexus_inputs"\n'), NO_INPUT],
  ['a window that was refused', cellWith(stateOf('refused')), '@init ion state=refused'],
  ['a window whose epoch is over', cellWith(stateOf('stale')), '@init ion state=stale'],
  ['a module nexus_ion without a state', cellWithout(ATTACHED), '@init ion state=unknown'],
  [
    'a module that the kernel refuses',
    cellWith('insmod:/lib/modules/nexus_blk.ko=-129'),
    '@init module name=nexus_blk result=EKEYREJECTED',
  ],
  [
    'a module that is not there',
    cellWithout('/lib/modules/nexus_net.ko=ELF'),
    '@init module name=nexus_net result=ENOENT',
  ],
  [
    'an error without a name',
    cellWith('insmod:/lib/modules/nexus_blk.ko=-1000'),
    '@init module name=nexus_blk result=errno',
  ],
  ['a file system that is not mounted', cellWith('mount:/tmp=-1'), '@init mount path=/tmp type=tmpfs result=EPERM'],
  ['a console that is closed', cellWith('fd:1=-9'), '@init console open=2 result=EBADF'],
  ['a limit of the log that stays', cellWith(`write:${LIMIT}=-22`), 'nexus-init: started'],
  ['no list of modules', cellWithout(LIST), 'nexus-init: cannot read /etc/modules'],
];
for (const [title, words, expected] of FAULTS) {
  test(`${title} is one failure, by its name`, () => says(words, [expected, ...ONE_FAILED]));
}

const ABSENT = stateOf('absent');
test('without an ION device no device is expected', () => {
  says(cellWith(ABSENT).filter((word) => ![NET, BLOCK, INPUT].includes(word)), [
    '@init ion state=absent',
    '@init device name=nx0 kind=net result=absent',
    '@init device name=nxblk0 kind=block result=absent',
    '@init device name=nexus_input kind=input result=absent',
    '@init end failed=0',
  ]);
});

test('without an ION device each device that is there is a failure', () => {
  says(cellWith(ABSENT), ['@init ion state=absent', '@init device name=nx0 kind=net result=ok', '@init end failed=3']);
});

test('a file system that the kernel has mounted already is no failure', () => {
  says(cellWith('mount:/dev=-16'), ['@init mount path=/dev type=devtmpfs result=ok', '@init end failed=0']);
});

const COMMAND_LINES: [line: string, reported: string, parameter: string][] = [
  ['ion_base=0x1 quiet', '0x1', 'ion_base=0x1'],
  ['quiet ion_base=0x1', '0x1', 'ion_base=0x1'],
  ['quiet', 'absent', ''],
  ['region_base=0x1', 'absent', ''],
];
for (const [line, reported, parameter] of COMMAND_LINES) {
  test(`ion_base is a word of its own: ${line}`, () => {
    const loaded = `insmod /lib/modules/nexus_ion.ko ${parameter}`;
    says(cellWith(`/proc/cmdline=${line}\n`), [`@init cmdline ion_base=${reported}`, loaded]);
  });
}

test('an empty line of the list names no module', () => {
  const said = boot(cellWith('/etc/modules=nexus_ion\n\nnexus_net')).filter((line) => line.startsWith('@init module'));
  assert.equal(said, ['@init module name=nexus_ion result=ok', '@init module name=nexus_net result=ok']);
});

test('without a log standard error stands in', () => {
  assert.is(boot(cellWith('open:/dev/kmsg=-2')).filter((line) => line === '@init end failed=0').length, 1);
});

test.run();
