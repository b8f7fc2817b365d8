// SPDX-License-Identifier: Apache-2.0
import type { Board } from '@nexus-forge/devicetree';
import { seenWindows } from './addresses';
import type { Found } from './found';
import { compatibleWith, isInUse, type SourceNode, type SourceTree } from './tree';
import type { Wire } from './wires';

/** The longest row of virtio-mmio transports, evenly spaced, each with the next interrupt; none is no fault. */
export function transportsOf(
  tree: SourceTree,
  wires: (node: SourceNode) => Wire[],
): Found<NonNullable<Board['virtio_mmio']>> {
  const found = compatibleWith(tree, ['virtio,mmio'])
    .filter(isInUse)
    .flatMap((node) => {
      const [window] = seenWindows(node);
      const spi = wires(node).find(({ kind }) => kind === 'spi')?.number;
      return window === undefined || spi === undefined ? [] : [{ ...window, spi }];
    })
    .sort((a, b) => a.base - b.base);
  const [first, second] = found;
  if (first === undefined) return { todos: [] };
  const stride = second === undefined ? first.size : second.base - first.base;
  const breaks = found.findIndex(
    ({ base, spi }, index) => base !== first.base + index * stride || spi !== first.spi + index,
  );
  const count = breaks === -1 ? found.length : breaks;
  const todos =
    count < found.length
      ? [{ key: 'virtio_mmio', why: `${count} of ${found.length} transports: the others are no even row` }]
      : [];
  return { value: { base: first.base, stride, count, first_spi: first.spi }, todos };
}
