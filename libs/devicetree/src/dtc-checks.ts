// SPDX-License-Identifier: Apache-2.0

/** A check of dtc that is left out. */
export interface OmittedCheck {
  name: string;
  /** The first version that has it, where a supported one lacks it: that one takes no argument with its name. */
  since?: string;
  because: string;
}

/**
 * dtc's checks are on as dtc has them, and any word of it is an error, but for these: what 1.6 and 1.7 see differently,
 * so that a tree is accepted with both or with neither. Every other check is on, or off, in both.
 */
export const OMITTED_CHECKS: readonly OmittedCheck[] = [
  {
    name: 'interrupt_provider',
    because:
      '1.6 wants #address-cells in every interrupt controller, where the Devicetree Specification (0.4, 2.4.3.1) needs it for an interrupt-map only; 1.7 does not, but refuses #interrupt-cells in a node that is no controller, which 1.6 takes',
  },
  { name: 'interrupt_map', since: '1.7', because: 'it looks at interrupt maps, which 1.6 leaves alone' },
];

/** Arguments that leave out the checks that every supported dtc can be told of. */
export function checkArguments(): string[] {
  return OMITTED_CHECKS.filter(({ since }) => since === undefined).flatMap(({ name }) => ['-W', `no-${name}`]);
}

/** What dtc has said, without the words of checks that are left out. */
export function faultsOf(said: string): string {
  const omitted = OMITTED_CHECKS.map(({ name }) => `Warning (${name}): `);
  const lines = said.split('\n').filter((line) => !omitted.some((words) => line.includes(words)));
  return lines.join('\n').trim();
}
