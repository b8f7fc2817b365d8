// SPDX-License-Identifier: Apache-2.0
import type { CellFacts, InitramfsFacts, WorkspaceFacts } from './facts';

/** The initramfs.yaml behind a cell's initramfs: the one it names by path, or the one whose project's artefact it takes. */
export function initramfsOfCell(
  facts: WorkspaceFacts,
  { initramfs, initramfsDescription }: CellFacts,
): InitramfsFacts | undefined {
  return facts.initramfs.find(({ file, name }) =>
    initramfs ? name === initramfs.project : file === initramfsDescription,
  );
}
