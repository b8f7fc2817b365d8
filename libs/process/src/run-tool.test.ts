// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runTool } from './run-tool';
import { isRunning } from './testing';

const sh = (script: string, more: Partial<Parameters<typeof runTool>[0]> = {}) =>
  runTool({ command: '/bin/sh', args: ['-c', script], timeoutMs: 5000, ...more });
const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

test('gives both streams, and lines as they come', async () => {
  const lines: string[] = [];
  const { stdout, stderr } = await sh('echo a; echo b >&2; printf c', { onLine: (line, stream) => lines.push(`${stream} ${line}`) });
  assert.equal([stdout, stderr], ['a\nc', 'b\n']);
  assert.equal([...lines].sort(), ['stderr b', 'stdout a', 'stdout c']);
});

test('an argument reaches the tool as it is', async () => {
  const { stdout } = await runTool({ command: 'printf', args: ['%s', '$(id) ; "x"'], timeoutMs: 5000 });
  assert.is(stdout, '$(id) ; "x"');
});

test('output that is no text goes to a file byte for byte', async () => {
  const outputFile = join(mkdtempSync(join(tmpdir(), 'nf-output-')), 'bytes');
  const { stdout } = await sh("printf '\\377\\000\\012'; echo seen >&2", { outputFile });
  assert.is(stdout, '');
  assert.equal([...readFileSync(outputFile)], [0xff, 0, 0x0a]);
  rmSync(dirname(outputFile), { recursive: true });
});

test('the environment is scrubbed and fixed', async () => {
  process.env['NF_LEAK'] = 'leak';
  const { stdout } = await sh('echo "$NF_LEAK|$TZ|$LC_ALL|$SOURCE_DATE_EPOCH|$EXTRA"', { env: { EXTRA: 'x' } });
  assert.is(stdout, '|UTC|C|1704067200|x\n');
});

test('a failing tool shows its status and last lines', async () => {
  const text = await failure(sh('echo first; echo last >&2; exit 3'));
  assert.match(text, /ended with status 3/);
  assert.match(text, /\| last/);
});

test('a tool that ends without reading its input fails by its own words', async () => {
  const text = await failure(sh('exec <&-; echo "not that"; sleep 0.2; exit 3', { input: 'x'.repeat(1 << 22) }));
  assert.match(text, /ended with status 3[\s\S]*\| not that/);
});

test('a missing tool names the package to install', async () => {
  const text = await failure(runTool({ command: 'no-such-tool', args: [], timeoutMs: 1000, package: 'some-package' }));
  assert.match(text, /no-such-tool is missing[\s\S]*apt-get install some-package/);
});

test('a missing tool of no known package names nothing that only one workspace has', async () => {
  const text = await failure(runTool({ command: 'no-such-tool', args: [], timeoutMs: 1000 }));
  assert.match(text, /no-such-tool is missing[\s\S]*to do: +install it$/);
});

test('a time-out ends the whole process group', async () => {
  const text = await failure(sh('sleep 61 & echo $!; wait', { timeoutMs: 200 }));
  assert.match(text, /timed out after 0\.2 s/);
  const pid = Number(/\| (\d+)/.exec(text)?.[1]);
  assert.not(isRunning(pid));
});

test('a cancelled run ends at once', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const started = Date.now();
  assert.match(await failure(sh('sleep 61', { signal: controller.signal })), /was cancelled/);
  assert.ok(Date.now() - started < 3000);
});

test.run();
