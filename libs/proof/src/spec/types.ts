// SPDX-License-Identifier: Apache-2.0
import type { Machine } from '@nexus-forge/qemu';

/** A constant, or an expression over facts and captures: `$name`, `$a + $b * 512`. */
export type Term = string | number | boolean;

/** What a value must satisfy; every operator given must hold. */
export interface Expectation {
  equals?: Term;
  not?: Term;
  at_least?: Term;
  at_most?: Term;
  /** Applied to the value before it is compared. */
  mask?: Term;
  /** A regular expression over the value's text. */
  matches?: string;
}

/** A plain term stands for `{ equals: term }`. */
export type FieldExpectation = Term | Expectation;
export type Fields = Readonly<Record<string, FieldExpectation>>;

/** A list that the board's files give, as `$cell.devices`: its entries take its place (describe/specialise.ts). */
export type ListReference = `$${string}`;

/** What the board's files must say for something to be asked of it: name → value. */
export type When = Fields;

interface Conditional {
  /** Left out: it is asked of every board. */
  when?: When;
}

export interface LineCondition extends Conditional {
  line: string;
  /** Named groups of the pattern, compared. */
  fields?: Fields;
  /** The line must come after the first line of this check. */
  after?: string;
}

export interface RecordCondition extends Conditional {
  /** `<source> <record name>`, as in `rumpk stage.image`. */
  record: string;
  /** Which of several records with that name is meant. */
  where?: Readonly<Record<string, Term>>;
  fields?: Fields;
  /** Name for later use → field of the record. */
  capture?: Readonly<Record<string, string>>;
  after?: string;
}

export interface NeverCondition extends Conditional {
  never: string;
  /** The interval starts at the first line that matches; default: the start. */
  from?: string;
  /** The interval ends at the first line that matches; default: the end marker. */
  until?: string;
}

interface Observed extends Conditional {
  /** The moment at which the machine is looked at. */
  at: string;
}

/** How bytes are turned into the value that is compared. */
export type Reading = 'sha256' | 'sha512' | 'u8' | 'u16' | 'u32' | 'u64' | 'u32be' | 'hex' | 'text';
export type Readings = Partial<Readonly<Record<Reading, FieldExpectation>>>;

export interface MemoryCondition extends Observed, Readings {
  /** Guest physical address. */
  memory: Term;
  /** Bytes; needed for sha256, sha512, hex and text. */
  size?: Term;
}

export interface RegisterCondition extends Observed, Expectation {
  register: string;
  /** Of every core but the one that stopped; left out: of that one. */
  cores?: 'others';
}

export interface RegistersCondition extends Observed {
  /** Register → what it must hold. */
  registers: Fields;
}

/** One property of a device tree; `cells` are 32-bit, `present` alone asks for a property without a value. */
export interface PropertyExpectation {
  node: string;
  property: string;
  cells?: readonly Term[];
  text?: Term;
  present?: boolean;
}

export interface DeviceTreeCondition extends Observed {
  /** Guest physical address of a flattened device tree. */
  device_tree: Term;
  /** The tree must be this artefact, byte for byte, after these 64-bit properties were set in it. */
  equals?: { artefact: string; set?: readonly { node: string; property: string; u64: Term }[] };
  properties?: readonly PropertyExpectation[];
}

export interface Stage2Range {
  name?: string;
  ipa: Term;
  pa: Term;
  size: Term;
  memory: 'normal' | 'device';
  access: 'ro' | 'rw';
  execute: boolean;
}

export interface NamedRange {
  name?: string;
  base: Term;
  size: Term;
}

export interface Stage2MapsCondition extends Observed {
  stage2_maps: readonly (Stage2Range | ListReference)[];
}

/** A range of the guest's addresses. */
export interface GuestRange {
  name?: string;
  ipa: Term;
  size: Term;
}

export interface Stage2OnlyCondition extends Observed {
  /** Ranges of the guest's addresses outside of which no leaf may lie; what is inside, `stage2_maps` says. */
  stage2_only: readonly (GuestRange | ListReference)[];
}

export interface Stage2ExcludesCondition extends Observed {
  /** Physical ranges that no leaf may intersect. */
  stage2_excludes: readonly (NamedRange | ListReference)[];
}

export interface Stage2GrantsCondition extends Observed {
  /** Physical ranges, one of which every leaf must lie within. */
  stage2_grants: readonly (NamedRange | ListReference)[];
}

export interface Stage2TablesCondition extends Observed {
  /** Physical ranges, one of which every table must lie within; and no leaf may reach a table. */
  stage2_tables: readonly (NamedRange | ListReference)[];
}

export interface Stage2UnchangedCondition extends Observed {
  /** The moment, at whose last visit the tables must have been what they are at `at`. */
  stage2_unchanged: string;
}

/** A step of QEMU's own log: an instruction first executed, an exception taken, an exception return. */
export type TraceStep =
  | { instruction: string; address?: FieldExpectation }
  | { exception: { name?: string; from: number; to: number; esr?: FieldExpectation } }
  | { return: { from: number; to: number; pc?: FieldExpectation } };

export interface TraceCondition extends Conditional {
  /** These must be found in this order, others between them allowed. */
  trace: readonly TraceStep[];
}

export interface TraceNeverCondition extends Conditional {
  trace_never: TraceStep;
}

export interface DiskCondition extends Conditional, Readings {
  /** A drive's id: its image as the run left it. */
  disk: string;
  offset?: Term;
  size?: Term;
}

export interface EventCondition extends Conditional {
  /** A QMP event that must have come. */
  event: string;
  data?: Readonly<Record<string, Term>>;
}

