// SPDX-License-Identifier: Apache-2.0

/** One test of a JUnit report. */
export interface JunitCase {
  name: string;
  /** Why it failed; undefined for a pass. */
  failure?: string;
  /** Why it was not asked; undefined where it was. */
  skipped?: string;
  output?: string;
}

/** XML 1.0 allows no other control characters, not even escaped. */
const UNSAFE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text made safe for XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(UNSAFE, '').replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

function caseLines(suite: string, { name, failure, skipped, output }: JunitCase): string[] {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  const inner = [
    ...(failure === undefined ? [] : [`      <failure message="${escapeXml(failure.split('\n', 1)[0] as string)}">${escapeXml(failure)}</failure>`]),
    ...(skipped === undefined ? [] : [`      <skipped message="${escapeXml(skipped)}"/>`]),
    ...(output === undefined ? [] : [`      <system-out>${escapeXml(output)}</system-out>`]),
  ];
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, '    </testcase>'];
}

/** JUnit XML of one suite. It carries no times, so that equal results have equal bytes. */
export function junit(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter((one) => one.skipped !== undefined).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...cases.flatMap((one) => caseLines(suite, one)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
