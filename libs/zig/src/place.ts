// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';

/** LLVM, and so the linker that Zig calls, puts random digits in the place of each % of an output's path. */
const TEMPLATE = /%/;

/** Throws a `ForgeError` when Zig cannot write at one of some paths: its linker would fail in the middle of the build. */
export function refuseUnfitPlace(paths: readonly string[]): void {
  const unfit = paths.find((path) => TEMPLATE.test(path));
  if (unfit === undefined) return;
  throw new ForgeError('Zig cannot work in this place: its linker takes % for a random digit', {
    expected: 'a path without %',
    found: unfit,
    fix: 'move the workspace, or rename the folder',
  });
}
