// SPDX-License-Identifier: Apache-2.0

/** One entry of QEMU's own log (`-d int,in_asm`), in the order in which it happened. */
export type TraceEvent =
  | { kind: 'instruction'; address: bigint; word: number; text: string }
  | { kind: 'exception'; name: string; from: number; to: number; esr: bigint; elr: bigint }
  | { kind: 'return'; from: number; to: number; pc: bigint };

const INSTRUCTION = /^0x([0-9a-f]+):\s+([0-9a-f]{8})\s+(.*?)\s*$/;
const RETURN = /^Exception return from AArch64 EL(\d) to AArch64 EL(\d) PC 0x([0-9a-f]+)/;
const TAKEN = /^Taking exception \d+ \[(.*)\]/;
const LEVELS = /^\.\.\.from EL(\d) to EL(\d)/;
const SYNDROME = /^\.\.\.with ESR 0x[0-9a-f]+\/0x([0-9a-f]+)/;
const LINK = /^\.\.\.with ELR 0x([0-9a-f]+)/;

type Exception = Extract<TraceEvent, { kind: 'exception' }>;

/**
 * Reads the log of QEMU 7.2's AArch64 target. An instruction stands in it when its block is translated, which is
 * before it first runs; an exception or a return each time it happens. Instructions that no step can name are left out:
 * they are nearly all of a log, and the verdict waits for it.
 */
export function parseTrace(log: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  let open: Exception | undefined;
  for (const line of log.split('\n')) {
    if (line.startsWith('...')) {
      if (open) readDetail(open, line);
      continue;
    }
    const event = readEvent(line);
    if (event) events.push(event);
    open = event?.kind === 'exception' ? event : undefined;
  }
  return events;
}

function readEvent(line: string): TraceEvent | undefined {
  const instruction = INSTRUCTION.exec(line);
  if (instruction) {
    const [, address, digits, text = ''] = instruction;
    const word = parseInt(digits as string, 16);
    return NAMEABLE.has(word) ? { kind: 'instruction', address: BigInt(`0x${address}`), word, text: text.replace(/\s+/g, ' ') } : undefined;
  }
  const back = RETURN.exec(line);
  if (back) return { kind: 'return', from: Number(back[1]), to: Number(back[2]), pc: BigInt(`0x${back[3]}`) };
  const taken = TAKEN.exec(line);
  return taken ? { kind: 'exception', name: taken[1] as string, from: -1, to: -1, esr: 0n, elr: 0n } : undefined;
}

/** Whether a word is the named instruction. */
export function isInstruction(word: number, name: string): boolean {
  return INSTRUCTIONS[name] === word;
}

function readDetail(exception: Exception, line: string): void {
  const levels = LEVELS.exec(line);
  if (levels) [exception.from, exception.to] = [Number(levels[1]), Number(levels[2])];
  const syndrome = SYNDROME.exec(line);
  if (syndrome) exception.esr = BigInt(`0x${syndrome[1]}`);
  const link = LINK.exec(line);
  if (link) exception.elr = BigInt(`0x${link[1]}`);
}

/**
 * Encodings that steps may name (Arm ARM C6.2), each the whole word: the domain of a barrier and of a TLBI, and the
 * immediate of a call, are part of what is claimed.
 */
export const INSTRUCTIONS: Readonly<Record<string, number>> = {
  dsb_ish: 0xd5033b9f,
  dsb_ishst: 0xd5033a9f,
  isb: 0xd5033fdf,
  tlbi_vmalls12e1is: 0xd50c83df,
  eret: 0xd69f03e0,
  hvc: 0xd4000002,
};
const NAMEABLE: ReadonlySet<number> = new Set(Object.values(INSTRUCTIONS));
