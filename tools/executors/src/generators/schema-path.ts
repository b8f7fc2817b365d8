// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';

/** Where this plugin's own workspace has its schemas, and where an installed package has them. */
const OWN: Readonly<Record<string, string>> = {
  board: 'libs/devicetree/board.schema.json',
  cell: 'libs/devicetree/cell.schema.json',
  kernel: 'libs/kbuild/kernel.schema.json',
  module: 'libs/kbuild/module.schema.json',
  proof: 'libs/proof/proof.schema.json',
};

/** The schema of a kind of YAML file, relative to the file, for the first lines of it. */
export function schemaPath(tree: Tree, kind: keyof typeof OWN & string, file: string): string {
  const own = OWN[kind] ?? '';
  const path = tree.exists(own) ? own : `node_modules/@nexus-forge/nx/dist/schemas/${kind}.schema.json`;
  return posix.relative(posix.dirname(file), path);
}
