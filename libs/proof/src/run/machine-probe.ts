// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingIn, type QemuSession } from '@nexus-forge/qemu';
import type { DeviceTreeTools, Probe, Stage2Observation } from '../evidence/probe';
import { readStage2, type SeenTables } from '../evidence/stage2-walker';
import { ValueError, hex } from '../value';

/** More than any one thing a proof looks at; a wild size must not fill the host's disk. */
const MEMORY_BYTES_MAX = 128n * 1024n * 1024n;

/** Up to here the gdb stub is faster than a QMP command, which takes about a millisecond. */
const SMALL_BYTES = 4096;

export interface ProbePaths {
  artefact: (name: string) => string;
  disk: (id: string) => string | undefined;
  scratchDirectory: string;
  deviceTreeTools: DeviceTreeTools;
}

/** Looks at the host's side of a run: artefacts, and disks as the run left them. */
export function hostProbe({ artefact, disk, scratchDirectory, deviceTreeTools }: ProbePaths): Probe {
  let files = 0;
  const gone = () => Promise.reject(new ValueError('the machine is gone'));
  return {
    memory: gone,
    dump: gone,
    register: gone,
    registerOfOthers: gone,
    stage2: gone,
    stage2At: () => undefined,
    disk: async (id) => readDisk(id, disk(id)),
    artefact,
    scratchFile: () => join(scratchDirectory, `evidence-${files++}`),
    deviceTreeTools,
  };
}

function readDisk(id: string, path: string | undefined): Buffer {
  if (path === undefined) throw new ValueError(`there is no drive ${id}`);
  return readFileSync(path);
}

/** The tables as they were in earlier moments, by moment. */
export type EarlierTables = ReadonlyMap<string, () => Stage2Observation>;

/** Looks at a machine that stands still. What was read once is not read again. */
export function machineProbe(session: QemuSession, paths: ProbePaths, seen: SeenTables, earlier: EarlierTables = new Map()): Probe {
  const dumps = new Map<string, Promise<() => Buffer>>();
  let tables: Promise<() => Stage2Observation> | undefined;

  const save = async (address: bigint, bytes: bigint): Promise<() => Buffer> => {
    if (bytes <= 0n || bytes > MEMORY_BYTES_MAX) throw new ValueError(`${bytes} bytes at ${hex(address)} are no sensible range`);
    const missing = missingIn(await session.memoryMap(), address, bytes);
    if (missing !== undefined) throw new ValueError(missing);
    const size = Number(bytes);
    if (session.gdb && size <= SMALL_BYTES) {
      const small = await session.gdb.readMemory(address, size);
      return () => small;
    }
    const file = await session.saveMemory(address, size);
    let content: Buffer | undefined;
    return () => (content ??= readFileSync(file));
  };
  const dump = (address: bigint, size: bigint): Promise<() => Buffer> => {
    const key = `${address}:${size}`;
    const known = dumps.get(key) ?? save(address, size);
    dumps.set(key, known);
    return known;
  };
  const memory = async (address: bigint, size: number): Promise<Buffer> => (await dump(address, BigInt(size)))();
  const stubWith = (name: string) => {
    if (!session.gdb) throw new ValueError('QEMU was started without its gdb stub');
    // A machine without EL2 has no EL2 registers: that is something seen, not a fault of the spec.
    if (!session.gdb.hasRegister(name)) throw new ValueError(`this machine has no register ${name}`);
    return session.gdb;
  };
  const register = async (name: string): Promise<bigint> => stubWith(name).readRegister(name);
  const walk = async () => {
    // Asked for together with the registers, without waiting for them: the tables most likely lie where they lay.
    const ahead = session.gdb ? seen.pages.map(({ base, size }) => memory(base, Number(size))) : [];
    const [vttbr, vtcr, content] = await Promise.all([register('VTTBR_EL2'), register('VTCR_EL2'), Promise.all(ahead)]);
    const known = seen.asBefore({ vttbr, vtcr }, content);
    if (known) return () => known;
    const tables = await readStage2({ vttbr, vtcr }, memory);
    // At once, and not when it is asked for: a later walk, on its way, would find other tables remembered than it read.
    const found = seen.see({ vttbr, vtcr }, tables);
    return () => found;
  };
  return {
    ...hostProbe(paths),
    memory,
    dump,
    register,
    registerOfOthers: async (name) => stubWith(name).readRegisterOfOthers(name),
    stage2: () => (tables ??= walk()),
    stage2At: (moment) => earlier.get(moment),
  };
}
