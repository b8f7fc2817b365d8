// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { QemuSession, type Boot, type GdbClient, type Machine, type QemuVersion, type QmpEvent } from '@nexus-forge/qemu';
import { attribute, readKeptLines, type KeptLines } from '../console/kept-lines';
import { ConsoleSplitter } from '../console/splitter';
import type { Observation, Probe, Stage2Observation, Visits } from '../evidence/probe';
import { SeenTables } from '../evidence/stage2-walker';
import type { EndReason, Run } from '../judge';
import { select } from '../selection';
import type { Condition, ProofSpec, Term } from '../spec/types';
import { END_MOMENT, NOBODY_ELSE } from '../spec/validate';
import { Transcript, sentIn, type Line } from '../transcript';
import { ValueError, evaluateNumber, hex, type Datum } from '../value';
import { hostProbe, machineProbe, type ProbePaths } from './machine-probe';
import { refuseBlindProbes } from './blind-probes';
import { AFTER, conditionsAt, isRemembered, moments, observeAll, type Look } from './observe';
import { STOPPED_AT_BREAKPOINT, Stops } from './stops';
import { Watchdog } from './watchdog';

export interface BootPlan {
  spec: ProofSpec;
  machine: Machine;
  boot: Boot;
  facts: ReadonlyMap<string, Datum>;
  /** The emulator: a path, or a name looked up in PATH. */
  qemu: string;
  workspaceRoot: string;
  paths: ProbePaths;
  signal?: AbortSignal;
  /** The machine, or what it is given, is not the spec's: what it lacks is something seen. */
  altered?: boolean;
  onLine?: (line: Line) => void;
  /** Called with what there is so far, whenever there is nothing to do but to wait for the machine. */
  onIdle?: (run: Run) => void;
  /** Called with the finished run while QEMU ends. */
  onEvidence?: (run: RecordedRun) => void;
}

/** A run, and what QEMU was. */
export interface RecordedRun extends Run {
  version: QemuVersion;
  /** QEMU's arguments. */
  args: readonly string[];
  /** What QEMU itself said. */
  messages: readonly string[];
  /** Where a machine stood that had to be stopped: `pc 0x… cpsr 0x…`. */
  stoodAt?: string;
}

const DEFAULT_LIMITS = { wall_s: 30, silence_s: 10 };
/** What the guest asked for; a shutdown for the host's reasons is no end of a run (qapi/run-state.json). */
const ENDED_BY: Readonly<Record<string, EndReason>> = { 'guest-shutdown': 'power-off', 'guest-reset': 'reset' };
/** How long a QEMU that is told to stop the machine may take to do it and say where it stands. */
const STOP_LIMIT_MS = 5_000;
/** More than any console says that a proof is about; a guest must not fill the host's memory. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
/** What a line takes beside its text. */
const LINE_COST_BYTES = 256;

/** Boots the machine once, looks at it in each of the spec's moments, and gives all that was seen. */
export async function bootOnce(plan: BootPlan): Promise<RecordedRun> {
  const recorder = new Recorder(plan);
  const session = await QemuSession.start({
    command: plan.qemu,
    workingDirectory: plan.workspaceRoot,
    scratchDirectory: plan.paths.scratchDirectory,
    machine: plan.machine,
    boot: plan.boot,
    trace: recorder.trace,
    icount: plan.spec.machine.icount,
    keepAfterPowerOff: true,
    gdb: recorder.needsGdb,
    onSerial: (chunk) => recorder.receive(chunk),
    onStarted: () => plan.onIdle?.(recorder.soFar('no output')),
  });
  const cancel = () => void session.close();
  plan.signal?.addEventListener('abort', cancel, { once: true });
  try {
    plan.signal?.throwIfAborted();
    if (!plan.altered) refuseBlindProbes(plan.spec, await session.memoryMap(), (fact) => plan.facts.get(fact));
    const ended = await recorder.follow(session);
    // The machine stands still: its output and its log are complete. A drive's image is when QEMU has ended.
    const closing = session.close();
    if (recorder.looksAfterwards) await closing;
    const run = await recorder.finish(session, ended);
    plan.onEvidence?.(run);
    return run;
  } catch (error) {
    throw plan.signal?.aborted ? new ForgeError('the run was cancelled') : error;
  } finally {
    plan.signal?.removeEventListener('abort', cancel);
    await session.close();
  }
}

/** Collects what one run shows, from its first instruction to its end. */
class Recorder {
  readonly trace;
  readonly needsGdb: boolean;
  private readonly transcript = new Transcript();
  private readonly observations = new Map<Condition, Observation | Visits>();
  private readonly events: QmpEvent[] = [];
  private readonly stops: Stops;
  private readonly tables = new SeenTables();
  private readonly earlier = new Map<string, () => Stage2Observation>();
  private readonly watchdog: Watchdog;
  private readonly splitter: ConsoleSplitter;
  private received = 0;
  private readonly hopeless: readonly RegExp[];
  private readonly looks: Look[] = [];
  private stoodAt: string | undefined;
  private kept: KeptLines | string | undefined;

