// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { listen, type Endpoint } from './endpoint';
import { GdbClient } from './gdb';
import { MEMORY_MAP_COMMAND, parseMemoryMap, type MappedRegion } from './memory-map';
import { qemuArguments, type QemuInvocation } from './machine';
import { QemuProcess } from './process';
import { QmpClient, type QemuVersion } from './qmp';
import { SerialLog } from './serial-log';

export interface SessionOptions extends Omit<QemuInvocation, 'channels'> {
  /** The emulator: a path, or a name looked up in PATH. */
  command: string;
  /** QEMU's working directory, which relative paths of the boot description start from. */
  workingDirectory: string;
  /** An existing private folder for sockets, the serial port's log and memory dumps; its path must be short. */
  scratchDirectory: string;
  /** Whether system registers and exact stops are wanted. */
  gdb: boolean;
  /** Told of what serial port 0 sent: a moment later while the machine runs. */
  onSerial: (chunk: Buffer) => void;
  /** Called once QEMU was started, while there is nothing to do but to wait for it. */
  onStarted?: () => void;
}

/** How long QEMU may take from its start to its greeting, in milliseconds. */
const START_LIMIT_MS = 10_000;
/** How long a QEMU that was asked to quit may take, in milliseconds. */
const QUIT_LIMIT_MS = 2_000;

interface Controls {
  qmp: QmpClient;
  version: QemuVersion;
  gdb: GdbClient | undefined;
}

/** A running QEMU under control. The machine stands at its first instruction until QMP or gdb lets it run. */
export class QemuSession {
  readonly qmp: QmpClient;
  readonly version: QemuVersion;
  readonly gdb: GdbClient | undefined;
  private sequence = 0;
  private map: Promise<readonly MappedRegion[]> | undefined;

  private constructor(
    private readonly process: QemuProcess,
    private readonly serial: SerialLog,
    private readonly scratchDirectory: string,
    /** The argument vector QEMU was started with. */
    readonly args: readonly string[],
    controls: Controls,
  ) {
    ({ qmp: this.qmp, version: this.version, gdb: this.gdb } = controls);
  }

  /** Starts QEMU; rejects at once, with QEMU's own words, when it does not start. */
  static async start(options: SessionOptions): Promise<QemuSession> {
    const { command, workingDirectory, scratchDirectory } = options;
    const qmp = await listen(join(scratchDirectory, 'qmp.sock'));
    const gdb = options.gdb ? await listen(join(scratchDirectory, 'gdb.sock')) : undefined;
    const serial = new SerialLog(join(scratchDirectory, 'serial.log'), options.onSerial);
    const args = qemuArguments({ ...options, channels: { qmp: qmp.path, gdb: gdb?.path, serial: serial.path } });
    const process = new QemuProcess({ command, args, workingDirectory });
    try {
      options.onStarted?.();
      const controls = await connect(command, process, qmp, gdb);
      return new QemuSession(process, serial, scratchDirectory, args, controls);
    } catch (error) {
      await process.kill();
      serial.close();
      throw error;
    } finally {
      qmp.close();
      gdb?.close();
    }
  }

  /** What QEMU itself said so far (its standard error). */
  get messages(): readonly string[] {
    return this.process.messages;
  }

  /** Resolves when QEMU has ended and all its output has been delivered. */
  get exited(): Promise<void> {
    return this.process.exited.then(() => this.serial.close());
  }

  /** Delivers what serial port 0 has sent: of a machine that stands still, everything it said. */
  readSerial(): void {
    this.serial.read();
  }

  /** What the machine has in its physical address space: QEMU reads zeros, and no error, where there is nothing. */
  memoryMap(): Promise<readonly MappedRegion[]> {
    const ask = () => this.qmp.execute('human-monitor-command', { 'command-line': MEMORY_MAP_COMMAND });
    return (this.map ??= ask().then((answer) => parseMemoryMap(String(answer))));
  }

  /** Saves guest physical memory to a file in the scratch folder; the file's path. The address is below 2^53. */
  async saveMemory(address: bigint, size: number): Promise<string> {
    if (address > Number.MAX_SAFE_INTEGER) throw new RangeError(`0x${address.toString(16)} is beyond any physical address`);
    const path = join(this.scratchDirectory, `memory-${this.sequence++}.bin`);
    await this.qmp.execute('pmemsave', { val: Number(address), size, filename: path });
    return path;
  }

  /** Ends QEMU in an orderly way, or by force when it does not answer; its output is complete afterwards. */
  async close(): Promise<void> {
    this.qmp.execute('quit').catch(() => {});
    const timer = setTimeout(() => void this.process.kill(), QUIT_LIMIT_MS);
    await this.exited;
    clearTimeout(timer);
  }
}

async function connect(
  command: string,
  process: QemuProcess,
  qmpEndpoint: Endpoint,
  gdbEndpoint: Endpoint | undefined,
): Promise<Controls> {
  // A QEMU that gives up closes its socket a moment before it ends; what counts is its end.
  const never = new Promise<never>(() => {});
  const greeted = qmpEndpoint.connected.then((socket) => QmpClient.connect(socket)).catch(() => never);
  const described = gdbEndpoint?.connected.then((socket) => GdbClient.connect(socket));
  const ended = process.exited.then(() => Promise.reject(startError(command, process.messages)));
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const error = new ForgeError(`${command} did not answer within ${START_LIMIT_MS / 1000} s of its start`);
    timer = setTimeout(() => reject(error), START_LIMIT_MS);
  });
  ended.catch(() => {});
  try {
    const [{ qmp, version }, gdb] = await Promise.race([Promise.all([greeted, described]), ended, expired]);
    return { qmp, version, gdb };
  } finally {
    clearTimeout(timer);
  }
}

const NOT_FOUND = /: No such file or directory$|ENOENT/;

function startError(command: string, messages: readonly string[]): ForgeError {
  const first = messages[0] ?? '';
  if (first.includes(command) && NOT_FOUND.test(first) && /setpriv|spawn/.test(first)) {
    return new ForgeError(`the tool ${command} is missing`, {
      expected: `${command} on PATH`,
      found: first,
      fix: 'apt-get install qemu-system-arm',
    });
  }
  return new ForgeError('QEMU did not start', { found: 'it ended before the machine ran', output: messages.join('\n') });
}
