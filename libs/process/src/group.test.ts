// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRunning } from './testing';

const TYPESCRIPT = join(__dirname, '../../../tools/test/typescript-hook.cjs');
const RUN_TOOL = join(__dirname, 'run-tool.ts');

/** Runs a tool that leaves a process behind and is killed by someone else, then says that process's id. */
const RUNNER = `const { runTool } = require(${JSON.stringify(RUN_TOOL)});
runTool({ command: '/bin/sh', args: ['-c', 'sleep 61 & echo $!; kill -9 $$'], timeoutMs: 60000,
  onLine: (line) => setTimeout(() => console.log(line), 200) }).catch(() => {});`;

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} ends what a tool has left behind, though the tool itself is dead`, async () => {
    const runner = spawn(process.execPath, ['--require', TYPESCRIPT, '--eval', RUNNER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise((resolve) => runner.stdout.once('data', resolve)));
    assert.ok(isRunning(pid));
    runner.kill(signal);
    for (const end = Date.now() + 5000; isRunning(pid) && Date.now() < end; ) await sleep(20);
    const left = isRunning(pid);
    if (left) process.kill(pid, 'SIGKILL');
    assert.not(left);
  });
}

test.run();
