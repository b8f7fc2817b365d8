// SPDX-License-Identifier: Apache-2.0

/** Compatible strings of the UARTs that have a driver in firmware/hal/uart, best known first. */
export const DRIVEN_UARTS: readonly string[] = ['arm,pl011', 'cdns,uart-r1p8', 'cdns,uart-r1p12', 'xlnx,xuartps'];

/** Versions of the interrupt controllers that have one, by the bindings arm,gic and arm,gic-v3. */
export const GIC_VERSIONS: Readonly<Record<string, string>> = {
  'arm,cortex-a15-gic': '2',
  'arm,gic-400': '2',
  'arm,gic-v3': '3',
};

/**
 * What a node is driven as: of its compatible strings, which go from the special to the general, the first that is
 * known. Where none is, the first of all.
 */
export function drivenAs(compatible: readonly string[], known: readonly string[]): string {
  return compatible.find((name) => known.includes(name)) ?? (compatible[0] as string);
}
