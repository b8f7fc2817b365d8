// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { LineSplitter } from '@nexus-forge/process';

/** An asynchronous event of QEMU (QMP specification 2.5). */
export interface QmpEvent {
  event: string;
  data?: Record<string, unknown>;
}

export interface QemuVersion {
  /** As in `7.2.22`. */
  version: string;
  /** The distribution's package, as in `Debian 1:7.2+dfsg-7+deb12u18`; empty for a plain build. */
  package: string;
}

interface Greeting {
  QMP: { version: { qemu: { major: number; minor: number; micro: number }; package: string } };
}

interface Reply {
  return?: unknown;
  error?: { class: string; desc: string };
}

/** A command that QEMU refused, in QEMU's words. */
export class QmpError extends Error {
  override readonly name = 'QmpError';
}

const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?[0-9]{16,}(?![0-9.eE])/g;

/** JSON whose integers beyond 2^53 - 1 come as hexadecimal text (decimal below zero) rather than rounded. */
export function parseExactly(text: string): unknown {
  const exact = text.replace(TEXT_OR_NUMBER, (token) => {
    if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
    return token.startsWith('-') ? `"${token}"` : `"0x${BigInt(token).toString(16)}"`;
  });
  return JSON.parse(exact);
}

type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** A client of the QEMU machine protocol. Emits `event` with a `QmpEvent`. */
export class QmpClient extends EventEmitter<{ event: [QmpEvent] }> {
  private readonly pending: Pending[] = [];
  private closed = false;
  private greet: (greeting: Greeting) => void = () => {};

  private constructor(private readonly socket: Socket) {
    super();
    const lines = new LineSplitter((line) => this.receive(parseExactly(line) as Greeting));
    socket.on('data', (chunk: Buffer) => lines.push(chunk));
    socket.on('error', () => this.fail());
    socket.on('close', () => this.fail());
  }

  /** Waits for QEMU's greeting and leaves negotiation mode. */
  static async connect(socket: Socket): Promise<{ qmp: QmpClient; version: QemuVersion }> {
    const qmp = new QmpClient(socket);
    const greeting = await new Promise<Greeting>((resolve) => (qmp.greet = resolve));
    await qmp.execute('qmp_capabilities');
    const { qemu, package: distribution } = greeting.QMP.version;
    return {
      qmp,
      version: { version: `${qemu.major}.${qemu.minor}.${qemu.micro}`, package: distribution.trim() },
    };
  }

  /** Runs a command; rejects with a `QmpError` when QEMU refuses it or goes away. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown> {
    if (this.closed) return Promise.reject(new QmpError(`QEMU went away before ${command}`));
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject });
      this.socket.write(JSON.stringify(args ? { execute: command, arguments: args } : { execute: command }));
    });
  }

  private receive(message: Greeting | QmpEvent | Reply): void {
    if ('QMP' in message) return this.greet(message);
    if ('event' in message) return void this.emit('event', message);
    const waiting = this.pending.shift();
    if (message.error) waiting?.reject(new QmpError(message.error.desc));
    else waiting?.resolve(message.return);
  }

  private fail(): void {
    this.closed = true;
    for (const { reject } of this.pending.splice(0)) reject(new QmpError('QEMU closed its QMP socket'));
  }
}
