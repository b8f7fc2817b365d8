// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256 } from '@nexus-forge/artefact';
import { TEST_MACHINE, withFolder } from '../../../qemu/src/testing';
import { judge } from '../judge';
import type { Proven } from '../prove';
import type { ProofSpec } from '../spec/types';
import { runOf, specOf, type FakeRun } from '../testing';
import { evidenceOf, readEvidence } from './evidence';
import { escapeXml, junit } from './junit';
import { bannerLine, table } from './table';
import { runRecord, writeReports } from './write';

const SPEC = specOf(
  [
    { id: 'entered', title: 'entered at EL2', expect: [{ line: '^el=2 <ok> & "so"$' }] },
    { id: 'bridge', title: 'network bridge ready', expect: [{ line: 'network bridge ready on nx0' }] },
  ],
  { banner: 'Sample Result', forbidden: ['panic'] },
);
const GOOD = ['el=2 <ok> & "so"', 'network bridge ready on nx0', 'END'];
const BAD = ['el=2 <ok> & "so"', '[    0.123456] network bridge refused', '\u0007no END'];

function provenBy(run: FakeRun, spec: ProofSpec = SPEC): Proven {
  const recorded = { ...runOf(run), version: { version: '7.2.22', package: 'Debian 1:7.2' }, args: ['-M', 'virt'], messages: [] };
  return { run: recorded, judgement: judge(spec, recorded, new Map()), machine: TEST_MACHINE, commandLine: ['qemu-system-aarch64', '-M', 'virt'], durationMs: 512.4 };
}

test('the table ends with the banner; a pass shows its evidence', () => {
  const { run, judgement } = provenBy({ lines: GOOD });
  const lines = table(SPEC, judgement, run);
  assert.is(lines[lines.length - 1], '=== Sample Result: 2/2 ===');
  assert.match(lines[1] as string, /^ {2}2 {2}pass {2}said {2}network bridge ready +network bridge ready on nx0$/);
});

test('a failing check shows what was expected, the nearest lines and the last lines', () => {
  const { run, judgement } = provenBy({ lines: BAD });
  const text = table(SPEC, judgement, { ...run, stoodAt: 'pc 0x1' }).join('\n');
  assert.match(text, / {2}2 {2}FAIL {2}said {2}network bridge ready\n +expected: a line \/network bridge ready on nx0\/\n +found: +no such line\n +nearest:\n +2 \| \[ {4}-\.-{6}\] network bridge refused/);
  assert.match(text, /fault: the end marker \/\^END\$\/ was not seen/);
  assert.match(text, /the last lines before the end:\n +1 \| /);
  assert.match(text, /the machine stood at pc 0x1/);
  assert.match(text, /=== Sample Result: 1\/2 ===$/);
});

test('a run that is no success although every check passed cannot be taken for one', () => {
  const { judgement } = provenBy({ lines: [...GOOD, 'panic'] });
  assert.is(bannerLine(SPEC, judgement), '=== Sample Result: 2/2, but the run as a whole FAILED ===');
});

const APPARATUS = { tools: { dtc: '1.6.1' }, identities: { dtc: 'linux-x64 d1' }, pins: { dtc: { version: '1.6' } }, engine: 'e1' };

/** Writes the reports of a run into a folder of a small workspace and gives them by name. */
const reportsOf = (run: FakeRun, spec: ProofSpec = SPEC) =>
  withFolder(async (workspaceRoot) => {
    const proven = provenBy(run, spec);
    writeFileSync(join(workspaceRoot, 'Image'), 'image');
    writeFileSync(join(workspaceRoot, 'sample.proof.yaml'), 'spec');
    writeFileSync(join(workspaceRoot, 'board.yaml'), 'board');
    const artefacts = { image: 'Image' };
    const evidence = evidenceOf(proven, { spec, specFile: 'sample.proof.yaml', boardFile: 'board.yaml', boardName: 'qemu-virt', artefacts, workspaceRoot, apparatus: APPARATUS });
    writeReports(workspaceRoot, proven, evidence, runRecord(new Date(0), proven.durationMs));
    const names = ['transcript.log', 'evidence.json', 'junit.xml', 'report.html', 'run.json'];
    if (existsSync('/usr/bin/xmllint')) execFileSync('xmllint', ['--noout', join(workspaceRoot, 'junit.xml')]);
    return { evidence: readEvidence(join(workspaceRoot, 'evidence.json')), files: Object.fromEntries(names.map((name) => [name, readFileSync(join(workspaceRoot, name), 'utf8')])) };
  });

