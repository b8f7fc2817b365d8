// SPDX-License-Identifier: Apache-2.0
// The same work as a plain shell script, as somebody without this plugin would write it: what a stage is measured
// against. Nothing in it is verified, staged or kept for a next run. Pure: text out of paths.

/** A word as the shell reads it back. */
export const quote = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A command line; `env` is set for it alone. */
export function command(argv, env = {}) {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  return [...variables, ...argv.map(quote)].join(' ');
}

/**
 * A kernel from its tarball: unpack, configure from fragments, make.
 * @param order `unpack(folder)` gives tar's and `make(args)` make's arguments; `fragments` are paths; `place` is an
 *   empty folder, in which `source` and `objects` come to be.
 */
export function kernelScript({ place, fragments, unpack, make }) {
  const [source, objects] = [`${place}/source`, `${place}/objects`];
  const kbuild = (targets, env) => {
    const args = make([`O=${objects}`, `HOSTCFLAGS=-ffile-prefix-map=${source}/=`, ...targets]);
    return command(['make', '-C', source, ...args], env);
  };
  return [
    command(['mkdir', source, objects]),
    command(['tar', ...unpack(source)], { XZ_OPT: '--threads=0' }),
    `${command(['cat', ...fragments])} > ${quote(`${objects}/options.config`)}`,
    kbuild(['allnoconfig'], { KCONFIG_ALLCONFIG: `${objects}/options.config` }),
    kbuild(['olddefconfig']),
    kbuild(['Image', 'modules']),
  ];
}

/**
 * A module against a kernel's build tree.
 * @param order `folder` holds its Kbuild, `include` generated headers; `symbols` are Module.symvers of other modules.
 */
export function moduleScript({ tree, folder, include, symbols, make }) {
  const args = make([`M=${folder}`, `KBUILD_EXTRA_SYMBOLS=${symbols.join(' ')}`, `KCPPFLAGS=-I${include}`, 'modules']);
  return [command(['make', '-C', tree, ...args])];
}

/** /init compiled, and packed with the modules by the kernel's own tool. `list` is what gen_init_cpio reads. */
export function initramfsScript({ compile, cpioTool, list, archive }) {
  return [command(compile), `${command([cpioTool, list])} > ${quote(archive)}`, command(['gzip', '--no-name', '--best', archive])];
}

/** The members of `folder` and their digests as one archive, in the order in which Rumpk reads them. */
export function bundleScript({ folder, sums, members, archive }) {
  const inFolder = (line) => `(cd ${quote(folder)} && ${line})`;
  return [
    inFolder(`${command(['sha512sum', ...members])} > ${quote(sums)}`),
    inFolder(`printf '%s\\n' ${[sums, ...members].map(quote).join(' ')} | ${command(['cpio', '--create', '--format=newc', '--quiet', `--file=${archive}`])}`),
  ];
}
