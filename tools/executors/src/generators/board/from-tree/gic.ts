// SPDX-License-Identifier: Apache-2.0
import type { Board, Gic, Range } from '@nexus-forge/devicetree';
import { windowsOf } from './addresses';
import { unknown, type Found, type Todo } from './found';
import { cellOf, compatibleWith, isInUse, textsOf, type SourceNode, type SourceTree } from './tree';
import type { Wire } from './wires';

/** Compatible strings of the controllers that the firmware drives, and what their `reg` holds in this order. */
const VERSIONS = [
  {
    version: 2,
    compatible: [
      'arm,gic-400',
      'arm,cortex-a15-gic',
      'arm,cortex-a7-gic',
      'arm,cortex-a9-gic',
      'nvidia,tegra210-agic',
      'qcom,msm-qgic2',
    ],
    windows: ['distributor', 'cpu_interface', 'hypervisor', 'virtual_cpu'],
  },
  { version: 3, compatible: ['arm,gic-v3'], windows: ['distributor', 'redistributor'] },
] as const;

type Windows = Partial<Record<'distributor' | 'cpu_interface' | 'hypervisor' | 'virtual_cpu' | 'redistributor', Range>>;

/** What a tree says of the controller; how many shared interrupts it has is not among it. */
export interface FoundGic extends Windows {
  version: Gic['version'];
  maintenance_ppi?: number;
}

export interface GicNode {
  node: SourceNode;
  kind: (typeof VERSIONS)[number];
}

/** The controller that the CPUs are connected to. */
export function gicNodeOf(tree: SourceTree): GicNode | undefined {
  const found = VERSIONS.flatMap((kind) =>
    compatibleWith(tree, kind.compatible)
      .filter(isInUse)
      .map((node) => ({ node, kind })),
  );
  return found[0];
}

export function noGic(tree: SourceTree): Found<FoundGic> {
  const controllers = tree.nodes.filter(
    (node) => node.properties.has('interrupt-controller') && node.name === 'interrupt-controller',
  );
  const names = [...new Set(controllers.flatMap((node) => textsOf(node, 'compatible')))];
  return unknown(
    'gic',
    `the tree has no GICv2 and no GICv3${names.length > 0 ? `; its controllers: ${names.join(', ')}` : ''}`,
  );
}

export function gicOf({ node, kind }: GicNode, wires: readonly Wire[]): Found<FoundGic> {
  const seen = windowsOf(node);
  const windows: Windows = Object.fromEntries(kind.windows.map((name, index) => [name, seen[index]]));
  const missing = kind.windows.filter((name) => windows[name] === undefined);
  const maintenance = wires.find((wire) => wire.kind === 'ppi')?.number;
  const regions = cellOf(node, '#redistributor-regions') ?? 1;
  const todos: Todo[] = [
    ...missing.map((name) => ({
      key: `gic.${name}`,
      why: `${node.path} does not say it: was the tree made without EL2?`,
    })),
    ...(maintenance === undefined
      ? [{ key: 'gic.maintenance_ppi', why: `${node.path} has no interrupt; 9 is usual` }]
      : []),
    ...(regions > 1 ? [{ key: 'gic.redistributor', why: `the first of ${regions} regions; a board has one` }] : []),
  ];
  return { value: { version: kind.version, ...windows, maintenance_ppi: maintenance }, todos };
}

/** The interrupt ids come in groups of 32, of which the first is private (GICD_TYPER.ITLinesNumber). */
const GROUP = 32;
const MOST = 988;

/** At least as many as are used. */
export function leastCount(used: readonly number[]): number {
  return Math.min(MOST, GROUP * Math.ceil((Math.max(0, ...used) + 1) / GROUP));
}

/** Binding arm,arch_timer: in this order, or by name. */
const TIMERS = [
  { key: 'secure', name: 'sec-phys' },
  { key: 'physical', name: 'phys' },
  { key: 'virtual', name: 'virt' },
  { key: 'hypervisor', name: 'hyp-phys' },
] as const;

export function timerOf(tree: SourceTree, wires: (node: SourceNode) => Wire[]): Found<Partial<Board['timer']>> {
  const node = compatibleWith(tree, ['arm,armv8-timer']).find(isInUse);
  if (node === undefined) return unknown('timer', 'the tree has no arm,armv8-timer; 13, 14, 11, 10 are usual');
  const names = textsOf(node, 'interrupt-names');
  const ppis = wires(node).map(({ kind, number }) => (kind === 'ppi' ? number : undefined));
  const numbers = TIMERS.map(
    ({ key, name }, index) => [key, ppis[names.length > 0 ? names.indexOf(name) : index]] as const,
  );
  const todos = numbers
    .filter(([, number]) => number === undefined)
    .map(([key]) => ({ key: `timer.${key}`, why: `${node.path} does not say it` }));
  return {
    value: { ...Object.fromEntries(numbers), ...(node.properties.has('always-on') ? { always_on: true } : {}) },
    todos,
  };
}
