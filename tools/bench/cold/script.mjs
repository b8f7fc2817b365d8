// SPDX-License-Identifier: Apache-2.0
// The steps of a cold proof as somebody without this plugin would script them, one after the other. Bindings and device
// trees are given: only this workspace's own tools make them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kernelOrder, zigOrder } from '../orders.mjs';
import { bundleScript, command, initramfsScript, kernelScript, moduleScript } from '../plain.mjs';
import { library, targetsOf } from '../workspace.mjs';

/** Made from the workspace's own descriptions, in a second or two. */
const BINDINGS = 'dist/ion-abi/generate';
const DEVICE_TREES = 'dist/qemu-virt/device-tree';
/** What both sides are given. */
export const GIVEN = [BINDINGS, DEVICE_TREES];
const MODULE_FOLDER = 'linux-cell/modules';
const SUMS = 'SHA512SUMS';

/** Modules in the order in which they are built and loaded, with those whose symbols they use. */
async function modulesOf(initramfs) {
  const names = initramfs.modules.map((path) => /([^/]+)\.ko$/.exec(path)[1]);
  return Promise.all(names.map(async (name) => (await targetsOf(name)).module.options));
}

/** What gen_init_cpio reads: /init, the list of modules and the modules. */
function initramfsList({ value }, init, modulesList, modules) {
  const { formatCpioList, withParents } = library('libs/kbuild/src/cpio-list.ts');
  const file = (path, mode, content) => ({ kind: 'file', path, mode, content });
  return formatCpioList(
    withParents([
      ...value.directories.map((path) => ({ kind: 'directory', path, mode: 0o755 })),
      ...value.nodes.map((node) => ({ kind: 'node', ...node })),
      file('/init', 0o755, init),
      file('/etc/modules', 0o644, modulesList),
      ...modules.map(([name, path]) => file(`/lib/modules/${name}.ko`, 0o644, path)),
    ]),
  );
}

/**
 * @param place an empty folder.
 * @returns the script's lines; texts of the files it reads, by path; and what has to be copied before it runs, as pairs.
 */
export async function coldScript(root, place) {
  const { loadInitramfs } = library('libs/kbuild/src/description.ts');
  const { initArguments } = library('libs/kbuild/src/init-program.ts');
  const { qemuArguments } = library('libs/qemu/src/machine.ts');
  const { loadMachine } = library('libs/proof/src/board.ts');
  const initramfs = (await targetsOf('linux-init')).initramfs.options;
  const board = await targetsOf('qemu-virt');
  const kernel = await kernelOrder(root, (await targetsOf('linux-image')).image.options);
  const at = (...parts) => join(place, ...parts);
  const [source, objects, members] = [at('source'), at('objects'), at('members')];

  const modules = await modulesOf(initramfs);
  const symversOf = (path) => at(path, 'Module.symvers');
  const moduleLines = modules.flatMap(({ source: folder, dependencies }) =>
    moduleScript({
      tree: source,
      folder: at(folder),
      include: at('include'),
      symbols: dependencies.map((dependency) => symversOf(dependency.source)),
      make: (args) => kernel.make([`O=${objects}`, ...args]),
    }),
  );

  const described = loadInitramfs(root, initramfs.initramfs);
  const compiler = kernel.make([]).find((word) => word.startsWith('CROSS_COMPILE=')).replace('CROSS_COMPILE=', '');
  const init = at('init');
  const built = modules.flatMap(({ modules: names, source: folder }) => names.map((name) => [name, at(folder, `${name}.ko`)]));
  const archive = join(members, 'initramfs.cpio');
  const zig = await zigOrder(root, board['firmware-el2-proof'].options, { prefix: at('zig-out'), cache: at('zig-cache') });
  const boot = qemuArguments({
    machine: loadMachine(root, 'apps/qemu-virt/board.yaml'),
    boot: { kernel: at('zig-out', 'bin', 'rumpk.img'), initrd: at('cell.cpio') },
    channels: {},
    keepAfterPowerOff: false,
  });
  mkdirSync(members);

  return {
    lines: [
      ...kernelScript({ ...kernel, place }),
      ...moduleLines,
      ...initramfsScript({
        compile: [`${compiler}gcc`, ...initArguments(described.value.init.sources.map((name) => join(root, described.beside(name))), init)],
        cpioTool: join(objects, 'usr', 'gen_init_cpio'),
        list: at('initramfs.list'),
        archive,
      }),
      command(['cp', join(objects, 'arch/arm64/boot/Image'), join(members, 'Image')]),
      ...bundleScript({
        folder: members,
        sums: SUMS,
        members: ['manifest.dtb', 'cell.dtb', 'Image', 'initramfs.cpio.gz'],
        archive: at('cell.cpio'),
      }),
      `(cd ${zig.cwd} && ${command(zig.argv)})`,
      command(['qemu-system-aarch64', ...boot]),
    ],
    lists: {
      [at('modules.list')]: built.map(([name]) => `${name}\n`).join(''),
      [at('initramfs.list')]: initramfsList(described, init, at('modules.list'), built),
    },
    copies: [
      [join(root, MODULE_FOLDER), at(MODULE_FOLDER)],
      [join(root, BINDINGS, 'ion_abi.h'), at('include', 'ion_abi.h')],
      ...['manifest.dtb', 'cell.dtb'].map((name) => [join(root, DEVICE_TREES, name), join(members, name)]),
    ],
  };
}
