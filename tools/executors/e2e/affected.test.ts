// SPDX-License-Identifier: Apache-2.0
// `nx affected -t proof`: which proofs an edit reaches, and what `--explain` says about the way.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Elsewhere, QEMU_WITH_ANOTHER } from './workspace';

type Reason = { kind: 'dependent-output'; producer: string } | { kind: string; file: string };

interface Explanation {
  /** Of the targets asked for. */
  affected: Record<string, Reason[]>;
  /** Of what those take. */
  upstream: Record<string, Reason[]>;
}

const AFFECTED = ['affected', '-t', 'proof', '--base=HEAD'];

const git = (place: Elsewhere, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: place.root });

/** Two packages, one of which uses the other, a proof that boots the first, and one of another project that boots neither. */
function committedPlace(): Elsewhere {
  const place = new Elsewhere();
  place.write('.env', 'NX_LEGACY_AFFECTED=false\n');
  place.write('README.md', '# Elsewhere\n');
  place.write('proofs/image.proof.yaml', 'title: It is there\nproject: kernel\ntarget: proof-image\nboards: [virt]\nartefacts: { image: kernel:kernel/Image }\n');
  git(place, 'add', '--all');
  git(place, 'commit', '--quiet', '--message', 'as it was');
  return place;
}

/** Every way from a changed file to a task, nearest first: `task <- producer <- … <- file`. */
function waysTo({ affected, upstream }: Explanation, task: string): string[] {
  return (affected[task] ?? upstream[task] ?? []).flatMap((reason) => {
    if ('producer' in reason) return waysTo({ affected, upstream }, reason.producer).map((way) => `${task} <- ${way}`);
    return [`${task} <- ${reason.file}${reason.kind === 'project-configuration' ? ' (configuration)' : ''}`];
  });
}

const append = (file: string, text: string) => (place: Elsewhere) => appendFileSync(join(place.root, file), text);
const BOARD = 'apps/virt/board.yaml';

const EDITS: [title: string, edit: (place: Elsewhere) => void, ways: string[]][] = [
  ['nothing', () => {}, []],
  ['documentation', append('README.md', 'More.\n'), []],
  [
    'a new page inside a package, which its sources may embed',
    (place) => place.write('firmware/kern/docs/page.md', '# Page\n'),
    ['kern:proof <- kern:test <- firmware/kern/docs/page.md', 'virt:proof <- virt:proof-boot <- virt:firmware <- firmware/kern/docs/page.md'],
  ],
  [
    'a Zig file of the package that a proof boots',
    append('firmware/kern/main.zig', '// x\n'),
    ['virt:proof <- virt:proof-boot <- virt:firmware <- firmware/kern/main.zig', 'kern:proof <- kern:test <- firmware/kern/main.zig'],
  ],
  [
    'a Zig file of a package that it uses',
    append('firmware/ring/ring.zig', '// x\n'),
    [
      'virt:proof <- virt:proof-boot <- virt:firmware <- firmware/ring/ring.zig',
      'kern:proof <- kern:test <- firmware/ring/ring.zig',
      'ring:proof <- ring:test <- firmware/ring/ring.zig',
    ],
  ],
  ['the text of one proof', append('proofs/boot.proof.yaml', '# x\n'), ['virt:proof <- virt:proof-boot <- proofs/boot.proof.yaml']],
  [
    'the board',
    append(BOARD, '# x\n'),
    [
      `virt:proof <- ${BOARD} (configuration)`,
      `virt:proof <- virt:proof-boot <- ${BOARD}`,
      `virt:proof <- virt:proof-boot <- ${BOARD} (configuration)`,
      `virt:proof <- virt:proof-boot <- virt:firmware <- ${BOARD} (configuration)`,
      `virt:proof <- virt:proof-boot <- virt:firmware <- virt:device-tree <- ${BOARD}`,
      `virt:proof <- virt:proof-boot <- virt:firmware <- virt:device-tree <- ${BOARD} (configuration)`,
      `kern:proof <- kern:test <- virt:device-tree <- ${BOARD}`,
      `kern:proof <- kern:test <- virt:device-tree <- ${BOARD} (configuration)`,
      `virt:proof <- virt:proof-image <- ${BOARD}`,
      `virt:proof <- virt:proof-image <- ${BOARD} (configuration)`,
    ],
  ],
  [
    'the pin of the emulator',
    (place) => place.pin({ qemu: QEMU_WITH_ANOTHER }),
    ['virt:proof <- virt:proof-boot <- workspace.json', 'virt:proof <- virt:proof-image <- workspace.json'],
  ],
  [
    'the pin of the compiler',
    (place) => place.pin({ zig: { series: [{ version: '9.9.9' }, { version: '9.9.8' }] } }),
    [
      'virt:proof <- virt:proof-boot <- virt:firmware <- workspace.json',
      'kern:proof <- kern:test <- workspace.json',
      'ring:proof <- ring:test <- workspace.json',
    ],
  ],
];

const test = suite<{ place: Elsewhere }>('nx affected -t proof');
test.before((context) => {
  context.place = committedPlace();
});
test.after.each(({ place }) => {
  git(place, 'checkout', '--quiet', '--', '.');
  git(place, 'clean', '--quiet', '--force', '-d');
});
test.after(({ place }) => place.remove());

for (const [title, edit, ways] of EDITS) {
  test(`${title}: the proofs that it reaches, and the ways`, async ({ place }) => {
    edit(place);
    const explanation = await place.json<Explanation>([...AFFECTED, '--explain=stdout']);
    const proofs = Object.keys(explanation.affected);
    assert.equal(proofs.flatMap((proof) => waysTo(explanation, proof)).sort(), [...ways].sort());
    const { status, output } = await place.nx([...AFFECTED, '--graph=graph.json']);
    assert.is(status, 0, output);
    const { tasks } = JSON.parse(readFileSync(join(place.root, 'graph.json'), 'utf8')) as { tasks: { tasks: object } };
    const selected = Object.keys(tasks.tasks);
    assert.equal(selected.filter((id) => id.endsWith(':proof')).sort(), proofs.sort(), 'what runs is what is explained');
    for (const task of Object.keys(explanation.upstream)) assert.ok(selected.includes(task), `${task} runs too`);
  });
}

test('for people: the file, what it touches, and the proofs behind that', async ({ place }) => {
  append('firmware/kern/main.zig', '// x\n')(place);
  const { stdout } = await place.nx([...AFFECTED, '--explain']);
  assert.match(stdout, /2 out of 4 proof tasks are affected/);
  assert.match(stdout, /firmware\/kern\/main\.zig:\n +- kern:test\n +- virt:firmware\n/);
  assert.match(stdout, /changes outputs read by 2 proof tasks and 2 tasks they depend on[^\n]*\n +- kern:proof\n +- virt:proof\n +- kern:proof-boot\n +- virt:proof-boot\n/);
});

test.run();
