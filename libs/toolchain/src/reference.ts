// SPDX-License-Identifier: Apache-2.0
import type { Manifest, Pin } from './manifest';

/** A tool that something names: a pin, or one series of it, written `linux-source@6.12`. */
export interface ToolReference {
  /** Name of the pin, or of a tool that this plugin knows without one. */
  name: string;
  /** Version of the series. Without it any of the pin's will do, the first that is there. */
  series?: string;
}

const SEPARATOR = '@';

export function parseToolReference(text: string): ToolReference {
  const [name = '', series] = text.split(SEPARATOR, 2);
  return series === undefined ? { name } : { name, series };
}

export function formatToolReference({ name, series }: ToolReference): string {
  return series === undefined ? name : name + SEPARATOR + series;
}

/** The pin that a reference stands for, with only the series that it names; without any when the pin has no such series. */
export function pinFor({ toolchain }: Manifest, { name, series }: ToolReference): Pin | undefined {
  const pin = toolchain[name];
  if (pin === undefined || series === undefined) return pin;
  return { ...pin, series: pin.series.filter(({ version }) => version === series) };
}

/** Every reference that a manifest makes possible: its pins and their series. */
export function referencesOf({ toolchain }: Manifest): ToolReference[] {
  return Object.entries(toolchain).flatMap(([name, pin]) => [{ name }, ...pin.series.map(({ version }) => ({ name, series: version }))]);
}