test('evidence names inputs by digest, tools, configuration, and each check with its verdict and evidence', async () => {
  const { evidence } = await reportsOf({ lines: GOOD });
  assert.is(evidence.verdict, 'passed');
  assert.equal(evidence.inputs, [{ name: 'image', file: 'Image', sha256: sha256('image'), size: 5 }]);
  assert.equal(evidence.tools, { dtc: '1.6.1', qemu: '7.2.22 (Debian 1:7.2)' });
  assert.equal([evidence.identities, evidence.pins, evidence.engine], [APPARATUS.identities, APPARATUS.pins, APPARATUS.engine]);
  assert.equal(evidence.board, { name: 'board', file: 'board.yaml', sha256: sha256('board'), size: 5 });
  assert.equal(evidence.configuration.commandLine, ['qemu-system-aarch64', '-M', 'virt']);
  assert.is(evidence.configuration.accelerator, 'TCG');
  assert.equal(evidence.checks.map(({ id, verdict }) => [id, verdict]), [['entered', 'passed'], ['bridge', 'passed']]);
  assert.equal(evidence.checks[1]?.conditions[0], { kind: 'line', how: 'said', met: true, expected: 'a line /network bridge ready on nx0/', evidence: 'network bridge ready on nx0', line: 2 });
  assert.equal(evidence.doesNotShow, ['anything else']);
});

test('only run.json carries times: everything else has the same bytes for the same run', async () => {
  const first = await reportsOf({ lines: BAD });
  const second = await reportsOf({ lines: BAD.map((line) => line.replace('0.123456', '0.999999')) });
  for (const name of ['transcript.log', 'evidence.json', 'junit.xml', 'report.html']) assert.is(first.files[name], second.files[name], name);
  assert.equal(JSON.parse(first.files['run.json'] as string).durationMs, 512);
});

test('JUnit and HTML escape what a guest may print, and count failures', async () => {
  const { files } = await reportsOf({ lines: BAD });
  assert.match(files['junit.xml'] as string, /<testsuite name="sample" tests="3" failures="2"/);
  assert.match(files['junit.xml'] as string, /<failure message="expected: a line \/network bridge ready on nx0\/">/);
  assert.match(files['transcript.log'] as string, /^<07>no END$/m);
  assert.match(files['report.html'] as string, /&lt;07&gt;no END/);
  assert.match(files['report.html'] as string, /el=2 &lt;ok&gt; &amp; &quot;so&quot;/);
  assert.not.match(files['report.html'] as string, /<script|src=|http/);
});

/** As a board has it that cannot offer the first check. */
const WITHOUT_FIRST: ProofSpec = {
  ...SPEC,
  checks: SPEC.checks.map((check) =>
    check.id === 'entered' ? { ...check, expect: [], inapplicable: 'a <core> without EL2' } : check,
  ),
};

test('what a board cannot offer is named with its reason in every report, and counted nowhere', async () => {
  const { run, judgement } = provenBy({ lines: GOOD }, WITHOUT_FIRST);
  const lines = table(WITHOUT_FIRST, judgement, run);
  assert.match(lines[0] as string, /^ {2}1 {2}n\/a {9}entered at EL2 +inapplicable: a <core> without EL2$/);
  assert.match(lines[1] as string, /^ {2}2 {2}pass /);
  assert.is(lines[lines.length - 1], '=== Sample Result: 1/1, 1 inapplicable ===');
  const { evidence, files } = await reportsOf({ lines: GOOD }, WITHOUT_FIRST);
  assert.equal([evidence.passed, evidence.total, evidence.verdict], [1, 1, 'passed']);
  const reason = 'a <core> without EL2';
  assert.equal(evidence.inapplicable, [{ number: 1, id: 'entered', title: 'entered at EL2', reason }]);
  assert.equal(evidence.checks.map(({ number, id }) => [number, id]), [[2, 'bridge']]);
  assert.match(files['junit.xml'] as string, /<testsuite name="sample" tests="3" failures="0" errors="0" skipped="1"/);
  const skipped = /name="01 entered at EL2">\n +<skipped message="inapplicable: a &lt;core&gt; without EL2"\/>/;
  assert.match(files['junit.xml'] as string, skipped);
  const row = /<td>1<\/td><td class="inapplicable">inapplicable<\/td>.*a &lt;core&gt; without EL2.*\n<tr><td>2</;
  assert.match(files['report.html'] as string, row);
});

test('control characters that XML forbids are dropped', () => {
  assert.is(escapeXml('a\u0000\u0007\u001b[1m<b>'), 'a[1m&lt;b&gt;');
  assert.match(junit('s', [{ name: 'n' }]), /<testcase classname="s" name="n"\/>/);
});

test.run();
