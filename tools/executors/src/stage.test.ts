// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourcesAmong, type Stage } from './stage';

test('the sources of a stage are the texts it declares, not what others make of theirs', () => {
  const stage = {
    projectRoot: 'modules/nexus_blk',
    inputs: [
      '{projectRoot}/**/*',
      '{workspaceRoot}/cell/cell.yaml',
      { fileset: '{workspaceRoot}/include/*.h' },
      { dependentTasksOutputFiles: 'dist/kernel/image/*' },
      { json: '{workspaceRoot}/workspace.json', fields: ['toolchain.zig'] },
      { env: 'X' },
    ],
  } as unknown as Stage;
  const paths = ['modules/nexus_blk/Kbuild', 'modules/nexus_net/Kbuild', 'cell/cell.yaml', 'include/a.h', 'dist/kernel/image/Image', 'workspace.json'];
  assert.equal(sourcesAmong(stage, paths), ['modules/nexus_blk/Kbuild', 'cell/cell.yaml', 'include/a.h']);
});

test.run();
