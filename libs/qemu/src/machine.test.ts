// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuArguments, type Machine, type QemuInvocation } from './machine';

const VIRT: Machine = {
  machine: 'virt',
  options: { virtualization: 'on', 'gic-version': 2, 'dtb-randomness': 'off' },
  cpu: 'cortex-a72',
  cpus: 1,
  memory_mib: 512,
};
const START = ['-no-user-config', '-nodefaults', '-display', 'none'];
const MACHINE = ['-M', 'virt,virtualization=on,gic-version=2,dtb-randomness=off', '-cpu', 'cortex-a72', '-smp', '1', '-m', '512M'];
const SERIAL = ['-chardev', 'stdio,id=serial0,signal=off', '-serial', 'chardev:serial0'];
const SERIAL_LOG = ['-chardev', 'file,id=serial0,path=/t/serial.log', '-serial', 'chardev:serial0'];

const CASES: [title: string, invocation: QemuInvocation, expected: string[]][] = [
  [
    'an interactive boot: nothing but machine, kernel and serial port, and it runs at once',
    { machine: VIRT, boot: { kernel: 'a/rumpk.img' }, channels: { monitor: true }, keepAfterPowerOff: false },
    [...START, ...MACHINE, '-no-reboot', '-kernel', 'a/rumpk.img', '-serial', 'mon:stdio'],
  ],
  [
    'a proof: held at its start and kept after the power-off, with QMP, gdb and a log of the serial port',
    {
      machine: VIRT,
      boot: { kernel: 'k', initrd: 'cell.cpio', append: 'mutant=none smoke=1' },
      channels: { qmp: '/t/qmp.sock', gdb: '/t/gdb.sock', serial: '/t/serial.log' },
      keepAfterPowerOff: true,
    },
    [
      ...START, ...MACHINE, '-no-reboot', '-no-shutdown',
      '-kernel', 'k', '-initrd', 'cell.cpio', '-append', 'mutant=none smoke=1', ...SERIAL_LOG,
      '-chardev', 'socket,id=qmp0,path=/t/qmp.sock,server=off', '-mon', 'chardev=qmp0,mode=control',
      '-gdb', 'unix:path=/t/gdb.sock,server=off', '-S',
    ],
  ],
  [
    'a disk is a modern virtio-mmio device; a comma in a path is doubled',
    {
      machine: { machine: 'virt', cpu: 'max', cpus: 2, memory_mib: 64 },
      boot: { kernel: 'k', drives: [{ id: 'hd0', file: 'a,b.img', format: 'raw', readonly: true }] },
      channels: {},
      keepAfterPowerOff: false,
    },
    [
      ...START, '-M', 'virt', '-cpu', 'max', '-smp', '2', '-m', '64M', '-no-reboot', '-kernel', 'k',
      '-global', 'virtio-mmio.force-legacy=false',
      '-drive', 'if=none,id=hd0,format=raw,file=a,,b.img,readonly=on', '-device', 'virtio-blk-device,drive=hd0', ...SERIAL,
    ],
  ],
  [
    'memory in NUMA nodes of one size',
    { machine: { ...VIRT, memory_nodes: 2 }, boot: { kernel: 'k' }, channels: {}, keepAfterPowerOff: false },
    [
      ...START, ...MACHINE,
      '-object', 'memory-backend-ram,id=ram0,size=256M', '-numa', 'node,nodeid=0,memdev=ram0',
      '-object', 'memory-backend-ram,id=ram1,size=256M', '-numa', 'node,nodeid=1,memdev=ram1',
      '-no-reboot', '-kernel', 'k', ...SERIAL,
    ],
  ],
  [
    'exceptions alone are traced where no instructions are asked for',
    { machine: VIRT, boot: { kernel: 'k' }, trace: { file: 't.log' }, channels: {}, keepAfterPowerOff: false },
    [...START, ...MACHINE, '-no-reboot', '-kernel', 'k', '-d', 'int', '-D', 't.log', ...SERIAL],
  ],
  [
    'traced instructions are limited to an inclusive range; instruction counting fixes the clock',
    {
      machine: VIRT,
      boot: { kernel: 'k' },
      trace: { file: 't.log', instructions: { from: 0x4020_0000n, to: 0x4040_0000n } },
      channels: {},
      keepAfterPowerOff: false,
      icount: true,
    },
    [
      ...START, ...MACHINE, '-icount', 'shift=0,align=off,sleep=off', '-rtc', 'clock=vm,base=2024-01-01', '-no-reboot',
      '-kernel', 'k', '-d', 'int,in_asm', '-dfilter', '0x40200000..0x403fffff', '-D', 't.log', ...SERIAL,
    ],
  ],
];
for (const [title, invocation, expected] of CASES) {
  test(title, () => assert.equal(qemuArguments(invocation), expected));
}

test.run();
