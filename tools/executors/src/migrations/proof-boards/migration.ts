// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { rootsIn } from '../../generators/roots-in';
import { withBoards } from './proof-text';

/** To 0.2: a proof is held on a list of boards. */
export default function proofBoards(tree: Tree): void {
  const files = rootsIn(tree).proofs.flatMap((root) => tree.children(root).map((name) => posix.join(root, name)));
  for (const file of files.filter((path) => path.endsWith('.proof.yaml') && tree.isFile(path))) {
    const text = tree.read(file, 'utf-8') ?? '';
    const made = withBoards(text);
    if (made !== text) tree.write(file, made);
  }
}
