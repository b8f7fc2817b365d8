// SPDX-License-Identifier: Apache-2.0
// What a test run or a build that failed shows: who noticed, by name, or nothing. Pure.

/** Zig's words for a step that could not be compiled. */
const NOT_COMPILED = /^[^\n]*\bcompile (?:test|exe|lib|obj)\b[^\n]*\b\d+ errors?$/m;
export const isZigCompileError = (output) => NOT_COMPILED.test(output) || /error: the following build command failed/.test(output);

/** A fault that the compiler or linker finds in a source. */
const COMPILER_REFUSES = /(?:\S+:\d+:\d+|ld\.lld): error: (.*)/;
export const refusal = (output) => COMPILER_REFUSES.exec(output)?.[1];

export const broken = (output) => ({ verdict: 'broken', by: /\berror: .*/.exec(output)?.[0] ?? output.slice(-500) });

/** The first test that failed, by name; a name may hold an apostrophe. */
export const firstFailure = (output) => /error: '(.+)' (?:failed|terminated)/.exec(output)?.[1] ?? /\b(\S+\.test\.[^\n]*?)\.\.\.FAIL/.exec(output)?.[1];
/** Who noticed, by name. A run that fails without naming anybody (a full disk) shows nothing. */
export const noticedBy = (name, output) => (name === undefined ? broken(output) : { verdict: 'noticed', by: name });
