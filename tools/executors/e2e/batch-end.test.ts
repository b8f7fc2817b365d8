// SPDX-License-Identifier: Apache-2.0
// The end of a run in the middle of a batch, by the real Nx.
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BOARDS, RUN, outputs, placeOfThreeBoards, withDtc } from './boards';
import type { Elsewhere } from './workspace';

const test = suite<{ place: Elsewhere }>('the end of a batch, by the real Nx');
test.before.each((context) => {
  context.place = placeOfThreeBoards();
});
test.after.each(({ place }) => place.remove());

/** Whether a process has `mark` in its command line. */
function isRunning(mark: string): boolean {
  const commandLine = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && commandLine(name).includes(mark));
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) if (condition()) return;
  assert.unreachable(what);
}

const ENDS: [title: string, end: (nx: ChildProcess) => void][] = [
  ['Ctrl-C', ({ pid }) => process.kill(-pid!, 'SIGINT')],
  ['SIGTERM to Nx', (nx) => nx.kill('SIGTERM')],
  ['Nx killed outright', (nx) => nx.kill('SIGKILL')],
];
for (const [index, [title, end]] of ENDS.entries()) {
  test(`${title} leaves no process and no output of a batch`, async ({ place }) => {
    // How long a tool sleeps that never ends by itself: a number that is in no other command line.
    const mark = `9876543${index}.${process.pid}`;
    const path = withDtc(place, `sleep ${mark} & wait`);
    let nx: ChildProcess | undefined;
    const run = place.nx(RUN, { path, started: (started) => (nx = started) });
    const started = until(() => isRunning(mark), 'the tool was not started');
    const endedBefore = run.then(({ output }) => assert.unreachable(`Nx ended before the tool was started:\n${output}`));
    try {
      await Promise.race([started, endedBefore]);
    } finally {
      if (nx?.exitCode === null) end(nx);
    }
    await run;
    await until(() => !isRunning(mark), 'the tool is still running');
    assert.equal(BOARDS.map((name) => existsSync(outputs(place, name))), [false, false, false]);
  });
}

test.run();
