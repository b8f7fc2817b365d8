// SPDX-License-Identifier: Apache-2.0
import { initramfsOfCell } from './cell-initramfs';
import type { CellFacts, InitramfsFacts, KernelFacts, WorkspaceFacts } from './facts';
import { choose, kernelsOfInitramfs, nameForKernel, type NamingFault } from './kernel-of';

/** The kernel of a cell. There is none where its Image comes from a target that builds no kernel.yaml. */
export type CellKernel = { kernel?: KernelFacts; fault?: undefined } | { kernel?: undefined; fault: NamingFault };

/** The kernel of a cell: the one that it names, else that of its Image. */
export function kernelOfCell(facts: WorkspaceFacts, { name, file, kernel: named, image }: CellFacts): CellKernel {
  const ofImage = facts.kernels.find((known) => known.name === image?.project);
  if (named === undefined && image) return { kernel: ofImage };
  const what = `the cell ${name}`;
  const { kernels, fault } = choose(facts, {
    what,
    named: named === undefined ? [] : [named],
    place: { file },
    manifest: file,
  });
  if (fault) return { fault };
  const [kernel] = kernels;
  if (!ofImage || ofImage === kernel) return { kernel };
  return {
    fault: {
      file,
      key: 'image',
      summary: `${what} is for the kernel ${kernel!.name}, its Image is of ${ofImage.name}`,
      expected: `an Image of ${kernel!.name}, or none: it is that of the kernel then`,
    },
  };
}

/** Refuses a cell with an initramfs for another kernel; `initramfsTarget` is the target's name where there is one. */
export function cellInitramfsFault(
  facts: WorkspaceFacts,
  cell: CellFacts,
  initramfsTarget: string,
): NamingFault | undefined {
  const initramfs = initramfsOfCell(facts, cell);
  if (!initramfs) return undefined;
  return cell.initramfs ? takenFault(facts, cell, initramfs, initramfsTarget) : ownFault(facts, cell, initramfs);
}

/** Of one that is made in the bundle's task, where its kernels are known. */
function ownFault(facts: WorkspaceFacts, cell: CellFacts, initramfs: InitramfsFacts): NamingFault | undefined {
  const { kernel } = kernelOfCell(facts, cell);
  const { kernels, several } = kernelsOfInitramfs(facts, initramfs);
  if (kernel) {
    const isFitting = kernels.length === 0 || kernels.includes(kernel);
    return isFitting ? undefined : otherKernel(cell, initramfs, kernel, kernels);
  }
  if (!several) return undefined;
  const names = namesOf(kernels);
  return {
    file: cell.file,
    key: 'kernel',
    summary: `${cell.name} does not say for which of ${kernels.length} kernels it takes ${initramfs.name}`,
    expected: `kernel: one of ${names.join(', ')}, in ${cell.file}`,
  };
}

/** Of one that another target makes. */
function takenFault(
  facts: WorkspaceFacts,
  cell: CellFacts,
  initramfs: InitramfsFacts,
  target: string,
): NamingFault | undefined {
  const choice = kernelsOfInitramfs(facts, initramfs);
  const targetOf = (kernel: KernelFacts) => nameForKernel(choice, target, kernel);
  if (choice.several && cell.initramfs?.target === target) {
    const names = choice.kernels.map((kernel) => `${initramfs.name}:${targetOf(kernel)}`).sort();
    return {
      file: cell.file,
      key: 'initramfs',
      summary: `initramfs names ${initramfs.name}:${target}, which stands for ${choice.kernels.length} kernels`,
      expected: `one of ${names.join(', ')}`,
    };
  }
  const { kernel } = kernelOfCell(facts, cell);
  const made = choice.kernels.filter((known) => targetOf(known) === cell.initramfs?.target);
  return !kernel || made.length === 0 || made.includes(kernel) ? undefined : otherKernel(cell, initramfs, kernel, made);
}

function otherKernel(
  cell: CellFacts,
  initramfs: InitramfsFacts,
  kernel: KernelFacts,
  others: readonly KernelFacts[],
): NamingFault {
  const names = namesOf(others);
  const remedy = cell.kernel === undefined ? 'an Image of' : 'kernel:';
  return {
    file: cell.file,
    key: cell.kernel === undefined ? 'image' : 'kernel',
    summary:
      `the cell's Image is of the kernel ${kernel.name}, ` +
      `its initramfs ${initramfs.name} is for ${names.join(' and ')}`,
    expected: `${remedy} ${names.join(' or ')}, or an initramfs for ${kernel.name}`,
  };
}

function namesOf(kernels: readonly KernelFacts[]): string[] {
  return kernels.map(({ name }) => name).sort();
}
