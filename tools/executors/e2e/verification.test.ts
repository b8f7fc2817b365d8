// SPDX-License-Identifier: Apache-2.0
// What `audit` and `verify-reproducible` refuse, by the real Nx. The tools are scripts that do just what is at fault.
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findOnPath } from '@nexus-forge/toolchain';
import { boardText, placeOfThreeBoards, withDtc } from './boards';
import { Elsewhere, zigScript } from './workspace';

const test = suite<{ place: Elsewhere }>('verification, by the real Nx');
test.after.each(({ place }) => place.remove());

interface Fault {
  /** The project whose tool has it. */
  project: string;
  /** What the tool does, as a shell script. */
  script: string;
  /** What the target says of it. */
  said: (place: Elsewhere) => string | RegExp;
}

/** Runs a target of every project of a table, and of `honest`, whose tool does nothing wrong: which lines fail which. */
async function expectFaults(place: Elsewhere, target: string, faults: readonly Fault[], path: string): Promise<void> {
  const projects = ['honest', ...faults.map(({ project }) => project)];
  const { output, ran } = await place.nx(['run-many', '-t', target, '-p', projects.join(), '--outputStyle=static'], { path });
  for (const { project, said } of faults) {
    const expected = said(place);
    assert.ok(typeof expected === 'string' ? output.includes(expected) : expected.test(output), `${project}: no ${expected} in\n${output}`);
  }
  assert.equal(ran.filter((id) => id.endsWith(`:${target}`)), projects.map((project) => `${project}:${target}`).sort(), output);
  for (const project of projects) {
    const { status, ran, output: again } = await place.nx(['run', `${project}:${target}`], { path });
    const expected = project === 'honest' ? [0, []] : [1, [`${project}:${target}`]];
    assert.equal([status, ran], expected, `${project}: only what is right is stored\n${again}`);
  }
}

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

const differs = (project: string, where: string) => () =>
  new RegExp(`${project}:device-tree ${where}: board\\.dtb: first differing byte at offset \\d+ \\(0x[0-9a-f]+\\): (0x|end of file)`);
/** Each puts behind the blob what must not be in it. */
const REPRODUCIBILITY_FAULTS: Fault[] = [
  { project: 'path', script: 'pwd', said: differs('path', 'in another place') },
  { project: 'time', script: 'date +%s%N', said: differs('time', 'in another place') },
  { project: 'home', script: 'echo "$HOME"', said: differs('home', 'in another place') },
  { project: 'scratch', script: 'echo "$TMPDIR"', said: differs('scratch', 'in another place') },
  { project: 'mode', script: 'umask', said: differs('mode', 'in another place') },
  {
    project: 'memory',
    script: 'echo x >>"${out%%/dist/*}/.nexus-forge/runs"; wc -l <"${out%%/dist/*}/.nexus-forge/runs"',
    said: differs('memory', 'after an edit that was taken back'),
  },
];

test('verify-reproducible: what a tool takes from where, when and after what it runs', async (context) => {
  const place = (context.place = placeOfThreeBoards());
  const scripts = [{ project: 'honest', script: ':' }, ...REPRODUCIBILITY_FAULTS];
  for (const { project } of scripts) {
    place.write(`apps/${project}/board.yaml`, boardText(project));
    // Of the stages of a board only the one that needs no kernel.
    const verify = { executor: '@nexus-forge/nx:verify-reproducible', cache: true, options: { targets: ['device-tree'] }, dependsOn: ['device-tree'] };
    place.write(`apps/${project}/project.json`, JSON.stringify({ name: project, targets: { 'verify-device-tree': verify } }));
  }
  const cases = scripts.map(({ project, script }) => `*/${project}/*/board.dtb) { ${script}; } >>"$out";;`).join('\n');
  const path = withDtc(place, `${findOnPath('dtc')} "$@" || exit\nwhile [ "$1" != -o ]; do shift; done\nout=$2\ncase "$out" in\n${cases}\nesac`);
  for (const sibling of ['fdtget', 'fdtput', 'fdtoverlay']) symlinkSync(findOnPath(sibling) ?? '', join(place.root, 'bin', sibling));
  await expectFaults(place, 'verify-device-tree', REPRODUCIBILITY_FAULTS, path);
});

test.run();
