// SPDX-License-Identifier: Apache-2.0
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import { initramfsOfCell } from '../cell-initramfs';
import type { ArtefactReference, BoardFacts, CellFacts, WorkspaceFacts } from '../facts';
import { kernelOfInitramfs, type NamingFault } from '../kernel-of';
import { artefactPath, defineTarget, workspaceFile, type Generation, type Target } from './definition';
import { deviceTree } from './device-tree-artefact';
import { faultTarget } from './fault';
import { initramfsParts, type InitramfsParts } from './initramfs';

export function cellBundleTarget(generation: Generation, board: BoardFacts, cell: CellFacts): Record<string, Target> {
  const name = generation.options.targetNames.cellBundle;
  const cannot = (fault: NamingFault) => ({ [name]: faultTarget({ ...fault, description: `What ${board.name} starts the cell ${cell.name} from: it cannot be packed` }) });
  const own = ownInitramfs(generation, cell);
  if (own && 'fault' in own) return cannot(own.fault);
  const otherKernel = otherKernelFault(generation.facts, cell);
  if (otherKernel) return cannot(otherKernel);
  const members: Record<string, ArtefactReference | undefined> = {
    manifest: deviceTree(generation, board, 'manifest.dtb'),
    deviceTree: deviceTree(generation, board, 'cell.dtb'),
    image: cell.image,
    initramfs: cell.initramfs,
  };
  const present = Object.entries(members).filter((entry): entry is [string, ArtefactReference] => entry[1] !== undefined);
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
function ownInitramfs(generation: Generation, cell: CellFacts): InitramfsParts | { fault: NamingFault } | undefined {
  const path = cell.initramfsDescription;
  if (path === undefined) return undefined;
  const initramfs = initramfsOfCell(generation.facts, cell);
  return initramfs ? initramfsParts(generation, initramfs, workspaceFile(initramfs.root)) : { fault: noDescriptionFault(generation.facts, cell.file, path) };
}

function noDescriptionFault({ initramfs }: WorkspaceFacts, file: string, path: string): NamingFault {
  const known = initramfs.map((it) => it.file).sort();
  const description = known.length > 0 ? `one of ${known.join(', ')}` : 'the path of an initramfs.yaml (there is none yet)';
  return {
    file,
    key: 'initramfs',
    summary: `initramfs names ${path}, which is no initramfs.yaml of this workspace`,
    expected: `${description}, or what a target makes, as project:target/file`,
  };
}

/** A cell whose Image is of one kernel and whose initramfs, with its modules, is for another. */
function otherKernelFault(facts: WorkspaceFacts, cell: CellFacts): NamingFault | undefined {
  const image = facts.kernels.find(({ name }) => name === cell.image?.project);
  const initramfs = initramfsOfCell(facts, cell);
  const kernel = initramfs && kernelOfInitramfs(facts, initramfs).kernel;
  if (!image || !kernel || image.name === kernel.name) return undefined;
  return {
    file: cell.file,
    key: 'image',
    summary: `the cell's Image is of the kernel ${image.name}, its initramfs ${initramfs.name} is for ${kernel.name}`,
    expected: `an Image of ${kernel.name}, or an initramfs for ${image.name}`,
  };
}
