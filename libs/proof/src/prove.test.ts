// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { QemuSession } from '@nexus-forge/qemu';
import { TEST_MACHINE, bareGuest, withFolder, type Ending } from '../../qemu/src/testing';
import { prove, type Proven } from './prove';
import { parseProof } from './spec/load';
import type { Condition, ProofSpec } from './spec/types';
import { specOf } from './testing';
import type { Line } from './transcript';

const ENTRY = 0x40080000;
const TOOLS = { fdtget: 'fdtget', fdtput: 'fdtput' };

interface Guest {
  text: string;
  ending?: Ending;
}

/** Boots a guest of a few instructions and judges one check. */
function proveGuest({ text, ending }: Guest, conditions: readonly Condition[], more: Partial<ProofSpec> = {}, onLine?: (line: Line) => void): Promise<Proven> {
  return withFolder(async (workspaceRoot) => {
    writeFileSync(join(workspaceRoot, 'guest.bin'), bareGuest(text, ending));
    const spec = specOf([{ id: 'only', title: 'Only', expect: conditions }], {
      artefacts: { guest: 'guest:build/guest.bin' },
      machine: { kernel: 'guest' },
      ...more,
    });
    const artefacts = { guest: 'guest.bin' };
    return prove({ spec, machine: TEST_MACHINE, artefacts, qemu: 'qemu-system-aarch64', deviceTreeTools: TOOLS, workspaceRoot, onLine });
  });
}
/** A condition as a proof's YAML has it. */
const conditionsOf = (yaml: string): readonly Condition[] =>
  parseProof(
    `{ proof: a, title: A, claim: A., component: A, project: a, target: a, boards: [a], artefacts: { k: 'a:b/c' }, machine: { kernel: k },
       end: { marker: x }, does_not_show: [x],
       mutants: [{ id: a, does: a, rewrite: { artefact: k, offset: 0, xor: 1 }, kills: [a] }], checks: [{ id: a, title: A, expect: [${yaml}] }] }`,
    'a.proof.yaml',
  ).checks[0]?.expect ?? [];
const evidence = ({ judgement }: Proven) => judgement.checks[0]?.conditions.map(({ evidence: text }) => text).join('\n') ?? '';

test('a register of the cores that did not run, beside that of the one that did', async () => {
  const parked: Condition = { register: 'PC', cores: 'others', at: 'end', equals: 0 };
  const own: Condition = { register: 'PC', at: 'end', not: 0 };
  const machine = { kernel: 'guest', cpus: 3 };
  const three = await proveGuest({ text: 'END\n' }, [parked, own], { machine });
  assert.equal([three.judgement.passed, three.judgement.success], [1, true], evidence(three));
  assert.match(evidence(three), /^PC of 2 other cores \(end\) = 0x0\n/);
  const wrong = await proveGuest({ text: 'END\n' }, [{ ...parked, equals: 4 }], { machine });
  assert.is(wrong.judgement.passed, 0);
  const alone = await proveGuest({ text: 'END\n' }, [parked]);
  assert.match(evidence(alone), /not seen: the machine has one core/);
});

test('said and seen: lines, registers and memory at an instruction, a patched device tree, the end', async () => {
  const proven = await proveGuest(
    { text: '@rumpk stage.image addr=0x40080028 size=4\nEND\n' },
    [
      { record: 'rumpk stage.image', capture: { addr: 'addr', size: 'size' } },
      { register: 'CPSR', at: 'entry', mask: 0xf, equals: 9 },
      { register: 'PC', at: 'entry', equals: ENTRY },
      { memory: '$addr', at: 'end', size: '$size', text: '@rum' },
      { memory: ENTRY, at: 'entry', size: '$guest_size', sha256: '$guest_sha256' },
      { event: 'SHUTDOWN', data: { reason: 'guest-shutdown' } },
    ],
    { moments: { entry: ENTRY }, facts: { guest_size: { size: 'guest' }, guest_sha256: { sha256: 'guest' } } },
  );
  assert.is(proven.judgement.success, true, evidence(proven));
  assert.is(proven.run.ended, 'power-off');
});

