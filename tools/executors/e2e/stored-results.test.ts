// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere } from './workspace';

const test = suite<{ place: Elsewhere; daemon: boolean }>('stored results, by the real Nx');
test.before.each((context) => {
  context.place = new Elsewhere();
  context.daemon = false;
});
test.after.each(async ({ place, daemon }) => {
  if (daemon) await place.nx(['daemon', '--stop'], { daemon: true });
  place.remove();
});

for (const daemon of [false, true]) {
  test(`a stored result that was written to goes, and the same command makes it anew, ${daemon ? 'with' : 'without'} the daemon`, async (context) => {
    const { place } = context;
    context.daemon = daemon;
    const first = await place.nx(['run', 'ring:test'], { daemon });
    const results = join(place.root, 'dist/ring/test/results.json');
    const right = readFileSync(results, 'utf8');
    const entry = readdirSync(join(place.root, '.nx/cache'), { recursive: true })
      .map(String)
      .find((name) => name.endsWith('dist/ring/test/results.json'));
    assert.ok(entry, first.output);
    const stored = join(place.root, '.nx/cache', entry);
    for (const outputs of ['with', 'without']) {
      writeFileSync(stored, 'corrupt');
      if (outputs === 'without') rmSync(join(place.root, 'dist'), { recursive: true });
      const again = await place.nx(['run', 'ring:test', '--outputStyle=static'], { daemon });
      assert.is(again.status, 0, again.output);
      assert.match(again.output, /a stored result of ring:test has changed since it was stored/);
      assert.equal(again.ran, ['ring:test'], outputs);
      assert.is(readFileSync(results, 'utf8'), right);
      const hit = await place.nx(['run', 'ring:test', '--outputStyle=static'], { daemon });
      assert.equal(hit.ran, []);
      assert.not.match(hit.output, /has changed since it was stored/, 'what was true of one run is not said again');
    }
  });
}

test.run();
