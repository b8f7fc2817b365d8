// SPDX-License-Identifier: Apache-2.0

/** What run_aarch64.sh can do with the firmware in zig-out. */
export interface Mode {
  name: string;
  about: string;
  /** The proof it runs, workspace-relative. */
  spec: string;
  /** Options of `zig build` that make the firmware it needs. */
  build: string;
}

/** The firmware and the disks of a boot without a mode are those of this one. */
export const DEFAULT: Mode = {
  name: 'test',
  about: 'default boot: the 17 self-tests of Rumpk',
  spec: 'proofs/default-boot.proof.yaml',
  build: '-Darch=aarch64',
};

export const MODES: readonly Mode[] = [
  DEFAULT,
  {
    name: 'el2-staged-eret-attempt',
    about: 'Linux staged and entered at EL2: the 33 checks',
    spec: 'proofs/el2-staged-eret.proof.yaml',
    build: '-Darch=aarch64 -Dproof-stage-linux-image=true -Dproof-el2-vmentry-smoke=true -Dproof-el2-eret-attempt=true',
  },
];

/** Help, also for a mode that does not exist. */
export function usage(command: string): string {
  const width = Math.max(...MODES.map(({ name }) => name.length));
  return [
    `usage: ${command} [mode]`,
    '',
    'modes:',
    ...MODES.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    `  ${'(none)'.padEnd(width)}  boot at this terminal; Ctrl-A x ends it`,
  ].join('\n');
}
