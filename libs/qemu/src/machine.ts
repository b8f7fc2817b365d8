// SPDX-License-Identifier: Apache-2.0

/** The emulated hardware: the `qemu:` section of a board.yaml (machine.schema.json). */
export interface Machine {
  /** QEMU's machine name, as for -M. */
  machine: string;
  /** Machine options, in the order given. */
  options?: Readonly<Record<string, string | number>>;
  cpu: string;
  cpus: number;
  /** How many of them are of another kind, not in the board's device tree and not started. */
  other_cpus?: number;
  memory_mib: number;
  /** NUMA nodes of equal size that the memory is in; left out: none. */
  memory_nodes?: number;
}

/** A disk: an image file on the host behind a virtio-mmio block device. */
export interface Drive {
  id: string;
  /** Path of the image. */
  file: string;
  format: 'raw' | 'qcow2';
  readonly?: boolean;
}

/** What the machine is started with. Paths are as QEMU sees them from its working directory. */
export interface Boot {
  kernel: string;
  initrd?: string;
  /** Command line: reaches the kernel in /chosen bootargs of QEMU's device tree. */
  append?: string;
  /** A device tree instead of QEMU's own. */
  dtb?: string;
  drives?: readonly Drive[];
}

/** QEMU's own log of what the CPUs did, seen from outside the guest: every exception, and instructions on request. */
export interface Trace {
  file: string;
  /** Virtual addresses whose instructions are logged when they are translated; `to` is exclusive. */
  instructions?: { from: bigint; to: bigint };
}

/** How QEMU is reached. Serial port 0 is its standard input and output unless a file is named. */
export interface Channels {
  /** Unix sockets that QEMU connects to. */
  qmp?: string;
  gdb?: string;
  /** A file that serial port 0 writes to. */
  serial?: string;
  /** QEMU's monitor shares the terminal: Ctrl-A x ends QEMU, Ctrl-A c switches. */
  monitor?: boolean;
}

export interface QemuInvocation {
  machine: Machine;
  boot: Boot;
  trace?: Trace;
  channels: Channels;
  /** Whether the machine stays, stopped, after the guest's power-off, so that its memory can still be read. */
  keepAfterPowerOff: boolean;
  /** Instruction counting: one virtual nanosecond an instruction, and so the same run every time. */
  icount?: boolean;
}

/** Of a property list `a=b,c=d`, QEMU reads a doubled comma as a comma. */
const escaped = (value: string) => value.replaceAll(',', ',,');

function driveArguments(drive: Drive): string[] {
  const properties = [`if=none,id=${drive.id},format=${drive.format}`, `file=${escaped(drive.file)}`];
  if (drive.readonly) properties.push('readonly=on');
  return ['-drive', properties.join(','), '-device', `virtio-blk-device,drive=${drive.id}`];
}

function bootArguments(boot: Boot): string[] {
  const drives = boot.drives ?? [];
  return [
    ...['-kernel', boot.kernel],
    ...(boot.initrd === undefined ? [] : ['-initrd', boot.initrd]),
    ...(boot.append === undefined ? [] : ['-append', boot.append]),
    ...(boot.dtb === undefined ? [] : ['-dtb', boot.dtb]),
    ...(drives.length > 0 ? ['-global', 'virtio-mmio.force-legacy=false'] : []),
    ...drives.flatMap(driveArguments),
  ];
}

/** A memory backend for each NUMA node. */
function memoryNodeArguments({ memory_mib, memory_nodes = 0 }: Machine): string[] {
  return Array.from({ length: memory_nodes }, (_, index) => [
    ...['-object', `memory-backend-ram,id=ram${index},size=${memory_mib / memory_nodes}M`],
    ...['-numa', `node,nodeid=${index},memdev=ram${index}`],
  ]).flat();
}

function traceArguments(trace: Trace): string[] {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  const { file, instructions } = trace;
  if (!instructions) return ['-d', 'int', '-D', file];
  return ['-d', 'int,in_asm', '-dfilter', `${hex(instructions.from)}..${hex(instructions.to - 1n)}`, '-D', file];
}

function serialArguments({ serial, monitor }: Channels): string[] {
  if (monitor) return ['-serial', 'mon:stdio'];
  const backend = serial === undefined ? 'stdio,id=serial0,signal=off' : `file,id=serial0,path=${escaped(serial)}`;
  return ['-chardev', backend, '-serial', 'chardev:serial0'];
}

function channelArguments(channels: Channels): string[] {
  const { qmp, gdb } = channels;
  const socket = (id: string, path: string) => ['-chardev', `socket,id=${id},path=${escaped(path)},server=off`];
  return [
    ...serialArguments(channels),
    ...(qmp === undefined ? [] : [...socket('qmp0', qmp), '-mon', 'chardev=qmp0,mode=control']),
    ...(gdb === undefined ? [] : ['-gdb', `unix:path=${escaped(gdb)},server=off`]),
  ];
}

/**
 * The argument vector for `qemu-system-aarch64`. Nothing of the user's configuration or QEMU's default devices is
 * in the machine; with a QMP or gdb channel it starts stopped.
 */
export function qemuArguments(invocation: QemuInvocation): string[] {
  const { machine, boot, trace, channels } = invocation;
  const options = Object.entries(machine.options ?? {}).map(([name, value]) => `,${name}=${value}`);
  const controlled = channels.qmp !== undefined || channels.gdb !== undefined;
  return [
    ...['-no-user-config', '-nodefaults', '-display', 'none'],
    ...['-M', `${machine.machine}${options.join('')}`, '-cpu', machine.cpu],
    ...['-smp', String(machine.cpus), '-m', `${machine.memory_mib}M`],
    ...memoryNodeArguments(machine),
    ...(invocation.icount ? ['-icount', 'shift=0,align=off,sleep=off', '-rtc', 'clock=vm,base=2024-01-01'] : []),
    '-no-reboot',
    ...(invocation.keepAfterPowerOff ? ['-no-shutdown'] : []),
    ...bootArguments(boot),
    ...(trace ? traceArguments(trace) : []),
    ...channelArguments(channels),
    ...(controlled ? ['-S'] : []),
  ];
}