  constructor(private readonly plan: BootPlan) {
    const { spec } = plan;
    const { trace } = spec.machine;
    const number = (term: Term) => evaluateNumber(term, (fact) => plan.facts.get(fact));
    this.trace = trace && {
      file: join(plan.paths.scratchDirectory, 'trace.log'),
      instructions: trace.instructions && { from: number(trace.instructions.from), to: number(trace.instructions.to) },
    };
    this.stops = new Stops(spec, (fact) => plan.facts.get(fact));
    const looked = [...moments(spec)].filter(([condition]) => !('memory' in condition || 'disk' in condition));
    this.needsGdb = this.stops.any || looked.some(([condition]) => !('device_tree' in condition));
    this.hopeless = (spec.hopeless ?? []).map((source) => new RegExp(source, 'u'));
    const limits = { ...DEFAULT_LIMITS, ...spec.limits };
    this.watchdog = new Watchdog({ wallMs: limits.wall_s * 1000, silenceMs: limits.silence_s * 1000 });
    this.splitter = new ConsoleSplitter((piece) => {
      const line = this.transcript.add(piece);
      this.received += LINE_COST_BYTES;
      plan.onLine?.(line);
      if (this.hopeless.some((pattern) => sentIn(line, pattern))) this.watchdog.giveUp();
    });
  }

  receive(chunk: Buffer): void {
    if (this.received > OUTPUT_BYTES_MAX) return this.watchdog.end('too much output');
    this.received += chunk.length;
    this.splitter.push(chunk);
    this.watchdog.restart();
  }

  /** Lets the machine run from moment to moment until it ends. */
  async follow(session: QemuSession): Promise<EndReason> {
    const shutdown = this.awaitShutdown(session);
    try {
      if (session.gdb) await this.stops.insert(session.gdb);
      for (;;) {
        const stopped = this.resume(session, shutdown);
        const outcome = await Promise.race([stopped, this.watchdog.expired, session.exited.then(() => 'gone' as const)]);
        this.watchdog.pause();
        if (outcome === 'gone') throw this.diedError(session);
        if (outcome === 'breakpoint') {
          if (!(await this.lookAtBreakpoint(session))) return await this.lookAtEnd(session, await shutdown);
        }
        else if (outcome === 'power-off' || outcome === 'reset') return await this.lookAtEnd(session, outcome);
        else return await this.interrupt(session, outcome);
      }
    } finally {
      this.watchdog.stop();
    }
  }

  /** Whether there is something to look at that is there only when QEMU has ended. */
  get looksAfterwards(): boolean {
    return conditionsAt(this.plan.spec, AFTER).length > 0;
  }

  /** What there is to judge up to now, of a run that ended so. */
  soFar(ended: EndReason): Run {
    return {
      transcript: this.transcript,
      observations: this.observations,
      events: this.events,
      misattributed: [],
      trace: this.trace && existsSync(this.trace.file) ? readFileSync(this.trace.file, 'latin1') : '',
      ended,
    };
  }

  /** What a finished run left. */
  async finish(session: QemuSession, ended: EndReason): Promise<RecordedRun> {
    session.readSerial();
    this.splitter.flush();
    await this.look(conditionsAt(this.plan.spec, AFTER), hostProbe(this.plan.paths));
    for (const { settled } of this.looks) await settled;
    for (const [condition, moment] of moments(this.plan.spec)) {
      if (!this.observations.has(condition)) this.observations.set(condition, { unseen: `the moment ${moment} was never reached` });
    }
    return {
      ...this.soFar(ended),
      ...this.attributed(),
      stoodAt: this.stoodAt,
      version: session.version,
      args: session.args,
      messages: session.messages,
    };
  }

  private awaitShutdown(session: QemuSession): Promise<EndReason> {
    return new Promise((resolve) => {
      session.qmp.on('event', (event) => {
        this.events.push(event);
        const ended = event.event === 'SHUTDOWN' ? ENDED_BY[String(event.data?.['reason'])] : undefined;
        if (ended) resolve(ended);
      });
    });
  }

  private async resume(session: QemuSession, shutdown: Promise<EndReason>): Promise<EndReason | 'breakpoint'> {
    this.watchdog.restart();
    if (!session.gdb) {
      await session.qmp.execute('cont');
      return shutdown;
    }
    return (await session.gdb.resume()) === STOPPED_AT_BREAKPOINT ? 'breakpoint' : shutdown;
  }

