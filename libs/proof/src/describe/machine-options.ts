// SPDX-License-Identifier: Apache-2.0
import type { Machine } from '@nexus-forge/qemu';
import type { Datum } from '../value';

const PREFIX = 'machine.';
const OPTION = /^machine\.[a-z][a-z0-9_]*$/;

/** Whether a name is that of an option of the board's machine: `machine.virtualization`. */
export function isMachineOption(name: string): boolean {
  return OPTION.test(name);
}

/** The options under `qemu` of a board.yaml by such names; a machine need not have any. */
export function machineOptions({ options = {} }: Pick<Machine, 'options'>): [string, Datum][] {
  return Object.entries(options)
    .map(([name, value]): [string, Datum] => [`${PREFIX}${name.replaceAll('-', '_')}`, String(value)])
    .filter(([name]) => isMachineOption(name));
}
