// SPDX-License-Identifier: Apache-2.0
// Nodes that the host's tree and the cell's tree have in common.
import type { Device, Gic, Range, Timer } from './board';
import { cells, flag, node, region, strings, unit, type DtsNode, type PropertyValue } from './dts';

/** Root properties of every tree: two cells for addresses and for sizes. */
export const WIDE_CELLS = { '#address-cells': cells(2), '#size-cells': cells(2) } as const;

/** /cpus (Devicetree Specification 3.7): `count` cores with MPIDR affinities 0, 1, … */
export function cpusNode(compatible: string, count: number, usesPsci: boolean): DtsNode {
  const method: Record<string, PropertyValue> = usesPsci ? { 'enable-method': strings('psci') } : {};
  const cpu = (_: unknown, id: number) =>
    node(`cpu@${unit(id)}`, { device_type: strings('cpu'), compatible: strings(compatible), reg: cells(id), ...method });
  return node('cpus', { '#address-cells': cells(1), '#size-cells': cells(0) }, Array.from({ length: count }, cpu));
}

export function memoryNode(range: Range): DtsNode {
  return node(`memory@${unit(range.base)}`, { device_type: strings('memory'), reg: cells(region(range)) });
}

/** Binding arm,psci: version 1.0 and later are found by PSCI_VERSION. */
export function psciNode(method: 'smc' | 'hvc'): DtsNode {
  return node('psci', { compatible: strings('arm,psci-1.0', 'arm,psci-0.2'), method: strings(method) });
}

/** Binding arm,gic: in version 2 the flags of a PPI carry a mask of the cores it goes to, in version 3 they don't. */
function ppi(number: number, gic: Gic, cpus: number): string {
  const mask = gic.version === 2 ? `(GIC_CPU_MASK_SIMPLE(${cpus}) | IRQ_TYPE_LEVEL_HIGH)` : 'IRQ_TYPE_LEVEL_HIGH';
  return `GIC_PPI ${number} ${mask}`;
}

/** Binding arm,arch_timer: secure, physical, virtual and hypervisor interrupts in this order. */
export function timerNode(timer: Timer, gic: Gic, cpus: number): DtsNode {
  const order = [timer.secure, timer.physical, timer.virtual, timer.hypervisor];
  const properties: Record<string, PropertyValue> = {
    compatible: strings('arm,armv8-timer'),
    interrupts: cells(...order.map((number) => ppi(number, gic, cpus))),
  };
  return node('timer', timer.always_on ? { ...properties, 'always-on': flag } : properties);
}

/** Which of the controller's windows a tree shows: the host's all of them, a guest's those it may touch. */
export type GicView = 'host' | 'guest';

export function gicNodeName(gic: Gic): string {
  return `interrupt-controller@${unit(gic.distributor.base)}`;
}

/** Bindings arm,gic and arm,gic-v3. A guest is shown no virtualisation windows: it has no use for them. */
export function gicNode(gic: Gic, view: GicView, cpus: number): DtsNode {
  const windows = gicWindows(gic, view).map((one) => region(one));
  const compatible = gic.version === 2 ? 'arm,gic-400' : 'arm,gic-v3';
  const maintenance: Record<string, PropertyValue> = view === 'host' ? { interrupts: cells(ppi(gic.maintenance_ppi, gic, cpus)) } : {};
  return node(
    gicNodeName(gic),
    {
      compatible: strings(compatible),
      'interrupt-controller': flag,
      '#interrupt-cells': cells(3),
      '#address-cells': cells(0),
      reg: cells(...windows),
      ...maintenance,
    },
    [],
    'gic',
  );
}

function gicWindows(gic: Gic, view: GicView): Range[] {
  const own = gic.version === 2 ? [gic.distributor, gic.cpu_interface] : [gic.distributor, gic.redistributor];
  const virtual = view === 'host' && gic.version === 2 ? [gic.hypervisor, gic.virtual_cpu] : [];
  return [...own, ...virtual].filter((one) => one !== undefined);
}

/** Clock names that a binding asks for, by compatible string. A variant's own string, which may come first, has none. */
const CLOCK_NAMES: Readonly<Record<string, readonly string[]>> = {
  'arm,pl011': ['uartclk', 'apb_pclk'],
  'arm,pl031': ['apb_pclk'],
  'arm,pl061': ['apb_pclk'],
  'cdns,uart-r1p12': ['uart_clk', 'pclk'],
  'xlnx,xuartps': ['uart_clk', 'pclk'],
};

/** A device of the board and the fixed clock that feeds it, if it has one. */
export function deviceNodes(device: Device): DtsNode[] {
  const properties: Record<string, PropertyValue> = { compatible: strings(...device.compatible), reg: cells(region(device)) };
  if (device.spi !== undefined) {
    const trigger = device.trigger === 'edge' ? 'IRQ_TYPE_EDGE_RISING' : 'IRQ_TYPE_LEVEL_HIGH';
    properties['interrupts'] = cells(`GIC_SPI ${device.spi} ${trigger}`);
  }
  const clock = device.clock_hz === undefined ? [] : [clockNode(device, device.clock_hz)];
  if (device.clock_hz !== undefined) {
    const names = device.compatible.map((one) => CLOCK_NAMES[one]).find((found) => found !== undefined) ?? ['clk'];
    properties['clocks'] = cells(...names.map(() => `&${clockLabel(device)}`));
    properties['clock-names'] = strings(...names);
  }
  return [...clock, node(deviceNodeName(device), properties, [], device.name.replaceAll('-', '_'))];
}

/** Node name and unit address of a device. */
export function deviceNodeName(device: Device): string {
  return `${device.node ?? device.name}@${unit(device.base)}`;
}

function clockLabel(device: Device): string {
  return `${device.name.replaceAll('-', '_')}_clock`;
}

function clockNode(device: Device, hz: number): DtsNode {
  return node(
    `clock-${device.name}`,
    {
      compatible: strings('fixed-clock'),
      '#clock-cells': cells(0),
      'clock-frequency': cells(hz),
      'clock-output-names': strings(`${device.name}-clock`),
    },
    [],
    clockLabel(device),
  );
}
