// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere, QEMU_WITH_ANOTHER, testProgram, zigScript } from './workspace';

const test = suite<{ place: Elsewhere; daemon: boolean }>('cache, by the real Nx');
test.before.each((context) => {
  context.place = new Elsewhere();
  // Its host test would need the device tree of a whole board otherwise.
  context.place.write('firmware/kern/build.zig', 'pub fn build(b: *std.Build) void { b.step("test", "x"); }\n');
  context.daemon = false;
});
test.after.each(async ({ place, daemon }) => {
  if (daemon) await place.nx(['daemon', '--stop'], { daemon: true });
  place.remove();
});

const TESTS = ['run-many', '-t', 'test'];
const ALL = ['kern:test', 'ring:test'];

const EDITS: [title: string, edit: (place: Elsewhere) => void, ran: string[]][] = [
  ['nothing', () => {}, []],
  ['a source of a package re-runs what contains it', (place) => place.write('firmware/ring/ring.zig', '// x'), ALL],
  ['a source of another package does not', (place) => place.write('firmware/kern/main.zig', '// x'), ['kern:test']],
  ['documentation', (place) => place.write('docs/ring.md', 'x'), []],
  ['a page inside a package, which its sources may embed', (place) => place.write('firmware/ring/README.md', 'x'), ALL],
  ['a new board', (place) => place.write('apps/other/board.yaml', 'name: other\n'), []],
  ['the pin of another tool', (place) => place.pin({ qemu: QEMU_WITH_ANOTHER }), []],
  ['another Zig in the place of the first', (place) => place.write('.toolchain/zig-9.9.9/zig', zigScript(place.root, 'other'), 0o755), ALL],
  [
    'where the pinned Zig comes from',
    (place) => place.pin({ zig: { version: '9.9.9', pypi: { package: 'p', sha256: {} } } }),
    ALL,
  ],
];

for (const daemon of [false, true]) {
  test(`which edit re-runs what, ${daemon ? 'with' : 'without'} the daemon`, async (context) => {
    const { place } = context;
    context.daemon = daemon;
    const first = await place.nx(TESTS, { daemon });
    assert.equal(first.ran, ALL, first.output);
    for (const [title, edit, ran] of EDITS) {
      edit(place);
      const found = await place.nx(TESTS, { daemon });
      assert.is(found.status, 0, found.output);
      assert.equal(found.ran, ran, title);
    }
  });
}

test('a tool without a pin, and without a manifest, is known by its content', async ({ place }) => {
  rmSync(join(place.root, 'workspace.json'));
  const zig = (mark: string) => place.write('bin/zig', zigScript(place.root, mark), 0o755);
  const path = `${join(place.root, 'bin')}:/usr/bin:/bin`;
  const ran = async () => (await place.nx(['run', 'ring:test'], { path })).ran;
  zig('one');
  assert.equal(await ran(), ['ring:test']);
  assert.equal(await ran(), []);
  zig('another');
  assert.equal(await ran(), ['ring:test']);
});

test('what a manifest pins beside a tool without a pin changes nothing for it, its own pin does', async ({ place }) => {
  const manifest = (toolchain: object) => place.write('workspace.json', JSON.stringify({ toolchain }));
  const reading = zigScript(place.root).replace('echo "Build', 'cat *.zig >/dev/null\necho "Build');
  place.write('bin/zig', reading, 0o755);
  const path = `${join(place.root, 'bin')}:/usr/bin:/bin`;
  const run = async (target: string) => {
    const { status, output, ran } = await place.nx(['run', target, '--outputStyle=static'], { path });
    assert.is(status, 0, output);
    return ran;
  };
  manifest({});
  assert.equal(await run('ring:audit'), ['ring:audit', 'ring:test'], 'the audit finds the manifest declared');
  manifest({ dtc: { version: '1.6' } });
  assert.equal(await run('ring:test'), []);
  manifest({ dtc: { version: '1.6' }, zig: { version: '9.9' } });
  assert.equal(await run('ring:test'), ['ring:test']);
});

test('outputs that were deleted or tampered with are put right', async ({ place }) => {
  await place.nx(TESTS);
  const results = join(place.root, 'dist/ring/test/results.json');
  const right = readFileSync(results, 'utf8');
  rmSync(results);
  await place.nx(TESTS);
  assert.is(readFileSync(results, 'utf8'), right);
  writeFileSync(results, 'tampered');
  writeFileSync(join(place.root, 'dist/ring/test/left-over'), 'x');
  await place.nx(TESTS);
  assert.is(readFileSync(results, 'utf8'), right);
  assert.not(existsSync(join(place.root, 'dist/ring/test/left-over')));
});

test('a missing tool fails the tasks that need it, and names what to do', async ({ place }) => {
  rmSync(join(place.root, '.toolchain'), { recursive: true });
  const { status, output } = await place.nx(['run', 'ring:test', '--outputStyle=static'], { path: '/usr/bin:/bin' });
  assert.is.not(status, 0);
  assert.match(output, /the tool zig is missing\n {2}expected: zig 9\.9\.9, as workspace\.json pins it/);
});

for (const daemon of [false, true]) {
  test(`an input that is edited while its task runs: the result is not kept, ${daemon ? 'with' : 'without'} the daemon`, async (context) => {
    const { place } = context;
    context.daemon = daemon;
    const began = join(place.root, '.toolchain', 'zig-cache', 'began');
    // Its first test waits for the edit.
    const waiting = 'touch "$(dirname "$0")/began"; for i in $(seq 300); do [ -e "$(dirname "$0")/edited" ] && break; sleep 0.1; done\n';
    place.write('.toolchain/zig-cache/test', testProgram(`${waiting}echo "1/1 x.test.one...OK" >&2\n`), 0o755);
    const running = place.nx(['run', 'ring:test', '--outputStyle=static'], { daemon });
    for (const end = Date.now() + 60_000; !existsSync(began) && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
    const before = readFileSync(join(place.root, 'firmware/ring/ring.zig'), 'utf8');
    place.write('firmware/ring/ring.zig', '// edited meanwhile');
    place.write('.toolchain/zig-cache/edited', '');
    const { status, output } = await running;
    assert.is.not(status, 0, output);
    assert.match(output, /inputs changed while it ran[\s\S]*found: +firmware\/ring\/ring\.zig\n +to do: +run it again/);
    assert.not(existsSync(join(place.root, 'dist/ring/test')));
    place.write('firmware/ring/ring.zig', before);
    assert.equal((await place.nx(['run', 'ring:test'], { daemon })).ran, ['ring:test'], 'the hash of before is not taken');
    assert.equal((await place.nx(['run', 'ring:test'], { daemon })).ran, []);
  });
}

test('a failed run is not stored', async ({ place }) => {
  place.write('.toolchain/zig-cache/test', testProgram('echo "1/1 x.test.one...FAIL (X)" >&2\n'), 0o755);
  assert.is.not((await place.nx(['run', 'ring:test'])).status, 0);
  const again = await place.nx(['run', 'ring:test']);
  assert.is.not(again.status, 0);
  assert.equal(again.ran, ['ring:test']);
});

test.run();
