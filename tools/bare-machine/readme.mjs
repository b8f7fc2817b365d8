// SPDX-License-Identifier: Apache-2.0

/** The commands of the README's section "Two commands", in its order, without their comments. */
export function readmeCommands(text) {
  const section = /^## Two commands\n([\s\S]*?)(?=^## )/m.exec(text)?.[1] ?? '';
  const block = /^```sh\n([\s\S]*?)^```/m.exec(section)?.[1] ?? '';
  const commands = block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line !== '');
  if (commands.length === 0) throw new Error('README.md has no commands in a block of its section "Two commands"');
  return commands;
}

/** The line that a set-up without root prints for an administrator; undefined where it prints none. */
export function administratorsLine(output) {
  return /^ {2}to do: +as root: (.+)$/m.exec(output)?.[1];
}

/** The closing line of a test run, `N passed, N failed`; the last one counts. */
export function closingLine(output) {
  return [...output.matchAll(/^\d+ passed, \d+ failed$/gm)].at(-1)?.[0];
}