  /** Looks, and leaves the machine ready to run on; false when it has ended. */
  private async lookAtBreakpoint(session: QemuSession): Promise<boolean> {
    const gdb = session.gdb as GdbClient;
    const reached = await this.stops.arrive(gdb);
    if (reached !== undefined) await this.lookAtMachine(session, reached.moment, reached.visit);
    const runsOn = await this.stops.leave(gdb);
    if (reached !== undefined && reached.visit === undefined) {
      const settled = Promise.all(this.looks.map((look) => look.settled));
      settled.then(() => this.plan.onIdle?.(this.soFar('no output'))).catch(() => {});
    }
    return runsOn;
  }

  private async lookAtEnd(session: QemuSession, ended: EndReason): Promise<EndReason> {
    await this.readKept(session);
    if (ended === 'power-off') await this.lookAtMachine(session, END_MOMENT);
    return ended;
  }

  /** Reads what Rumpk kept of what it said, of a machine that stands still. */
  private async readKept(session: QemuSession): Promise<void> {
    const { rumpk_image: term } = this.plan.spec;
    if (term === undefined || term === NOBODY_ELSE) return;
    const image = evaluateNumber(term, (fact) => this.plan.facts.get(fact));
    const { memory } = machineProbe(session, this.plan.paths, this.tables);
    this.kept = await readKeptLines(image, memory).catch((error) => {
      if (error instanceof ValueError) return error.message;
      throw error;
    });
  }

  /** The transcript with every line's origin settled, where the spec says how. */
  private attributed(): Pick<Run, 'transcript' | 'misattributed'> {
    const { transcript, kept } = this;
    if (kept === undefined) return { transcript, misattributed: [] };
    const { lines, faults } = attribute(transcript.lines, typeof kept === 'string' ? { lines: [], lost: 0n } : kept);
    const unread = typeof kept === 'string' ? [`what Rumpk said cannot be read: ${kept}`] : [];
    return { transcript: Transcript.from(lines), misattributed: [...unread, ...faults] };
  }

  /** Looks at a machine that stands still, for the `visit`-th time if the moment comes more than once. */
  private async lookAtMachine(session: QemuSession, moment: string, visit?: number): Promise<void> {
    const conditions = conditionsAt(this.plan.spec, moment);
    const remembered = isRemembered(this.plan.spec, moment);
    if (conditions.length === 0 && !remembered) return;
    session.readSerial();
    this.watchdog.pause();
    const probe = machineProbe(session, this.plan.paths, this.tables, this.earlier);
    if (remembered) await this.remember(moment, probe);
    await this.look(conditions, probe, visit);
  }

  /** Keeps the tables of a moment for a later comparison. A machine that has none is a finding of that comparison. */
  private async remember(moment: string, probe: Probe): Promise<void> {
    this.earlier.delete(moment);
    const tables = await probe.stage2().catch((error) => {
      if (error instanceof ValueError) return undefined;
      throw error;
    });
    if (tables) this.earlier.set(moment, tables);
  }

  private async look(conditions: readonly Condition[], probe: Parameters<typeof observeAll>[1], visit?: number): Promise<void> {
    this.looks.push(await observeAll(conditions, probe, this.lookup(), (condition, seen) => this.keep(condition, seen, visit)));
  }

  private keep(condition: Condition, seen: Observation, visit: number | undefined): void {
    if (visit === undefined) return void this.observations.set(condition, seen);
    const known = this.observations.get(condition);
    const visits = known && 'visits' in known ? [...known.visits] : [];
    visits[visit] = seen;
    this.observations.set(condition, { visits });
  }

  private lookup(): (name: string) => Datum | undefined {
    const facts = (name: string) => this.plan.facts.get(name);
    let captures: ReadonlyMap<string, Datum> | undefined;
    return (name) => facts(name) ?? (captures ??= select(this.plan.spec, this.transcript, facts).captures).get(name);
  }

  /** Stops a machine that ran too long, and notes where it stands; a QEMU that does not answer has no say in how the run ends. */
  private async interrupt(session: QemuSession, reason: EndReason): Promise<EndReason> {
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), STOP_LIMIT_MS)));
    const answered = await Promise.race([this.noteStand(session).then(() => true), silent]);
    clearTimeout(timer);
    if (!answered) this.stoodAt = `no known place: QEMU itself did not answer for ${STOP_LIMIT_MS / 1000} s`;
    return reason;
  }

  private async noteStand(session: QemuSession): Promise<void> {
    await session.qmp.execute('stop');
    await this.readKept(session);
    if (session.gdb) {
      const [pc, cpsr] = await Promise.all([session.gdb.readRegister('pc'), session.gdb.readRegister('cpsr')]);
      this.stoodAt = `pc ${hex(pc)} cpsr ${hex(cpsr)} (EL${(cpsr >> 2n) & 3n})`;
    }
  }

  private diedError(session: QemuSession): ForgeError {
    const tail = this.transcript.tail(10).map((line) => line.text);
    return new ForgeError('QEMU ended in the middle of the run', { output: [...session.messages, ...tail].join('\n') });
  }
}
