// SPDX-License-Identifier: Apache-2.0
// What `verify-reproducible` refuses, by the real Nx.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { findOnPath } from '@nexus-forge/toolchain';
import { boardText, placeOfThreeBoards, withDtc } from './boards';
import { expectFaults, type Fault } from './faults';
import type { Elsewhere } from './workspace';

const test = suite<{ place: Elsewhere }>('verify-reproducible, by the real Nx');
test.after.each(({ place }) => place.remove());

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
