// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runZigBuild } from './build';
import { refuseUnfitPlace } from './place';

test('spaces and other signs are fit', () => refuseUnfitPlace(['/a b/c&d$e', '/ü']));

test('a % is refused before Zig is even looked for', async () => {
  const build = { workspaceRoot: '/nowhere/100%', package: 'p', project: 'p', target: 't', timeoutMs: 1 };
  const said = await runZigBuild(build, undefined, async () => undefined).then(() => '', (error: Error) => error.message);
  assert.match(said, /^Zig cannot work in this place[\s\S]*found: +\/nowhere\/100%/);
});

test.run();