export interface CompareCondition extends Conditional, Expectation {
  compare: Term;
}

export type Condition =
  | LineCondition
  | RecordCondition
  | NeverCondition
  | MemoryCondition
  | RegisterCondition
  | RegistersCondition
  | DeviceTreeCondition
  | Stage2MapsCondition
  | Stage2OnlyCondition
  | Stage2ExcludesCondition
  | Stage2GrantsCondition
  | Stage2TablesCondition
  | Stage2UnchangedCondition
  | TraceCondition
  | TraceNeverCondition
  | DiskCondition
  | EventCondition
  | CompareCondition;

export interface Check {
  id: string;
  title: string;
  /** What a board must have for the check to be asked of it at all; a board without says in its file why. */
  needs?: When;
  /** Why the board cannot offer it. Of a proof for one board; no proof's file says it. */
  inapplicable?: string;
  /** All must be met. */
  expect: readonly Condition[];
}

/** A value computed on the host from an artefact or a drive's first content, or a constant. */
export type FactSpec =
  | Term
  | { sha256: string; offset?: number; size?: number }
  | { sha512: string; offset?: number; size?: number }
  | { size: string }
  | { u32: string; offset: number }
  | { u64: string; offset: number }
  | { count: string; pattern: string }
  | { device_tree: string; node: string; property: string };

/** A raw disk image made for each run; every 512-byte sector carries its number. */
export interface DriveSpec extends Conditional {
  id: string;
  size_kib: number;
}

export interface MachineSpec extends Partial<Pick<Machine, 'cpu' | 'cpus' | 'memory_mib' | 'options'>> {
  /** Names of artefacts. */
  kernel: string;
  initrd?: string;
  /** Member of the initrd, a newc cpio → the artefact that takes its place; SHA512SUMS in it is made right. */
  members?: Readonly<Record<string, string>>;
  append?: string;
  drives?: readonly DriveSpec[];
  /** QEMU's own log: every exception, and the instructions of a range of virtual addresses (`to` is exclusive). */
  trace?: { instructions?: { from: Term; to: Term } };
  icount?: boolean;
}

/** A moment that comes more than once, and each time. */
export interface RepeatedMoment {
  address: Term;
  /** The step that takes the machine there: the trace must have it as often as the machine was stopped and looked at. */
  every: TraceStep;
  /**
   * Offsets from the stack pointer of the first and the last word that the code there stores, both before it changes the
   * stack pointer. From the second time on these stores are what stops the machine, which is quicker than a breakpoint.
   */
  stores?: readonly Term[];
}

/** Rewrites one artefact for one run: the same length in, the same length out. */
export interface Rewrite {
  artefact: string;
  /** A member of a newc cpio. */
  member?: string;
  /** The member is gzip data: what is inside is rewritten, and compressed again. */
  gzip?: boolean;
  /** Text that must occur; every occurrence is replaced. */
  find?: string;
  replace?: string;
  /** Or 64-bit numbers of a device tree, by what the board's files say (describe/specialise.ts). */
  cells?: { find: Term; replace: Term };
  /** Set for `cells`: such bytes may be something else elsewhere, so they must occur just once. */
  once?: boolean;
  /** Or one byte, xor-ed. */
  offset?: number;
  xor?: number;
  /** Whether SHA512SUMS in the archive is made right again. */
  resum?: boolean;
}

export interface Mutant extends Conditional {
  id: string;
  does: string;
  /** Name of a sabotage that the sabotage artefacts know. */
  sabotage?: string;
  rewrite?: Rewrite;
  machine?: Partial<MachineSpec>;
  /** Artefact used in another's place, or null: none. */
  swap?: Readonly<Record<string, string | null>>;
  /** Exactly the checks that must fail; `all` when nothing gets going. */
  kills: readonly string[] | 'all';
  /** Lines that must be said: a refusal has a name, and only the right one will do. */
  says?: readonly string[];
}

export interface ProofSpec {
  proof: string;
  title: string;
  claim: string;
  component: string;
  banner?: string;
  /** Project that gets a target of this name too, which stands for the default board's. */
  project?: string;
  target: string;
  /** Names of the boards that it is held on; `all`: every board that has what its artefacts name. */
  boards: readonly string[] | 'all';
  artefacts: Readonly<Record<string, string>>;
  machine: MachineSpec;
  limits?: { wall_s?: number; silence_s?: number };
  /**
   * Physical address of Rumpk's image, whose header says where Rumpk keeps what it says; facts may be used. `none`: nothing
   * but the firmware runs, so that every line is its own.
   */
  rumpk_image?: Term;
  end: { marker: string };
  forbidden?: readonly string[];
  /** After such a line nothing good can follow: the run is cut short. */
  hopeless?: readonly string[];
  /** Artefacts that describe what the proof is run on: their values and lists have dotted names. */
  described_by?: Readonly<Partial<Record<'board' | 'cell' | 'ion', string>>>;
  facts?: Readonly<Record<string, FactSpec>>;
  /** Name → address of the instruction before which the machine is stopped and looked at: once, or every time. */
  moments?: Readonly<Record<string, Term | RepeatedMoment>>;
  /** Pins of workspace.json whose identity belongs into the evidence. */
  pins?: readonly string[];
  /** Name of a version → pattern with one group that finds it in the transcript. */
  versions?: Readonly<Record<string, string>>;
  checks: readonly Check[];
  sabotage?: { artefacts: Readonly<Record<string, string>>; append: string };
  mutants?: readonly Mutant[];
  does_not_show: readonly string[];
}
