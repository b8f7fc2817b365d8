// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import { initramfsOfCell } from '../cell-initramfs';
import { cellInitramfsFault, kernelOfCell } from '../cell-kernel';
import type { ArtefactReference, BoardFacts, CellFacts, KernelFacts, WorkspaceFacts } from '../facts';
import { kernelsOfInitramfs, type NamingFault } from '../kernel-of';
import { leadsTo, renaming } from '../misnamed';
import { artefactPath, defineTarget, everythingIn, workspaceFile, type Generation, type Target } from './definition';
import { deviceTree } from './device-tree-artefact';
import { faultTarget } from './fault';
import { initramfsParts, type InitramfsParts } from './initramfs';
import { imageOf } from './linux';

export function cellBundleTarget(generation: Generation, board: BoardFacts, cell: CellFacts): Record<string, Target> {
  const name = generation.options.targetNames.cellBundle;
  const cannot = (fault: NamingFault) => ({
    [name]: faultTarget({
      ...fault,
      description: `What ${board.name} starts the cell ${cell.name} from: it cannot be packed`,
    }),
  });
  const { kernel, fault } = kernelOfCell(generation.facts, cell);
  const unfit = fault ?? cellInitramfsFault(generation.facts, cell, generation.options.targetNames.initramfs);
  if (unfit) return cannot(unfit);
  const own = ownInitramfs(generation, cell, kernel);
  if (own && 'fault' in own) return cannot(own.fault);
  const members: Record<string, ArtefactReference | undefined> = {
    manifest: deviceTree(generation, board, 'manifest.dtb'),
    deviceTree: deviceTree(generation, board, 'cell.dtb'),
    image: cell.image ?? (kernel && imageOf(generation, kernel)),
    initramfs: cell.initramfs,
  };
  const present = Object.entries(members).filter(
    (entry): entry is [string, ArtefactReference] => entry[1] !== undefined,
  );
  const target = defineTarget(generation, {
    project: board.name,
    name,
    executor: 'cell-bundle',
    description: `What ${board.name} starts the cell ${cell.name} from: manifest, device tree, Image and initramfs with their digests`,
    technologies: ['cpio'],
    options: {
      cell: cell.file,
      ...Object.fromEntries(present.map(([member, artefact]) => [member, artefactPath(generation.options, artefact)])),
      ...(own ? { initramfs: own.options } : {}),
    },
    tools: [...new Set(['dtc', ...HOST_TOOLS.bundle, ...(own?.tools ?? [])])],
    files: [workspaceFile(cell.file), ...(own?.files ?? [])],
    artefacts: [...present.map(([, artefact]) => artefact), ...(own?.artefacts ?? [])],
  });
  return { [name]: target };
}

/** What the initramfs is made from in the bundle's own task; nothing where the cell takes one that another target makes. */
function ownInitramfs(
  generation: Generation,
  cell: CellFacts,
  kernel: KernelFacts | undefined,
): InitramfsParts | { fault: NamingFault } | undefined {
  const path = cell.initramfsDescription;
  if (path === undefined) return undefined;
  const initramfs = initramfsOfCell(generation.facts, cell);
  if (!initramfs) return { fault: noDescriptionFault(generation.facts, cell.file, path) };
  const { kernels, fault } = kernelsOfInitramfs(generation.facts, initramfs);
  // An Image that is of no kernel.yaml leaves the choice to the initramfs, which then names one.
  const chosen = kernels.find((known) => kernel === undefined || known === kernel);
  return chosen
    ? initramfsParts(generation, { initramfs, kernel: chosen, folder: [everythingIn(initramfs.root)] })
    : { fault: fault! };
}

function noDescriptionFault(facts: WorkspaceFacts, file: string, path: string): NamingFault {
  const known = facts.initramfs.map((it) => it.file).sort();
  const description =
    known.length > 0 ? `one of ${known.join(', ')}` : 'the path of an initramfs.yaml (there is none yet)';
  return {
    file,
    key: 'initramfs',
    summary: `initramfs names ${path}, which is no initramfs.yaml of this workspace`,
    expected: `${description}, or what a target makes, as project:target/file`,
    fix: renaming(facts, 'initramfs', leadsTo(path)),
  };
}
