// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { MisnamedFacts } from './facts';
import type { NamingFault } from './kernel-of';
import type { TargetNames } from './options';
import type { RootKind } from './roots';

/** The target that a file would bring first; where it brings none, nothing is to be shown. */
const TARGETS: Partial<Record<RootKind, keyof TargetNames>> = {
  boards: 'deviceTree',
  kernels: 'linuxImage',
  initramfs: 'initramfs',
  bindings: 'bindings',
};

/** The name of the target that shows the fault of a file that ends in .yml. */
export function targetOfMisnamed({ kind, right }: MisnamedFacts, names: TargetNames): string | undefined {
  if (kind === 'proofs') return `proof-${posix.basename(right, '.proof.yaml')}`;
  const target = TARGETS[kind];
  return target && names[target];
}

export function misnamedFault({ file, right }: Pick<MisnamedFacts, 'file' | 'right'>): NamingFault {
  return {
    file,
    summary: 'the file ends in .yml, and so nothing reads it',
    expected: right,
    fix: `git mv ${file} ${right}`,
  };
}
