// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const MAIN = join(__dirname, 'main.mjs');
const load = (name: string) => import(join(__dirname, `${name}.mjs`));

const test = suite('bare machine');

test('--help says what it does, and changes nothing', () => {
  assert.match(execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' }), /--release=NAME +bookworm or trixie/);
});

const REFUSED: [args: string[], expected: RegExp][] = [
  [['--release=buster'], /--release=buster: expected one of bookworm, trixie/],
  [['--as=nobody'], /--as=nobody: expected one of root, user, both/],
  [['--node=new'], /--node=new: expected a version or series/],
  [['--releas=trixie'], /Unknown option '--releas'/],
];
for (const [args, expected] of REFUSED) {
  test(`${args.join(' ')} is refused with the help`, () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
    assert.is(status, 2);
    assert.match(stderr, expected);
    assert.match(stderr, /--help +show this/);
  });
}

const CHOICES: [args: string[], expected: object][] = [
  [[], { release: 'bookworm', who: ['root', 'user'], node: '20', npm: '10', commands: undefined }],
  [['--release=trixie', '--as=user'], { release: 'trixie', who: ['user'], node: undefined, npm: undefined }],
  [['--release=trixie', '--node=24'], { node: '24', npm: '11' }],
  [['--node=22', '--npm=9'], { node: '22', npm: '9' }],
  [['--run=a b', '--run=c'], { commands: ['a b', 'c'] }],
];
for (const [args, expected] of CHOICES) {
  test(`options: ${args.join(' ') || 'none'}`, async () => {
    const { parseOptions } = await load('options');
    const options = parseOptions(args);
    assert.equal(Object.fromEntries(Object.keys(expected).map((key) => [key, options[key]])), expected);
  });
}

test("the README's own commands, in its order", async () => {
  const { readmeCommands } = await load('readme');
  assert.equal(readmeCommands(readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8')), ['npm run proof', 'npm test']);
  assert.throws(() => readmeCommands('## Two commands\n\nnone\n\n## Next\n'), /no commands/);
});

test("the administrator's line and the closing line are found in what was printed", async () => {
  const { administratorsLine, closingLine } = await load('readme');
  assert.is(administratorsLine('error: x\n  to do:    as root: apt-get update && apt-get install bc\n'), 'apt-get update && apt-get install bc');
  assert.is(administratorsLine('error: x\n  to do:    wait\n'), undefined);
  assert.is(closingLine('1 passed, 1 failed\nok  x: 2 passed, 0 failed\n12 passed, 0 failed\n'), '12 passed, 0 failed');
  assert.is(closingLine('nothing'), undefined);
});

test("Debian's archives are those of this machine, of the other release", async () => {
  const { debianArchives, sourcesList } = await load('registries');
  const listing = [
    'http://archive.example/debian/ bookworm main Debian',
    'http://archive.example/debian/ bookworm contrib Debian',
    'http://archive.example/debian/ bookworm-updates main Debian',
    'http://security.example/debian-security/ bookworm-security main Debian',
    'http://others.example/node nodistro main Node',
  ].join('\n');
  assert.is(
    sourcesList(debianArchives(listing), 'trixie'),
    'deb http://archive.example/debian/ trixie main\n' +
      'deb http://archive.example/debian/ trixie-updates main\n' +
      'deb http://security.example/debian-security/ trixie-security main\n',
  );
});

test('of the environment only what tells of registries goes in', async () => {
  const { registryEnvironment } = await load('registries');
  const given = registryEnvironment({ HTTPS_PROXY: 'p', PIP_INDEX_URL: 'i', SECRET: 's', NX_DAEMON: 'false', PATH: '/x', NODE_EXTRA_CA_CERTS: 'c' });
  assert.equal([given.HTTPS_PROXY, given.PIP_INDEX_URL, given.NODE_EXTRA_CA_CERTS], ['p', 'i', 'c']);
  assert.equal(Object.keys(given).filter((name) => ['SECRET', 'NX_DAEMON', 'PATH'].includes(name)), []);
});

test.run();
