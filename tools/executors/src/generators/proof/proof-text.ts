// SPDX-License-Identifier: Apache-2.0
import { scalar } from '../yaml/flow';

export interface ProofPlan {
  name: string;
  title: string;
  schema: string;
  /** `all`, or names. */
  boards: 'all' | readonly string[];
  /** Target of each board that makes the firmware, and the file of it. */
  build: string;
  image: string;
  marker: string;
}

/** A proof with one check, which is seen from outside: what the firmware says of itself is no part of it. */
export function proofText(plan: ProofPlan): string {
  const boards = plan.boards === 'all' ? 'all' : `[${plan.boards.join(', ')}]`;
  return `# SPDX-License-Identifier: Apache-2.0
# yaml-language-server: $schema=${plan.schema}
proof: ${plan.name}
title: ${scalar(plan.title)}
claim: The firmware is where the board says, and is entered at EL2.
component: ${scalar(plan.title)}
boards: ${boards}
target: proof-${plan.name}

artefacts:
  firmware: "{board}:${plan.build}/${plan.image}"
  # What the machine is.
  board_dtb: "{board}:device-tree/board.dtb"
described_by: { board: board_dtb }

machine:
  kernel: firmware
  # One instruction takes one virtual nanosecond: the same run, to the bit, on a busy host as on an idle one.
  icount: true

limits: { wall_s: 60, silence_s: 30 }
# Nothing but the firmware runs in this machine, so nobody else can speak for it.
rumpk_image: none
# The end of the run, whatever it says: this proof is about the entry.
end: { marker: ${single(plan.marker)} }

facts:
  firmware_size: { size: firmware }
  firmware_sha256: { sha256: firmware }

moments:
  entry: $rumpk.image

checks:
  - id: entered
    title: the Image is in its place, to the byte, and is entered at EL2
    expect:
      - { memory: $rumpk.image, at: entry, size: $firmware_size, sha256: $firmware_sha256 }
      - { register: CPSR, at: entry, mask: 0xf, equals: 9 }

mutants:
  - id: other-image
    does: one bit of the Image, which no code looks at, is another
    rewrite: { artefact: firmware, offset: 60, xor: 1 }
    kills: [entered]
  - id: no-el2
    does: the machine has no EL2
    # On boards whose machine has EL2 as an option.
    when: { machine.virtualization: on }
    machine: { options: { virtualization: off } }
    kills: [entered]

does_not_show:
  - anything beyond the first instruction
`;
}

/** A pattern in single quotes, in which a backslash is one. */
function single(pattern: string): string {
  return `'${pattern.replaceAll("'", "''")}'`;
}