test('a value that was never said leaves its condition unseen, not the run', async () => {
  const proven = await proveGuest({ text: 'END\n' }, [
    { memory: '$addr', at: 'end', u32: 1 },
    { record: 'rumpk absent', capture: { addr: 'addr' } },
  ]);
  assert.is(proven.judgement.success, false);
  assert.match(evidence(proven), /not seen: \$addr was not seen/);
});

test('a moment that was never reached is named', async () => {
  const proven = await proveGuest({ text: 'END\n' }, [{ register: 'PC', at: 'later', equals: 0 }], { moments: { later: 0x40090000 } });
  assert.match(evidence(proven), /the moment later was never reached/);
});

/** The guest's loop over its text, and what leads to its one call of the firmware: x0 is half a function id. */
const [NEXT_CHARACTER, BEFORE_CALL] = [ENTRY + 0x8, ENTRY + 0x1c];
const everyTime = (address: number) => ({
  machine: { kernel: 'guest', trace: {} },
  moments: { here: { address, every: { exception: { from: 2, to: 3 } } } },
});

test('a moment that comes more than once: each visit counts, and QEMU\'s log has as many', async () => {
  const once = await proveGuest({ text: 'END\n' }, [{ register: 'X0', at: 'here', equals: 8 }], everyTime(BEFORE_CALL));
  assert.is(once.judgement.success, true, evidence(once));
  assert.match(evidence(once), /each of 1 visits/);
  const often = await proveGuest({ text: 'END\n' }, [{ register: 'X1', at: 'here', equals: 0x09000000 }], everyTime(NEXT_CHARACTER));
  assert.match(evidence(often), /looked at 5 times, but QEMU's log has it 1 times/);
  const wrong = await proveGuest({ text: 'END\n' }, [{ register: 'X3', at: 'here', not: 0x4e }], everyTime(NEXT_CHARACTER));
  assert.match(evidence(wrong), /X3 \(here\) = 0x4e \(visit 3 of 5\)/);
});

/** Where the guest that stores begins to: twice on its stack, and once more to the first word. */
const FIRST_STORE = ENTRY + 0x24;
for (const [how, stores] of [['a breakpoint', undefined], ['its stores', [0, 8]]] as const) {
  test(`each visit is seen by ${how}, and nothing else`, async () => {
    const { machine, moments } = everyTime(FIRST_STORE);
    const spec = { machine, moments: { here: { ...moments.here, stores } } };
    const all = await proveGuest({ text: 'END\n', ending: 'stores' }, [{ registers: { PC: FIRST_STORE }, at: 'here' }], spec);
    assert.match(evidence(all), /looked at 3 times/);
    const wrong = await proveGuest({ text: 'END\n', ending: 'stores' }, [{ register: 'X4', at: 'here', not: 2 }], spec);
    assert.match(evidence(wrong), /X4 \(here\) = 0x2 \(visit 2 of 3\)/);
  });
}

test('the instructions and exceptions of QEMU\'s log', async () => {
  const proven = await proveGuest({ text: 'END\n' }, [{ trace: [{ exception: { from: 2, to: 3 } }] }, { trace_never: { exception: { from: 1, to: 2 } } }], {
    machine: { kernel: 'guest', trace: { instructions: { from: ENTRY, to: ENTRY + 0x1000 } } },
  });
  assert.is(proven.judgement.success, true, evidence(proven));
});

test('a disk is made for the run, and looked at after it', async () => {
  const drives = [{ id: 'hd', size_kib: 4 }];
  const proven = await proveGuest({ text: 'END\n' }, [{ disk: 'hd', offset: 512 * 3, size: 512, sha256: '$third', text: 'sector 00000003\n'.repeat(32) }], {
    machine: { kernel: 'guest', drives },
    facts: { third: { sha256: 'hd', offset: 1536, size: 512 } },
  });
  assert.is(proven.judgement.success, true, evidence(proven));
});

const CUT: [title: string, guest: Guest, more: Partial<ProofSpec>, ended: string][] = [
  ['a guest that says nothing more', { text: 'END\n', ending: 'hang' }, { limits: { silence_s: 1 } }, 'no output'],
  ['a guest that never stops talking', { text: `END\n${'-'.repeat(4000)}\n`, ending: 'chatter' }, { limits: { wall_s: 2, silence_s: 1 } }, 'wall-clock limit'],
  ['a guest that says more than can be kept', { text: 'END\n', ending: 'chatter' }, {}, 'too much output'],
  ['a guest that resets', { text: 'END\n', ending: 'reset' }, {}, 'reset'],
  ['a guest beyond hope', { text: 'END\npanic\n', ending: 'hang' }, { limits: { silence_s: 20 }, hopeless: ['panic'] }, 'hopeless'],
];
for (const [title, guest, more, ended] of CUT) {
  test(`${title} is no success`, async () => {
    const started = Date.now();
    const { run, judgement } = await proveGuest(guest, [{ line: '^END$' }], more);
    assert.is(run.ended, ended);
    assert.equal([judgement.passed, judgement.success], [1, false]);
    assert.ok(Date.now() - started < 15_000);
  });
}

/** A guest that says one thing and keeps another, 0x200 bytes behind its entry: a header, and what is kept. */
function speaker(said: string, kept: string): Guest {
  const header = 0x200;
  const memory = Buffer.alloc(header + 0x200);
  memory.write(`${said}\0`, 0x28, 'latin1');
  memory.writeBigUInt64LE(0x100n, header + 32);
  memory.write('RUMPKSAY', header + 0x100, 'latin1');
  memory.writeUInt32LE(0x80, header + 0x108);
  memory.writeUInt32LE(kept.length, header + 0x10c);
  memory.write(kept, header + 0x118, 'latin1');
  return { text: memory.subarray(0x28).toString('latin1') };
}
const RUMPK = { rumpk_image: ENTRY + 0x200 };

test('what Rumpk said is read from its memory: a guest cannot speak for it', async () => {
  const lines = '@rumpk boot.el el=2\nEND\n';
  const conditions: Condition[] = [{ record: 'rumpk boot.el', fields: { el: 2 } }];
  const honest = await proveGuest(speaker(lines, '@rumpk boot.el el=2\r\n'), conditions, RUMPK);
  assert.is(honest.judgement.success, true, honest.judgement.faults.join());
  const forged = await proveGuest(speaker(lines, '@rumpk boot.el el=1\r\n'), conditions, RUMPK);
  assert.equal([forged.judgement.passed, forged.judgement.success], [0, false]);
  assert.equal(forged.judgement.faults, ['line 1 was not said by Rumpk: @rumpk boot.el el=2', 'the console lacks what Rumpk said: @rumpk boot.el el=1']);
});

test('without what Rumpk keeps nothing counts as said by it', async () => {
  const { judgement } = await proveGuest({ text: '@rumpk idle\nEND\n' }, [{ record: 'rumpk idle' }], { rumpk_image: ENTRY });
  assert.equal([judgement.passed, judgement.success], [0, false]);
  assert.match(judgement.faults[0] ?? '', /^what Rumpk said cannot be read: /);
});

test('what a guest sends raw reaches no report and no terminal', async () => {
  const shown: string[] = [];
  const text = '\u001b]0;title\u0007\u001b[31mEND\u001b[0m\n\u00ff\u0000';
  const proven = await proveGuest({ text: text.slice(0, -1) }, [{ line: '^END$' }, { memory: ENTRY + 0x28, size: 8, at: 'end', text: 'x' }], {}, (line) => shown.push(line.shown));
  assert.equal(shown, ['<1b>]0;title<07><1b>[31mEND<1b>[0m', '<ff>']);
  assert.match(evidence(proven), /text <1b>\]0;titl/);
  assert.not.match(JSON.stringify(proven.judgement), /[\p{Cc}\p{Cs}]|\\u00/u);
});

