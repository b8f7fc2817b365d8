// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { MisnamedFacts, WorkspaceFacts } from './facts';
import type { NamingFault } from './kernel-of';
import type { TargetNames } from './options';
import type { YamlKind } from './roots';

/** The target that a file would bring first; a cell brings none, and somebody has to be told. */
const TARGETS: Readonly<Record<Exclude<YamlKind, 'proofs'>, keyof TargetNames>> = {
  boards: 'deviceTree',
  cells: 'build',
  kernels: 'linuxImage',
  modules: 'module',
  initramfs: 'initramfs',
  bindings: 'bindings',
};

/** The name of the target that shows the fault of a file that ends in .yml. */
export function targetOfMisnamed({ kind, right }: MisnamedFacts, names: TargetNames): string {
  if (kind === 'proofs') return `proof-${posix.basename(right, '.proof.yaml')}`;
  return names[TARGETS[kind]];
}

/** What to do where a file is missed that is there, but ends in .yml: the first of its kind that is `meant`. */
export function renaming(
  { misnamed }: Pick<WorkspaceFacts, 'misnamed'>,
  kind: YamlKind,
  meant: (file: MisnamedFacts) => boolean = () => true,
): string | undefined {
  const found = misnamed.find((file) => file.kind === kind && meant(file));
  return found && misnamedFault(found).fix;
}

/** Whether a path leads to a file, under the ending that it has or under the one that it should have. */
export const leadsTo =
  (path: string) =>
  ({ file, right }: MisnamedFacts): boolean =>
    path === file || path === right;

export function misnamedFault({ file, right }: Pick<MisnamedFacts, 'file' | 'right'>): NamingFault {
  return {
    file,
    summary: 'the file ends in .yml, and so nothing reads it',
    expected: right,
    fix: `git mv ${file} ${right}`,
  };
}
