// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { PacketReader, framePacket } from './gdb-packet';

/** Where QEMU's target description puts a register: its number for the `p` packet. */
type RegisterNumbers = ReadonlyMap<string, number>;

/** Breakpoint kind of A64: the length of an instruction (GDB manual, "ARM Breakpoint Kinds"). */
const BREAKPOINT_KIND = 4;
/** A general register of A64. */
const WATCHED_BYTES = 8;
const FEATURE_CHUNK = 'ffb';
/** Two hex digits a byte have to fit QEMU's packets of 4096. */
const MEMORY_CHUNK = 2000;

/**
 * A client of QEMU's gdb stub (GDB Remote Serial Protocol), for what QMP cannot give: system registers, a stop at an
 * exact instruction, and memory in small pieces without delay. QEMU describes its registers itself, so that none is numbered here.
 */
export class GdbClient {
  private readonly replies: ((packet: string) => void)[] = [];
  private registers: RegisterNumbers = new Map();
  private physical: Promise<void> | undefined;
  /** The core that the machine stopped at, by its name among QEMU's threads; the first until it has run. */
  private stoppedAt: string | undefined;

  private constructor(private readonly socket: Socket) {
    const reader = new PacketReader((packet) => {
      this.send('+');
      this.replies.shift()?.(packet);
    });
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.on('error', () => this.fail());
    socket.on('close', () => this.fail());
  }

  /** Reads the target description of the stopped machine. */
  static async connect(socket: Socket): Promise<GdbClient> {
    const gdb = new GdbClient(socket);
    await gdb.request('qSupported:qXfer:features:read+');
    gdb.registers = await gdb.readRegisterNumbers();
    return gdb;
  }

  /** Whether QEMU exposes a register of this machine; names are case-insensitive (`pc`, `HCR_EL2`). */
  hasRegister(name: string): boolean {
    return this.registers.has(name.toLowerCase());
  }

  /** The value of a register of the CPU that stopped. */
  async readRegister(name: string): Promise<bigint> {
    const number = this.registers.get(name.toLowerCase());
    if (number === undefined) throw new Error(`QEMU exposes no register ${name}`);
    const reply = await this.request(`p${number.toString(16)}`);
    if (!/^([0-9a-f]{2})+$/.test(reply)) throw new Error(`register ${name}: gdb stub answered ${JSON.stringify(reply)}`);
    return BigInt(`0x${Buffer.from(reply, 'hex').reverse().toString('hex')}`);
  }

  /** The same of every core but the one that stopped. */
  async readRegisterOfOthers(name: string): Promise<bigint[]> {
    const threads = await this.threads();
    const own = this.stoppedAt ?? threads[0];
    // Asked for in one go: whatever is asked next is of the core that stopped again.
    const others = threads.filter((thread) => thread !== own).map(async (thread) => {
      const [, value] = await Promise.all([this.expectOk(`Hg${thread}`), this.readRegister(name)]);
      return value;
    });
    const [values] = await Promise.all([Promise.all(others), this.expectOk(`Hg${own}`)]);
    return values;
  }

  /** QEMU's name of each core. */
  private async threads(): Promise<string[]> {
    let names: string[] = [];
    for (let request = 'qfThreadInfo'; ; request = 'qsThreadInfo') {
      const reply = await this.request(request);
      if (!reply.startsWith('m')) return names;
      names = [...names, ...reply.slice(1).split(',')];
    }
  }

  /** Guest physical memory in small pieces, which cost a fraction of a QMP command each. */
  async readMemory(address: bigint, size: number): Promise<Buffer> {
    this.physical ??= this.expectOk('Qqemu.PhyMemMode:1');
    await this.physical;
    const starts = Array.from({ length: Math.ceil(size / MEMORY_CHUNK) }, (_, index) => index * MEMORY_CHUNK);
    const chunks = starts.map(async (start) => {
      const length = Math.min(MEMORY_CHUNK, size - start);
      const reply = await this.request(`m${(address + BigInt(start)).toString(16)},${length.toString(16)}`);
      if (reply.length !== 2 * length) throw new Error(`gdb stub answered ${JSON.stringify(reply)} for ${length} bytes at 0x${address.toString(16)}`);
      return Buffer.from(reply, 'hex');
    });
    return Buffer.concat(await Promise.all(chunks));
  }

  async insertBreakpoint(address: bigint): Promise<void> {
    await this.expectOk(`Z1,${address.toString(16)},${BREAKPOINT_KIND}`);
  }

  async removeBreakpoint(address: bigint): Promise<void> {
    await this.expectOk(`z1,${address.toString(16)},${BREAKPOINT_KIND}`);
  }

  /** Stops the machine before it stores to eight bytes at a virtual address. */
  async insertWatchpoint(address: bigint): Promise<void> {
    await this.expectOk(`Z2,${address.toString(16)},${WATCHED_BYTES}`);
  }

  async removeWatchpoint(address: bigint): Promise<void> {
    await this.expectOk(`z2,${address.toString(16)},${WATCHED_BYTES}`);
  }

  /** Executes one instruction; the signal that says why the machine stands again, as `resume` gives it. */
  step(): Promise<number | undefined> {
    return this.run('s');
  }

  /**
   * Lets the machine run until it stops. Gives the signal of gdb's numbering that says why (5: a breakpoint or watchpoint,
   * 3: the guest's power-off, 2: stopped by QMP), or undefined when QEMU went away.
   */
  resume(): Promise<number | undefined> {
    return this.run('c');
  }

  private async run(packet: string): Promise<number | undefined> {
    const reply = await this.request(packet);
    const signal = /^[ST]([0-9a-f]{2})/.exec(reply)?.[1];
    this.stoppedAt = /;?thread:([^;]+)/.exec(reply.slice('T05'.length))?.[1] ?? this.stoppedAt;
    return signal === undefined ? undefined : parseInt(signal, 16);
  }

  private async readRegisterNumbers(): Promise<RegisterNumbers> {
    const target = await this.readFeature('target.xml');
    const files = [...target.matchAll(/<xi:include href="([^"]+)"/g)].map(([, file]) => this.readFeature(file as string));
    const numbers = new Map<string, number>();
    let next = 0;
    for (const feature of await Promise.all(files)) {
      for (const [, attributes = ''] of feature.matchAll(/<reg ([^>]*)>/g)) {
        const name = /\bname="([^"]+)"/.exec(attributes)?.[1] ?? '';
        next = Number(/\bregnum="(\d+)"/.exec(attributes)?.[1] ?? next);
        numbers.set(name.toLowerCase(), next++);
      }
    }
    return numbers;
  }

  private async readFeature(file: string): Promise<string> {
    let text = '';
    for (;;) {
      const reply = await this.request(`qXfer:features:read:${file}:${text.length.toString(16)},${FEATURE_CHUNK}`);
      text += reply.slice(1);
      if (!reply.startsWith('m')) return text;
    }
  }

  private async expectOk(packet: string): Promise<void> {
    const reply = await this.request(packet);
    if (reply !== 'OK') throw new Error(`gdb stub answered ${JSON.stringify(reply)} to ${packet}`);
  }

  private request(packet: string): Promise<string> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) return resolve('');
      this.replies.push(resolve);
      this.send(framePacket(packet));
    });
  }

  /** What is said in one turn of the event loop goes out in one write. */
  private send(text: string): void {
    if (this.socket.writableCorked === 0) {
      this.socket.cork();
      process.nextTick(() => this.socket.uncork());
    }
    this.socket.write(text);
  }

  private fail(): void {
    for (const reply of this.replies.splice(0)) reply('');
  }
}
