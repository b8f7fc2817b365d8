// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { NPM_OF_NODE, RELEASES } from './releases.mjs';

export const HELP = `Runs the README's commands on a machine that has never seen the project: a minimal Debian made by debootstrap,
with git, Node and npm and nothing else, in namespaces of its own. It needs root, debootstrap and 20 GB of disk.

  node tools/bare-machine/main.mjs [options]

  --release=NAME    ${Object.keys(RELEASES).join(' or ')}; default bookworm
  --as=WHO          root, user, or both (default): a user first sees what only an administrator can install
  --node=SERIES     Node of the npm registry, such as 22; default Debian 12: 20, Debian 13: Debian's own
  --npm=SERIES      npm of the npm registry, such as 9
  --run=COMMAND     instead of the README's commands; may be given several times
  --lend=FOLDER     keep npm's download cache and Zig's global cache in FOLDER, for the next run; Debian packages never
  --keep            leave the root file system where it is and say where
  --help            show this

Each command ends in one line of the summary; the exit status is 1 when one failed. Ctrl-C ends everything that runs in
there and removes it.`;

const OPTIONS = {
  release: { type: 'string', default: 'bookworm' },
  as: { type: 'string', default: 'both' },
  node: { type: 'string' },
  npm: { type: 'string' },
  run: { type: 'string', multiple: true },
  lend: { type: 'string' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Who runs the commands, by the value of --as. */
const WHO = { root: ['root'], user: ['user'], both: ['root', 'user'] };

/** The options of a command line; throws an `Error` with one line for what is none. */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS, strict: true });
  const oneOf = (name, table) => {
    const found = Object.hasOwn(table, values[name]) ? table[values[name]] : undefined;
    if (found === undefined) throw new Error(`--${name}=${values[name]}: expected one of ${Object.keys(table).join(', ')}`);
    return found;
  };
  const release = oneOf('release', RELEASES);
  for (const name of ['node', 'npm']) {
    if (values[name] !== undefined && !/^\d+(\.\d+)*$/.test(values[name])) throw new Error(`--${name}=${values[name]}: expected a version or series, such as 22`);
  }
  const node = values.node ?? release.node;
  const npm = values.npm ?? (values.node === undefined ? release.npm : NPM_OF_NODE[values.node.split('.')[0]]);
  return {
    help: values.help,
    release: values.release,
    title: release.title,
    who: oneOf('as', WHO),
    node,
    npm: npm ?? (values.node === undefined ? undefined : 'latest'),
    commands: values.run,
    lend: values.lend,
    keep: values.keep,
  };
}
