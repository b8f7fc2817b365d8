// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runStage, type StageContext } from './run-stage';

const test = suite<{ said: string[]; restore: () => void }>('a stage');
test.before.each((context) => {
  context.said = [];
  const { error } = console;
  console.error = (text: string) => context.said.push(text);
  context.restore = () => Object.assign(console, { error });
});
test.after.each(({ restore }) => restore());

/** A task a:stage, beside a project b with the target make. */
function contextWith(dependsOn: TargetConfiguration['dependsOn']): StageContext {
  const projects = { a: { root: 'a', targets: { stage: { dependsOn } } }, b: { root: 'b', targets: { make: {} } } };
  return { root: '/nowhere', projectName: 'a', targetName: 'stage', projectsConfigurations: { version: 2, projects } };
}

const PRODUCERS: [title: string, dependsOn: TargetConfiguration['dependsOn'], refused: string | undefined][] = [
  ['none', undefined, undefined],
  ['one that exists', [{ projects: ['b'], target: 'make' }, 'b:make'], undefined],
  ['what only Nx can resolve', ['^build', 'build', { projects: ['tag:x'], target: 'make' }, { dependencies: true, target: 'make' }], undefined],
  ['an unknown project', [{ projects: ['c'], target: 'make' }], 'c:make'],
  ['an unknown target', ['b:made'], 'b:made'],
];
for (const [title, dependsOn, refused] of PRODUCERS) {
  test(`producers: ${title}`, async ({ said }) => {
    let worked = false;
    const result = await runStage(contextWith(dependsOn), async () => void (worked = true));
    assert.equal(result, { success: refused === undefined }, said.join());
    assert.is(worked, refused === undefined);
    if (refused !== undefined) assert.match(said.join(), `a:stage takes what ${refused} should make`);
  });
}

test('outside Nx nothing is known of producers', async () => {
  assert.equal(await runStage({ root: '/nowhere' }, async () => {}), { success: true });
});

/** A task that takes an output of b:make, which a second run replaces meanwhile. */
for (const [title, text, success] of [['the same bytes', 'old', true], ['other bytes', 'new', false]] as const) {
  test(`an input that a second run replaces meanwhile by ${title}`, async ({ said }) => {
    const root = mkdtempSync(join(tmpdir(), 'nf-stage-'));
    try {
      const [input, output] = [join(root, 'dist/b/make/file'), join(root, 'dist/a/stage')];
      for (const folder of [join(input, '..'), output]) mkdirSync(folder, { recursive: true });
      writeFileSync(input, 'old');
      const stage = { inputs: [{ dependentTasksOutputFiles: 'dist/b/make/*' }], options: { outputDirectory: 'dist/a/stage' } };
      const projects = { a: { root: 'a', targets: { stage } } };
      const context: StageContext = { root, projectName: 'a', targetName: 'stage', projectsConfigurations: { version: 2, projects } };
      const replace = async () => {
        writeFileSync(`${input}.staged`, text);
        renameSync(`${input}.staged`, input);
      };
      assert.equal(await runStage(context, replace), { success }, said.join());
      assert.is(existsSync(output), success);
      if (!success) assert.match(said.join(), /inputs changed while it ran[\s\S]*dist\/b\/make\/file/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}

test.run();
