// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import type { GdbClient } from '@nexus-forge/qemu';
import type { ProofSpec } from '../spec/types';
import { evaluateNumber, hex, type Lookup } from '../value';

/** An instruction that jumps to itself is no place for a moment that comes more than once. */
const STEPS_MAX = 100;
/** gdb's number for a stop at a breakpoint or watchpoint (SIGTRAP). */
export const STOPPED_AT_BREAKPOINT = 5;

/** A moment that the machine has reached. */
export interface Reached {
  moment: string;
  /** Of a moment that comes more than once: how often it came before. */
  visit?: number;
}

interface Place {
  moment: string;
  address: bigint;
  /** Of a moment that comes more than once: how often it came. */
  visits?: number;
  /** Offsets from the stack pointer of the first and the last word that the code at the address stores. */
  stores?: readonly [first: bigint, last: bigint];
  /** The stack pointer there, once the machine has been there. */
  frame?: bigint;
}

/** Addresses of the first and the last word that the code of a place stores, where the machine has been before. */
function wordsOf({ frame = 0n, stores = [0n, 0n] }: Place): [first: bigint, last: bigint] {
  return [frame + stores[0], frame + stores[1]];
}

/**
 * Stops a machine in the moments of a spec. Each time it stands at a breakpoint QEMU 7.2 (gdb_vm_state_change in gdbstub.c)
 * drops all that it has translated, which costs a booting Linux 10 ms and more; at a watchpoint it keeps it. Where a
 * moment that comes again says what its code stores, the first of these stores is watched from the second time on: the
 * machine stands before the instruction that stores, as it does at a breakpoint. To let it pass, the last of the stores
 * is watched instead until the machine is there. Others that store to the first word are let pass by a step.
 */
export class Stops {
  private readonly places: ReadonlyMap<bigint, Place>;
  /** Where the machine stands. */
  private at: Place | undefined;
  /** The place that the machine is about to leave, up to its last store. */
  private passing: Place | undefined;
  /** The place whose first store is watched. */
  private watched: Place | undefined;

  constructor({ moments = {} }: ProofSpec, lookup: Lookup) {
    const value = (term: Parameters<typeof evaluateNumber>[0]) => evaluateNumber(term, lookup);
    const places = Object.entries(moments).map(([moment, place]): Place => {
      if (typeof place !== 'object') return { moment, address: value(place) };
      const [first, last] = place.stores ?? [];
      const stores = first !== undefined && last !== undefined ? ([value(first), value(last)] as const) : undefined;
      return { moment, address: value(place.address), visits: 0, stores };
    });
    this.places = new Map(places.map((place) => [place.address, place]));
  }

  /** Whether the machine stops before it ends. */
  get any(): boolean {
    return this.places.size > 0;
  }

  async insert(gdb: GdbClient): Promise<void> {
    await Promise.all([...this.places.keys()].map((address) => gdb.insertBreakpoint(address)));
  }

  /** The moment that a stopped machine has reached, or nothing: it only passes by. Throws where no moment is. */
  async arrive(gdb: GdbClient): Promise<Reached | undefined> {
    const address = await gdb.readRegister('pc');
    const place = (this.at = this.places.get(address));
    if (place === undefined && this.passing === undefined && this.watched === undefined) {
      throw new ForgeError(`the machine stopped at ${hex(address)}, where no moment is`);
    }
    return place && { moment: place.moment, visit: place.visits === undefined ? undefined : place.visits++ };
  }

  /** Leaves the machine ready to run on; false when it has ended. */
  async leave(gdb: GdbClient): Promise<boolean> {
    const { at, passing, watched } = this;
    if (at === undefined && passing !== undefined) await this.watchFirst(gdb, passing);
    else if (at === undefined) return this.passOther(gdb, watched as Place);
    else if (at.visits === undefined) await gdb.removeBreakpoint(at.address);
    else if (at.stores === undefined) return stepOver(gdb, at.address);
    else await this.watchLast(gdb, at);
    return true;
  }

  private async watchLast(gdb: GdbClient, place: Place): Promise<void> {
    if (place.frame === undefined) {
      place.frame = await gdb.readRegister('sp');
      await gdb.removeBreakpoint(place.address);
    } else {
      await gdb.removeWatchpoint(wordsOf(place)[0]);
    }
    await gdb.insertWatchpoint(wordsOf(place)[1]);
    this.passing = place;
    this.watched = undefined;
  }

  private async watchFirst(gdb: GdbClient, place: Place): Promise<void> {
    const [first, last] = wordsOf(place);
    await Promise.all([gdb.removeWatchpoint(last), gdb.insertWatchpoint(first)]);
    this.passing = undefined;
    this.watched = place;
  }

  private async passOther(gdb: GdbClient, place: Place): Promise<boolean> {
    const [first] = wordsOf(place);
    await gdb.removeWatchpoint(first);
    const runsOn = await stepOver(gdb, await gdb.readRegister('pc'));
    await gdb.insertWatchpoint(first);
    return runsOn;
  }
}

/**
 * Executes the instruction at a breakpoint, which stays: QEMU passes over breakpoints while it steps, and to take one away
 * and put it back costs it milliseconds each time. It may answer a step although its processor was called off before it
 * executed anything. False when the machine has ended; an instruction that ends it is no place to look at more than once,
 * QEMU takes notice a moment later.
 */
async function stepOver(gdb: GdbClient, address: bigint): Promise<boolean> {
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    if ((await gdb.step()) !== STOPPED_AT_BREAKPOINT) return false;
    if ((await gdb.readRegister('pc')) !== address) return true;
  }
  throw new ForgeError(`the machine does not leave ${hex(address)}, where a moment is`, { found: `${STEPS_MAX} steps without effect` });
}
