// SPDX-License-Identifier: Apache-2.0
// `node tools/bare-machine/main.mjs --help`: the README's commands on a machine that has never seen the project.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultOfMachine } from './machine.mjs';
import { endAll } from './namespaces.mjs';
import { HELP, parseOptions } from './options.mjs';
import { readmeCommands } from './readme.mjs';
import { registryEnvironment } from './registries.mjs';
import { makeFolder, makeRoot, removeRoot } from './root.mjs';
import { SCENARIOS } from './scenarios.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const started = Date.now();
const clock = () => {
  const seconds = Math.round((Date.now() - started) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
const say = (text) => console.log(`[${clock()}] ${text}`);

/** One scenario in a root file system of its own, so that the second finds nothing that the first has installed. */
async function runScenario(who, options, commands) {
  const folder = makeFolder();
  const remove = () => removeRoot(folder);
  if (!options.keep) process.on('exit', remove);
  const env = registryEnvironment();
  try {
    say(`${options.title}, as ${who}`);
    const root = await makeRoot(folder, options, env, say);
    return await SCENARIOS[who]({ root, workspace: ROOT, commands, env, lend: options.lend && resolve(options.lend), print: (line) => console.log(`  ${line}`) });
  } finally {
    if (options.keep) say(`kept: ${folder}`);
    else {
      remove();
      process.off('exit', remove);
    }
  }
}

async function main(args) {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`error: ${error.message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const fault = faultOfMachine();
  if (fault !== undefined) {
    console.error(`error: ${fault}`);
    return 1;
  }
  const commands = options.commands ?? readmeCommands(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  if (options.lend) mkdirSync(options.lend, { recursive: true });
  const outcomes = [];
  for (const who of options.who) {
    for (const outcome of await runScenario(who, options, commands)) outcomes.push({ who, ...outcome });
    if (!outcomes.at(-1).passed) break;
  }
  say('done');
  for (const { who, title, passed, says } of outcomes) console.log(`${passed ? 'ok  ' : 'FAIL'} ${options.title}, ${who}: ${title}${says ? `: ${says}` : ''}`);
  // What counts tests closes the whole, where it was run.
  const closing = outcomes.findLast((outcome) => outcome.closing)?.closing;
  if (closing) console.log(`\n${closing}`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) {
  process.on(signal, () => {
    endAll();
    process.exit(128 + number);
  });
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  },
);
