// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isCalledWith } from '../../process/src/testing';
import type { Boot } from './machine';
import { QemuSession, type SessionOptions } from './session';
import { GUEST_ENTRY, TEST_MACHINE, bareGuest, withFolder } from './testing';

const QEMU = 'qemu-system-aarch64';

function start(folder: string, more: Partial<SessionOptions> = {}, boot: Partial<Boot> = {}): Promise<QemuSession> {
  const kernel = join(folder, 'guest.bin');
  if (!existsSync(kernel)) writeFileSync(kernel, bareGuest('hello\n'));
  return QemuSession.start({
    command: QEMU,
    workingDirectory: folder,
    scratchDirectory: folder,
    machine: TEST_MACHINE,
    boot: { kernel, ...boot },
    keepAfterPowerOff: true,
    gdb: false,
    onSerial: () => {},
    ...more,
  });
}
const failure = (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);
const shutdown = (session: QemuSession) =>
  new Promise<unknown>((resolve) => session.qmp.on('event', ({ event, data }) => event === 'SHUTDOWN' && resolve(data?.['reason'])));
/** Processes whose command line names the folder. */
const processesOf = (folder: string) =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isCalledWith(pid, folder));

test('a guest runs to its power-off, and its memory can be read afterwards', () =>
  withFolder(async (folder) => {
    let said = '';
    const session = await start(folder, { onSerial: (chunk) => (said += chunk) });
    const reason = shutdown(session);
    await session.qmp.execute('cont');
    assert.is(await reason, 'guest-shutdown');
    const file = await session.saveMemory(GUEST_ENTRY + 0x28n, 6);
    assert.is(readFileSync(file, 'latin1'), 'hello\n');
    await session.close();
    assert.is(said, 'hello\n');
    assert.match(session.version.version, /^\d+\.\d+\.\d+$/);
    assert.equal(processesOf(folder), []);
  }));

test('gdb: system registers, and a stop at an exact instruction', () =>
  withFolder(async (folder) => {
    const session = await start(folder, { gdb: true });
    const gdb = session.gdb as NonNullable<QemuSession['gdb']>;
    await gdb.insertBreakpoint(GUEST_ENTRY + 0x20n);
    assert.is(await gdb.resume(), 5);
    assert.is(await gdb.readRegister('pc'), GUEST_ENTRY + 0x20n);
    assert.is(await gdb.readRegister('X0'), 0x8400_0008n);
    assert.is((await gdb.readRegister('cpsr')) & 0xfn, 9n);
    assert.is(await gdb.readRegister('HCR_EL2'), 0n);
    assert.is(gdb.hasRegister('VTTBR_EL2'), true);
    assert.is(gdb.hasRegister('NO_SUCH_EL2'), false);
    const text = 'hello\n';
    assert.is((await gdb.readMemory(GUEST_ENTRY + 0x28n, text.length)).toString('latin1'), text);
    const saved = readFileSync(await session.saveMemory(GUEST_ENTRY, 10_000));
    assert.equal(await gdb.readMemory(GUEST_ENTRY, 10_000), saved);
    await gdb.removeBreakpoint(GUEST_ENTRY + 0x20n);
    assert.is(await gdb.resume(), 3);
    await session.close();
  }));

test('a refused command has the words of QEMU', () =>
  withFolder(async (folder) => {
    const session = await start(folder);
    assert.match(await failure(session.qmp.execute('no-such-command')), /no-such-command/);
    await session.close();
    assert.match(await failure(session.qmp.execute('cont')), /QEMU (went away|closed)/);
  }));

test('QEMU that does not start says why, at once', () =>
  withFolder(async (folder) => {
    const started = Date.now();
    const text = await failure(start(folder, { machine: { ...TEST_MACHINE, machine: 'nosuch' } }));
    assert.match(text, /^QEMU did not start\n[\s\S]*unsupported machine type/);
    assert.ok(Date.now() - started < 5000);
    assert.equal(processesOf(folder), []);
  }));

test('a missing emulator names its package', () =>
  withFolder(async (folder) => {
    assert.match(await failure(start(folder, { command: 'qemu-system-none' })), /qemu-system-none is missing[\s\S]*apt-get install qemu-system-arm/);
  }));

test('a disk that another machine uses is an error with its name', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'disk.img'), Buffer.alloc(4096));
    const drives = [{ id: 'hd', file: join(folder, 'disk.img'), format: 'raw' as const }];
    const first = await start(folder, {}, { drives });
    const text = await withFolder((other) => failure(start(other, { workingDirectory: folder }, { drives })));
    assert.match(text, /QEMU did not start[\s\S]*"write" lock[\s\S]*disk\.img/);
    await first.close();
  }));

test('a unix socket in use is an error that says so', () =>
  withFolder(async (folder) => {
    const server = createServer().listen(join(folder, 'qmp.sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    assert.match(await failure(start(folder)), /unix socket .*qmp\.sock is already in use/);
    server.close();
  }));

test('a socket path that is too long is an error that says so', () =>
  withFolder(async (folder) => {
    assert.match(await failure(start(folder, { scratchDirectory: join(folder, 'x'.repeat(100)) })), /too long[\s\S]*TMPDIR/);
  }));

test('a machine that hangs is closed all the same', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'guest.bin'), bareGuest('', 'hang'));
    const session = await start(folder);
    await session.qmp.execute('cont');
    await session.close();
    assert.equal(processesOf(folder), []);
  }));

test.run();
