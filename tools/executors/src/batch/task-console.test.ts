// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routeConsole, withSink } from './task-console';

const test = suite<{ restore: () => void }>('console of a task');
test.before.each((context) => {
  context.restore = routeConsole();
});
test.after.each(({ restore }) => restore());

/** What `work` prints, each line with its stream. */
async function printed(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  await withSink((text, stream) => lines.push(`${stream}: ${text.trimEnd()}`), work);
  return lines;
}

test('each of two tasks at once gets its own lines, in their order', async () => {
  const talk = (name: string) => async () => {
    for (let count = 0; count < 3; count += 1) {
      console.log(name, count);
      await sleep(2);
    }
    console.error(`${name} ends`);
  };
  const [a, b] = await Promise.all([printed(talk('a')), printed(talk('b'))]);
  assert.equal(a, ['stdout: a 0', 'stdout: a 1', 'stdout: a 2', 'stderr: a ends']);
  assert.equal(b, ['stdout: b 0', 'stdout: b 1', 'stdout: b 2', 'stderr: b ends']);
});

test("lines printed by callbacks of a task's tool, and by a console.log that was handed on, are the task's", async () => {
  const ask = (word: string) => async () => {
    const report: (line: string) => void = console.log;
    const child = spawn('sh', ['-c', `echo ${word}; sleep 0.05; echo ${word} again`]);
    child.stdout.on('data', (chunk: Buffer) => report(chunk.toString().trim()));
    await new Promise((resolve) => child.once('close', resolve));
  };
  assert.equal(await Promise.all([printed(ask('a')), printed(ask('b'))]), [
    ['stdout: a', 'stdout: a again'],
    ['stdout: b', 'stdout: b again'],
  ]);
});

test('what no task prints goes where it went before', async ({ restore }) => {
  const written: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  try {
    const lines = await printed(async () => console.log('inside'));
    console.log('outside');
    assert.equal([lines, written], [['stdout: inside'], ['outside\n']]);
  } finally {
    process.stdout.write = write;
    restore();
  }
});

test('the console before is there again afterwards', ({ restore }) => {
  const routed = globalThis.console;
  restore();
  assert.is.not(globalThis.console, routed);
});

test.run();