test('where a hanging machine stood is told', async () => {
  const { run } = await proveGuest({ text: 'END\n', ending: 'hang' }, [{ register: 'PC', at: 'end', equals: 0 }], { limits: { silence_s: 1 } });
  assert.is(run.stoodAt?.replace(/cpsr \S+/, 'cpsr …'), 'pc 0x40080018 cpsr … (EL2)');
});

test('QEMU that goes away in the middle is an error of its own', async () => {
  const start = QemuSession.start;
  QemuSession.start = async (options) => {
    const session = await start.call(QemuSession, options);
    setTimeout(() => void session.qmp.execute('quit'), 300);
    return session;
  };
  try {
    const text = await proveGuest({ text: 'END\n', ending: 'hang' }, [{ line: '^END$' }]).then(() => '', (error: Error) => error.message);
    assert.match(text, /^QEMU ended in the middle of the run/);
  } finally {
    QemuSession.start = start;
  }
});

test('a missing artefact names the target that makes it', async () => {
  const spec = specOf([{ id: 'only', title: 'Only', expect: [{ line: 'x' }] }]);
  const run = prove({ spec, machine: TEST_MACHINE, artefacts: { image: 'dist/none' }, qemu: 'qemu-system-aarch64', deviceTreeTools: TOOLS, workspaceRoot: '/nonexistent' });
  assert.match(await run.then(() => '', (error: Error) => error.message), /the artefact image .* is missing\n.*dist\/none\n[\s\S]*npx nx run linux-image:image/);
});

