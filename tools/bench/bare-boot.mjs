// SPDX-License-Identifier: Apache-2.0
// A machine as a proof describes it, booted without the proof: no QMP, no gdb, no log.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { timed } from './run.mjs';
import { cleanEnvironment, library, ROOT } from './workspace.mjs';

export const QEMU = 'qemu-system-aarch64';
const LIMIT_S = 120;

/** Lines whose time says how far a boot has come. A boot that never prints one has no time for it. */
const MILESTONES = [
  ['first line of Rumpk', /^\[rumpk\]|^@rumpk/],
  ['ERET into Linux', /^@rumpk eret\.attempt/],
  ['first line of Linux', /^Booting Linux/],
  ['/init', /^Run \/init as init process/],
  ['end of /init', /^@init end/],
];
const END = 'end of QEMU';

export const milestoneNames = [...MILESTONES.map(([name]) => name), END];

function loadSpec(file, root) {
  const { loadProof } = library('libs/proof/src/spec/load.ts');
  return loadProof(join(root, file), file);
}

/** The proof of a target's options, as it is held on their board. */
function specOnBoard({ spec: file, board, boardName, artefacts }, root) {
  const { forBoard } = library('libs/proof/src/for-board.ts');
  const deviceTreeTools = { fdtget: 'fdtget', fdtput: 'fdtput' };
  return forBoard(loadSpec(file, root), { board: boardName, boardFile: board, artefacts, workspaceRoot: root, deviceTreeTools });
}

/**
 * QEMU's arguments for the machine of a proof target's options, its serial port written to a file as a proof has it;
 * its disks are made in `scratch`.
 */
async function bareArguments(options, { scratch, serial, root }) {
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const { loadMachine } = library('libs/proof/src/board.ts');
  const { mergeMachine } = library('libs/proof/src/prove.ts');
  const { makeDrive } = library('libs/proof/src/run/drives.ts');
  const { board, artefacts } = options;
  const spec = await specOnBoard(options, root);
  const { kernel, initrd, append, icount, drives = [] } = spec.machine;
  const disks = drives.map((drive) => ({ id: drive.id, file: makeDrive(drive, scratch), format: 'raw' }));
  return qemuArguments({
    machine: mergeMachine(loadMachine(root, board), spec.machine),
    boot: { kernel: artefacts[kernel], initrd: artefacts[initrd], append, drives: disks },
    channels: { serial },
    keepAfterPowerOff: false,
    icount,
  });
}

/**
 * The machine of a proof target's `options`, in the workspace at `root`; its serial port's file goes into `scratch`.
 * @returns QEMU's arguments; `run()`, which boots once to the proof's end marker and gives the seconds; and of every
 *   round that was run the processor time and the seconds to each milestone.
 */
export async function bareBoot(options, scratch, root = ROOT) {
  const { Transcript } = library('libs/proof/src/transcript.ts');
  const { ConsoleSplitter } = library('libs/proof/src/console/splitter.ts');
  const { SerialLog } = library('libs/qemu/src/serial-log.ts');
  const file = join(scratch, 'serial.log');
  const args = await bareArguments(options, { scratch, serial: file, root });
  const marker = new RegExp(loadSpec(options.spec, root).end.marker, 'u');
  const rounds = [];
  const run = async () => {
    const reached = {};
    let ended = false;
    const started = performance.now();
    const transcript = new Transcript();
    const lines = new ConsoleSplitter((piece) => {
      const { text } = transcript.add(piece);
      ended ||= marker.test(text);
      for (const [name, pattern] of MILESTONES) if (pattern.test(text)) reached[name] ??= (performance.now() - started) / 1000;
    });
    const serial = new SerialLog(file, (chunk) => lines.push(chunk));
    const measured = { cwd: root, env: cleanEnvironment(), limit: LIMIT_S, accounted: true };
    const { seconds, cpu } = await timed(QEMU, args, measured).finally(() => serial.close());
    if (!ended) throw new Error(`${options.spec}: no line of ${file} matches ${marker}\n${readFileSync(file, 'latin1').slice(-2000)}`);
    rounds.push({ cpu, reached: { ...reached, [END]: seconds } });
    return seconds;
  };
  return { args, run, rounds };
}
