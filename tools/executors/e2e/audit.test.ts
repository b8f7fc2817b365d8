// SPDX-License-Identifier: Apache-2.0
// What `audit` refuses, by the real Nx.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectFaults, type Fault } from './faults';
import { Elsewhere, zigScript } from './workspace';

const test = suite<{ place: Elsewhere }>('audit, by the real Nx');
test.after.each(({ place }) => place.remove());

/** A file outside of every workspace. */
const NOTES = join(realpathSync(mkdtempSync(join(tmpdir(), 'nf-outside-'))), 'notes');
test.before(() => writeFileSync(NOTES, ''));
test.after(() => rmSync(dirname(NOTES), { recursive: true }));

const READ_ALL = 'cat *.zig >/dev/null';
const AUDIT_FAULTS: Fault[] = [
  { project: 'stranger', script: `${READ_ALL}; cat ../../cell/cell.yaml >/dev/null`, said: () => 'stranger:test reads cell/cell.yaml, which it does not declare' },
  { project: 'idle', script: ':', said: () => /idle:test declares firmware\/idle\/\S+, of which it reads nothing/ },
  {
    project: 'tied',
    script: `${READ_ALL}; cat "$(dirname "$0")/../../cell/cell.yaml" >/dev/null`,
    said: ({ root }) => `tied:test reads ${root}/cell/cell.yaml, which it does not declare`,
  },
  {
    project: 'foreign',
    script: `${READ_ALL}; cat ${NOTES} >/dev/null`,
    said: () => `foreign:test reads ${NOTES}, which is outside of the workspace and belongs to no tool that is identified`,
  },
  { project: 'helped', script: `${READ_ALL}; dtc --version >/dev/null`, said: () => /helped:test uses \S+\/dtc of the tool dtc, which it does not declare/ },
];

test('audit: a file, a file group, the workspace\'s own path, a file outside of it and a tool that are not as declared', async (context) => {
  const place = (context.place = new Elsewhere());
  const scripts = [{ project: 'honest', script: READ_ALL }, ...AUDIT_FAULTS];
  for (const { project } of scripts) {
    place.write(`firmware/${project}/build.zig`, 'pub fn build(b: *std.Build) void { b.step("test", "x"); }\n');
  }
  const cases = scripts.map(({ project, script }) => `${project}) ${script};;`).join('\n');
  const zig = zigScript(place.root).replace('echo "info', `case "$(basename "$PWD")" in\n${cases}\nesac\necho "info`);
  place.write('.toolchain/zig-9.9.9/zig', zig, 0o755);
  await expectFaults(place, 'audit', AUDIT_FAULTS, process.env['PATH'] ?? '');
  const result = (project: string) => JSON.parse(readFileSync(join(place.root, 'dist', project, 'audit/audit.json'), 'utf8'));
  const { stages, faults } = result('honest');
  assert.equal([faults, stages['honest:test'].outside.undeclared, stages['honest:test'].outside.byTool.zig > 0], [[], [], true]);
  assert.equal(result('foreign').stages['foreign:test'].outside.undeclared, [{ path: NOTES, tools: [] }]);
});

test.run();