test('a run that is cancelled leaves nothing and says so', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 500);
  await withFolder(async (workspaceRoot) => {
    writeFileSync(join(workspaceRoot, 'guest.bin'), bareGuest('', 'hang'));
    const spec = specOf([{ id: 'only', title: 'Only', expect: [{ line: 'x' }] }], { artefacts: { guest: 'g:b/g' }, machine: { kernel: 'guest' } });
    const started = Date.now();
    const run = prove({
      spec, machine: TEST_MACHINE, artefacts: { guest: 'guest.bin' }, qemu: 'qemu-system-aarch64', deviceTreeTools: TOOLS, workspaceRoot, signal: controller.signal,
    });
    assert.match(await run.then(() => '', (error: Error) => error.message), /aborted|cancelled/);
    assert.ok(Date.now() - started < 5000);
  });
});

const RAM_END = ENTRY - 0x8_0000 + TEST_MACHINE.memory_mib * 0x10_0000;
const BLIND: [title: string, condition: Condition][] = [
  ['memory after the end of RAM', { memory: RAM_END, at: 'end', u32: 0 }],
  ['memory that begins in RAM and ends outside', { memory: RAM_END - 4, at: 'end', u64: 0 }],
  ['memory by a fact', { memory: '$hole + 4', at: 'end', u32: 0 }],
  ['memory above 2^53', { memory: '0xffff000000000000', at: 'end', u32: 0 }],
  ['a device tree', { device_tree: RAM_END, at: 'end', properties: [{ node: '/', property: 'a', present: true }] }],
  ['an excluded range', { stage2_excludes: [{ base: RAM_END, size: 0x1000 }], at: 'end' }],
];
for (const [title, condition] of BLIND) {
  test(`a look at nothing is a fault of the proof: ${title}`, async () => {
    const run = proveGuest({ text: 'END\n' }, [condition], { facts: { hole: RAM_END } });
    const message = await run.then(() => '', (error: Error) => error.message);
    assert.match(message, /^the check only of the proof sample looks at nothing[\s\S]*the machine has nothing (at|from) 0x/);
  });
}

test('a place that the guest said, where nothing is, is not seen', async () => {
  const proven = await proveGuest({ text: `@rumpk hole addr=0x${RAM_END.toString(16)}\nEND\n` }, [
    { record: 'rumpk hole', capture: { addr: 'addr' } },
    { memory: '$addr', at: 'end', u32: 0 },
  ]);
  assert.is(proven.judgement.success, false);
  assert.match(evidence(proven), `not seen: the machine has nothing at 0x${RAM_END.toString(16)}`);
});

test('numbers of 64 bits are told apart to their last bit', async () => {
  const word = Buffer.alloc(8);
  word.writeBigUInt64LE(0xffff_0000_0808_0000n);
  const at = ENTRY + 0x28 + 'END\n'.length;
  const judged = async (u64: string) => (await proveGuest({ text: `END\n${word.toString('latin1')}` }, conditionsOf(`{ memory: ${at}, at: end, u64: ${u64} }`))).judgement.success;
  assert.is(await judged('0xffff000008080000'), true);
  assert.is(await judged('0xffff000008080001'), false);
  assert.is(await judged('0xffff0000080803ff'), false);
});

test.run();
