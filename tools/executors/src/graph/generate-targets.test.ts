// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModuleFacts } from './facts';
import { generateTargets } from './generate-targets';
import {
  board,
  faultSaid,
  generation,
  proof,
  REFERENCE,
  target,
  targetsByRoot,
  WITH_ARTEFACT,
  zigPackage,
} from './testing/reference-facts';
import type { Input } from './targets/definition';

const filesOf = (inputs: Input[] | undefined) => (inputs ?? []).filter((input): input is string => typeof input === 'string');
const outputsOf = (inputs: Input[] | undefined) =>
  (inputs ?? []).flatMap((input) => (typeof input === 'object' && 'dependentTasksOutputFiles' in input ? [input.dependentTasksOutputFiles] : []));
const producersOf = ({ dependsOn = [] }: { dependsOn?: readonly unknown[] }) =>
  (dependsOn as (string | { projects: string[]; target: string })[]).map((it) => (typeof it === 'string' ? it : `${it.projects[0]}:${it.target}`));

test('one whole target, as Nx takes it', () => {
  assert.equal(target('apps/virt', 'el2-stub'), {
    executor: '@nexus-forge/nx:el2-stub',
    cache: true,
    options: {
      package: 'firmware/el2',
      defines: { 'board-dtb': '../../dist/virt/device-tree/board.dtb', 'ion-abi': '../../dist/ion-abi/generate/ion_abi.zig' },
      budget: 8192,
      outputDirectory: 'dist/virt/el2-stub',
    },
    inputs: [
      '{workspaceRoot}/firmware/el2/**/*',
      '{workspaceRoot}/firmware/ion/**/*',
      { dependentTasksOutputFiles: 'dist/ion-abi/generate/ion_abi.zig' },
      { dependentTasksOutputFiles: 'dist/virt/device-tree/board.dtb' },
      { env: 'RECIPE_el2-stub' },
      { externalDependencies: ['toolchain:zig', 'toolchain:binutils'] },
      { json: '{workspaceRoot}/workspace.json', fields: ['toolchain.zig', 'toolchain.binutils'] },
      { env: 'NEXUS_FORGE_TOOL_ZIG' },
      { env: 'NEXUS_FORGE_TOOL_BINUTILS' },
    ],
    outputs: ['{workspaceRoot}/dist/virt/el2-stub'],
    dependsOn: ['ion-abi:generate', 'virt:device-tree'],
    metadata: {
      description: 'The EL2 stub of virt, linked at its place',
      technologies: ['zig', 'aarch64'],
      help: { command: 'npx nx show target virt:el2-stub', example: { options: {} } },
    },
  });
});

const PRODUCERS: [root: string, name: string, expected: string[]][] = [
  ['libs/ion-abi', 'generate', []],
  ['apps/virt', 'device-tree', []],
  ['apps/virt', 'cell-bundle', ['blk:module', 'linux-image:image', 'ring:module', 'virt:device-tree']],
  ['apps/virt', 'firmware', ['ion-abi:generate', 'virt:device-tree', 'virt:el2-stub']],
  ['firmware/stage2', 'test', []],
  ['firmware/ion', 'test', ['ion-abi:generate']],
  ['linux-cell/image', 'image', []],
  ['linux-cell/modules/ring', 'module', ['ion-abi:generate', 'linux-image:image']],
  ['linux-cell/modules/blk', 'module', ['linux-image:image', 'ring:module']],
  ['linux-cell/init', 'initramfs', ['blk:module', 'linux-image:image', 'ring:module']],
  ['apps/virt', 'proof-el2', ['virt:firmware-proof']],
  ['firmware/rumpk', 'proof-el2', ['virt:proof-el2']],
];
for (const [root, name, expected] of PRODUCERS) {
  test(`${root} ${name} takes from ${expected.join(', ') || 'nothing'}`, () => {
    const found = target(root, name);
    assert.equal(producersOf(found as never), expected);
    const projects = outputsOf(found.inputs).map((path) => path.split('/').slice(1, 3).join(':'));
    assert.equal([...new Set(projects)].sort(), expected, 'each producer is an input by content');
  });
}

test('a document that a description names is an input, and no other is', () => {
  const facts = { ...REFERENCE, initramfs: [{ ...REFERENCE.initramfs[0]!, members: ['linux-cell/init/motd.md', 'common/b.md'] }] };
  const own = target('linux-cell/init', 'initramfs', facts).inputs ?? [];
  const named = ['{workspaceRoot}/linux-cell/init/motd.md', '{workspaceRoot}/common/b.md'];
  assert.equal(own.slice(0, 4), ['{projectRoot}/**/*', '!{projectRoot}/**/*.md', ...named]);
});

test('a bundle whose cell names an initramfs.yaml makes the initramfs of the same things as its own target', () => {
  const [initramfs] = REFERENCE.initramfs;
  const facts = { ...REFERENCE, initramfs: [{ ...initramfs!, sources: ['common/b.c'], members: ['common/motd'], includes: [['common/b.h']] }] };
  const own = target('linux-cell/init', 'initramfs', facts);
  const bundle = target('apps/virt', 'cell-bundle', facts);
  const { outputDirectory: _, ...parts } = own.options ?? {};
  assert.equal(bundle.options?.['initramfs'], parts);
  const taken = (own.inputs ?? []).map((input) => JSON.stringify(input).replace('{projectRoot}', '{workspaceRoot}/linux-cell/init'));
  const declared = (bundle.inputs ?? []).map((input) => JSON.stringify(input));
  // Documents of another folder are no exception: nothing could take one in again.
  const isApart = (input: string) => /externalDependencies|toolchain\.|RECIPE_|^"!.*\.md"$/.test(input);
  assert.equal(taken.filter((input) => !isApart(input) && !declared.includes(input)), []);
  for (const tool of ['cross-gcc', 'binutils']) assert.ok(declared.some((input) => input.includes(`toolchain:${tool}`)), tool);
});

test("a bundle whose cell takes another target's initramfs has that, and nothing that one is made of", () => {
  const { options, inputs, dependsOn } = target('apps/virt', 'cell-bundle', WITH_ARTEFACT);
  assert.is(options?.['initramfs'], 'dist/linux-init/initramfs/initramfs.cpio.gz');
  assert.equal(dependsOn, ['linux-image:image', 'linux-init:initramfs', 'virt:device-tree']);
  assert.equal(filesOf(inputs), ['{workspaceRoot}/linux-cell/cell.yaml']);
  assert.not.match(JSON.stringify(inputs), 'NEXUS_FORGE_TOOL_CROSS_GCC');
});

test("a host test whose build takes a board's device tree has that of the default board", () => {
  const packages = REFERENCE.packages.map((known) => (known.name === 'el2' ? { ...known, steps: ['test'] } : known));
  const found = target('firmware/el2', 'test', { ...REFERENCE, packages });
  assert.equal(producersOf(found as never), ['ion-abi:generate', 'virt:device-tree']);
  assert.ok(outputsOf(found.inputs).includes('dist/virt/device-tree/board.dtb'));
  assert.is((found.options as { defines: Record<string, string> }).defines['board-dtb'], '../../dist/virt/device-tree/board.dtb');
  const without = target('firmware/el2', 'test', { ...REFERENCE, packages, defaultBoard: undefined });
  assert.equal(producersOf(without as never), ['ion-abi:generate']);
});

test('every cached target names its code, its external nodes and its output directory', () => {
  for (const [root, targets] of Object.entries(targetsByRoot())) {
    for (const [name, { cache, inputs = [], outputs, options, executor }] of Object.entries(targets)) {
      if (!cache) continue;
      const id = `${root} ${name}`;
      const objects = inputs.filter((input) => typeof input === 'object');
      const hasCode = executor !== 'nx:noop';
      assert.ok(!hasCode || objects.some((input) => 'env' in input && input.env === `RECIPE_${executor?.split(':')[1]}`), `${id}: code`);
      assert.ok(objects.some((input) => 'externalDependencies' in input), `${id}: without it Nx hashes every npm package`);
      if (options?.['outputDirectory']) assert.equal(outputs, [`{workspaceRoot}/${String(options['outputDirectory'])}`], id);
    }
  }
});

const TOOLS: [root: string, name: string, pins: string[]][] = [
  ['apps/virt', 'firmware', ['zig', 'binutils']],
  ['firmware/stage2', 'test', ['zig']],
  ['libs/ion-abi', 'generate', ['cross-gcc', 'zig']],
  ['linux-cell/image', 'image', ['linux-source', 'cross-gcc', 'binutils']],
  ['linux-cell/modules/ring', 'module', ['cross-gcc', 'binutils']],
  ['apps/virt', 'proof-el2', ['qemu', 'dtc']],
];
for (const [root, name, pins] of TOOLS) {
  test(`${root} ${name} hangs on the pins ${pins.join(', ')} and on no other`, () => {
    const nodes = (target(root, name).inputs ?? []).flatMap((input) =>
      typeof input === 'object' && 'externalDependencies' in input ? input.externalDependencies : [],
    );
    assert.equal(nodes, pins.map((pin) => `toolchain:${pin}`));
  });
}

test('kernels of different series hang on one pin, and each on the identity of its own source', () => {
  const [kernel] = REFERENCE.kernels;
  const later = { ...kernel!, file: 'linux-cell/later/kernel.yaml', root: 'linux-cell/later', name: 'later', source: { name: 'linux-source', series: '6.12' } };
  const facts = { ...REFERENCE, kernels: [kernel!, later] };
  const inputsOf = (root: string) => target(root, 'image', facts).inputs?.filter((input) => typeof input === 'object' && /linux-source|LINUX_SOURCE/.test(JSON.stringify(input)));
  const pin = [
    { externalDependencies: ['toolchain:linux-source', 'toolchain:cross-gcc', 'toolchain:binutils'] },
    (target('linux-cell/image', 'image').inputs ?? []).find((input) => typeof input === 'object' && 'json' in input),
  ];
  assert.equal(inputsOf('linux-cell/image'), [...pin, { env: 'NEXUS_FORGE_TOOL_LINUX_SOURCE' }]);
  assert.equal(inputsOf('linux-cell/later'), [...pin, { env: 'NEXUS_FORGE_TOOL_LINUX_SOURCE__6_12' }]);
});

test('the tools of the machine count where kbuild starts them', () => {
  const variables = (root: string, name: string) =>
    (target(root, name).inputs ?? []).flatMap((input) => (typeof input === 'object' && 'env' in input ? [input.env] : []));
  const counts = (root: string, name: string) => ['GZIP', 'HOST_GCC', 'FLEX'].map((tool) => variables(root, name).includes(`NEXUS_FORGE_TOOL_${tool}`));
  assert.equal(counts('linux-cell/image', 'image'), [true, true, true]);
  assert.equal(counts('linux-cell/modules/ring', 'module'), [true, true, false]);
  assert.equal(counts('apps/virt', 'firmware'), [false, false, false]);
});

test('a tool that no pin names is no external node, which would be an error of every command', () => {
  const { inputs } = target('apps/virt', 'el2-stub', { ...REFERENCE, pins: [] });
  assert.ok(inputs?.some((input) => typeof input === 'object' && 'externalDependencies' in input && input.externalDependencies.length === 0));
  assert.ok(inputs?.some((input) => typeof input === 'object' && 'env' in input && input.env === 'NEXUS_FORGE_TOOL_ZIG'));
});

test('the manifest counts by the fields of the tools used, pinned or not, once it is there', () => {
  const fieldsOf = (pins: string[], hasManifest: boolean) => {
    const [, projects] = generateTargets({ ...generation({ ...REFERENCE, pins }), hasManifest }).find(([file]) => file === 'firmware/stage2/build.zig')!;
    const inputs = projects['firmware/stage2']?.targets?.['test']?.inputs ?? [];
    return inputs.flatMap((input) => (typeof input === 'object' && 'json' in input ? [[input.json, ...(input.fields ?? [])]] : []));
  };
  const declared = [['{workspaceRoot}/workspace.json', 'toolchain.zig']];
  assert.equal(fieldsOf(['zig'], true), declared);
  assert.equal(fieldsOf(['dtc'], true), declared);
  assert.equal(fieldsOf([], true), declared);
  assert.equal(fieldsOf([], false), []);
});

test('the sources of a kernel are those of all packages it depends on', () => {
  const filesets = filesOf(target('apps/virt', 'firmware').inputs).filter((fileset) => !fileset.startsWith('!'));
  const folders = filesets.map((fileset) => fileset.split('/')[2]);
  assert.equal(folders, ['el2', 'ion', 'rumpk', 'stage2']);
});

test('-D options: what the build declares, the board, the variant, and paths from the package', () => {
  assert.equal(target('apps/virt', 'firmware-proof').options?.['defines'], {
    arch: 'aarch64',
    'proof-eret': true,
    'board-dtb': '../../dist/virt/device-tree/board.dtb',
    'el2-stub': '../../dist/virt/el2-stub/el2-stub.bin',
    'ion-abi': '../../dist/ion-abi/generate/ion_abi.zig',
  });
});

test('the suite a package is known by is `test`, what it tests beyond that `test-more`; fixtures and their tool count', () => {
  const steps = ['test', 'test-nipcell'];
  const facts = { ...REFERENCE, packages: [{ ...REFERENCE.packages[0]!, name: 'nipcell', root: 'firmware/nipcell', steps, tools: ['dtc'] }] };
  const targets = targetsByRoot(facts)['firmware/nipcell']!;
  assert.equal([targets['test']?.options?.['step'], targets['test-more']?.options?.['step']], ['test-nipcell', 'test']);
  assert.ok(targets['test']?.inputs?.includes('{workspaceRoot}/firmware/nipcell/**/*'));
  assert.ok(JSON.stringify(targets['test']?.inputs).includes('NEXUS_FORGE_TOOL_DTC'));
});

test('what YAML files name outside their folder is an input; what lies in it needs no naming', () => {
  const [kernel, initramfs] = [REFERENCE.kernels[0]!, REFERENCE.initramfs[0]!];
  const facts = {
    ...REFERENCE,
    boards: [board('virt', { fragments: ['apps/virt/a.dtsi', 'common/b.dtsi'], includes: [['apps/virt/defs.h', 'defs.h'], ['common/c.h']] })],
    kernels: [{ ...kernel, fragments: ['linux-cell/image/x.config', 'common/y.config'] }],
    initramfs: [{ ...initramfs, sources: ['linux-cell/init/a.c', 'common/b.c'], members: ['common/motd'], includes: [['common/b.h']] }],
  };
  const files = (root: string, name: string) => filesOf(target(root, name, facts).inputs).filter((fileset) => fileset.startsWith('{workspaceRoot}/') && !fileset.endsWith('.yaml'));
  const inputs = (...paths: string[]) => paths.map((path) => `{workspaceRoot}/${path}`);
  assert.equal(files('apps/virt', 'device-tree'), inputs('apps/virt/a.dtsi', 'common/b.dtsi', '{apps/virt/defs.h,defs.h}', 'common/c.h'));
  assert.equal(files('linux-cell/image', 'image'), inputs('common/y.config'));
  assert.equal(files('linux-cell/init', 'initramfs'), inputs('common/b.c', 'common/motd', 'common/b.h'));
});

test('host tests of a module are a target, and among the proofs of its project', () => {
  const ring = { ...REFERENCE.modules[0]!, tests: [['linux-cell/modules/test/a.c'], ['linux-cell/modules/ring/t.h', 'linux-cell/modules/test/t.h']] };
  const facts = { ...REFERENCE, modules: [ring, REFERENCE.modules[1]!] };
  const { executor, options, inputs, dependsOn } = target('linux-cell/modules/ring', 'test', facts);
  assert.is(executor, '@nexus-forge/nx:module-test');
  assert.equal(options, { description: 'linux-cell/modules/ring/module.yaml', headers: ['dist/ion-abi/generate/ion_abi.h'], outputDirectory: 'dist/ring/test' });
  const files = filesOf(inputs).filter((fileset) => fileset.startsWith('{workspaceRoot}'));
  assert.equal(files, ['{workspaceRoot}/linux-cell/modules/test/a.c', '{workspaceRoot}/{linux-cell/modules/ring/t.h,linux-cell/modules/test/t.h}']);
  assert.equal(dependsOn, ['ion-abi:generate']);
  assert.equal(target('linux-cell/modules/ring', 'proof', facts).dependsOn, [{ projects: ['ring'], target: 'test' }]);
  assert.is(targetsByRoot(facts)['linux-cell/modules/blk']?.['test'], undefined);
});

test('several modules of one Kbuild, in a folder of another name', () => {
  const ring = { ...REFERENCE.modules[0]!, name: 'src', modules: ['acme-led', 'ring'] };
  const facts = { ...REFERENCE, modules: [ring, { ...REFERENCE.modules[1]!, modules: ['blk'] }], initramfs: [{ ...REFERENCE.initramfs[0]!, modules: ['acme-led', 'blk', 'ring', 'gone'] }] };
  assert.equal(target('linux-cell/modules/ring', 'module', facts).options?.['modules'], ['acme-led', 'ring']);
  const { options, dependsOn } = target('linux-cell/init', 'initramfs', facts);
  assert.equal(options?.['modules'], ['dist/src/module/acme-led.ko', 'dist/blk/module/blk.ko', 'dist/src/module/ring.ko', 'dist/gone/module/gone.ko']);
  assert.equal(dependsOn, ['blk:module', 'gone:module', 'linux-image:image', 'src:module']);
});

test('a module takes headers and symbols of the modules it names', () => {
  const { options, inputs } = target('linux-cell/modules/blk', 'module');
  assert.equal(options?.['modules'], ['blk']);
  assert.equal(options?.['dependencies'], [{ source: 'linux-cell/modules/ring', symvers: 'dist/ring/module/Module.symvers' }]);
  assert.ok(filesOf(inputs).includes('{workspaceRoot}/linux-cell/modules/ring/**/*.h'));
});

test('a new board changes the configuration of no other project', () => {
  const before = targetsByRoot();
  const { 'apps/other': added, ...after } = targetsByRoot({ ...REFERENCE, boards: [...REFERENCE.boards, board('other')] });
  assert.equal(after, before);
  // All but the proof, which names its boards.
  assert.equal(Object.keys(added ?? {}).sort(), Object.keys(before['apps/virt'] ?? {}).filter((name) => !name.startsWith('proof')).sort());
});

test('a new proof changes the configuration of its boards and its own project only', () => {
  const before = targetsByRoot();
  const after = targetsByRoot({ ...REFERENCE, proofs: [...REFERENCE.proofs, proof('new')] });
  const changed = Object.keys(after).filter((root) => JSON.stringify(after[root]) !== JSON.stringify(before[root]));
  assert.equal(changed.sort(), ['apps/virt', 'firmware/rumpk']);
});

test('a proof with mutants has a second target with the sabotaged artefacts', () => {
  const sabotage = { firmware: { project: 'virt', target: 'firmware-mutants', file: 'rumpk.img' } };
  const facts = { ...REFERENCE, proofs: [proof('el2', { hasMutants: true, sabotage })] };
  const { options, dependsOn } = target('apps/virt', 'proof-el2-mutants', facts);
  assert.is(options?.['mutants'], true);
  assert.equal(options?.['sabotageArtefacts'], { firmware: 'dist/virt/firmware-mutants/rumpk.img' });
  assert.equal(producersOf({ dependsOn }), ['virt:firmware-mutants', 'virt:firmware-proof']);
});

test('`proof` runs all proofs of a project, without their mutants', () => {
  const facts = { ...REFERENCE, proofs: [proof('b', { hasMutants: true }), proof('a')] };
  for (const [root, project] of [['apps/virt', 'virt'], ['firmware/rumpk', 'rumpk']] as const) {
    const found = target(root, 'proof', facts);
    assert.equal(producersOf(found as never), [`${project}:proof-a`, `${project}:proof-b`]);
    assert.equal(outputsOf(found.inputs), [`dist/${project}/proof-a/*`, `dist/${project}/proof-b/*`], 'affected by what its proofs make, and by nothing else');
  }
});

test('`proof` runs the host tests of a package too', () => {
  const packages = [zigPackage('nipcell', { steps: ['test', 'test-nipcell'] }), zigPackage('tool', { steps: ['run'] })];
  const roots = targetsByRoot({ ...REFERENCE, packages, proofs: [] });
  assert.equal(producersOf(roots['firmware/nipcell']!['proof'] as never), ['nipcell:test', 'nipcell:test-more']);
  assert.is(roots['firmware/tool']?.['proof'], undefined);
});

test('a proof of an unknown project is a target that says so, and nothing else changes', () => {
  const before = targetsByRoot({ ...REFERENCE, proofs: [] });
  const { proofs: misplaced, ...after } = targetsByRoot({ ...REFERENCE, proofs: [proof('x', { project: 'nowhere' })] });
  assert.equal(after, before);
  assert.is(misplaced?.['proof-x']?.executor, '@nexus-forge/nx:fault');
  assert.match(String(misplaced?.['proof-x']?.options?.['summary']), /nowhere does not exist/);
});

test('a proof of an unknown board says so in its own target', () => {
  const { executor, options } = target('firmware/rumpk', 'proof-x', { ...REFERENCE, proofs: [proof('x', { boards: ['none'] })] });
  assert.is(executor, '@nexus-forge/nx:fault');
  assert.equal([options?.['key'], options?.['expected']], ['boards', 'one of virt']);
});

const OWN = { firmware: { project: '{board}', target: 'firmware-proof', file: 'rumpk.img' } };
/** Two boards: the second has no build for the proof. */
const TWO = { ...REFERENCE, boards: [board('virt'), { ...board('bare'), firmware: { ...board('bare').firmware!, builds: { firmware: {} } } }] };

test('a proof of several boards is a target of each, of its own artefacts, and one that stands for the default board', () => {
  const facts = { ...TWO, boards: [board('other'), board('virt')], proofs: [proof('x', { boards: ['virt', 'other'], artefacts: OWN })] };
  for (const name of ['virt', 'other']) {
    const { options } = target(`apps/${name}`, 'proof-x', facts);
    assert.equal([options?.['boardName'], options?.['artefacts'], options?.['outputDirectory']], [name, { firmware: `dist/${name}/firmware-proof/rumpk.img` }, `dist/${name}/proof-x`]);
  }
  assert.equal(producersOf(target('firmware/rumpk', 'proof-x', facts)), ['virt:proof-x']);
  assert.equal(producersOf(target('firmware/rumpk', 'proof-x', { ...facts, defaultBoard: 'none' })), ['other:proof-x', 'virt:proof-x']);
});

test('a proof of all boards leaves out those that do not make what it needs; one that names such a board says so there', () => {
  const held = (boards: readonly string[] | 'all') => targetsByRoot({ ...TWO, proofs: [proof('x', { boards, artefacts: OWN })] });
  const all = held('all');
  assert.equal([all['apps/virt']?.['proof-x']?.executor, all['apps/bare']?.['proof-x']], ['@nexus-forge/nx:proof', undefined]);
  const named = held(['virt', 'bare']);
  assert.is(named['apps/virt']?.['proof-x']?.executor, '@nexus-forge/nx:proof');
  const { executor, options } = named['apps/bare']!['proof-x']!;
  assert.is(executor, '@nexus-forge/nx:fault');
  assert.match(String(options?.['summary']), /needs bare:firmware-proof\/rumpk\.img, and bare has no target firmware-proof/);
});

test('a board that excuses itself from a proof that is not held on it is told so by its own proof target', () => {
  const proofs = [proof('x'), proof('y', { boards: [] })];
  const excused = (...ids: string[]) => ({ ...TWO, boards: [board('virt', { inapplicable: ids })], proofs });
  assert.not.ok('proof-inapplicable' in targetsByRoot(excused('x'))['apps/virt']!);
  for (const id of ['y', 'z']) {
    const { 'proof-inapplicable': fault, proof: all } = targetsByRoot(excused('x', id))['apps/virt']!;
    assert.equal(faultSaid(fault!), [
      '@nexus-forge/nx:fault',
      'apps/virt/board.yaml',
      `inapplicable.${id}`,
      `no proof ${id} is held on virt`,
      'one of x',
    ]);
    assert.equal(producersOf(all as never), ['virt:proof-inapplicable', 'virt:proof-x']);
  }
});

for (const [boards, summary] of [[[], 'the proof names no board'], ['all', 'no board has what the proof needs']] as const) {
  test(`a proof that is held nowhere says so: ${summary}`, () => {
    const artefacts = { firmware: { project: '{board}', target: 'nothing', file: 'x' } };
    assert.is(target('firmware/rumpk', 'proof-x', { ...REFERENCE, proofs: [proof('x', { boards, artefacts })] }).options?.['summary'], summary);
  });
}

for (const [key, path] of [['root', 'linux-cell/modules/a ring'], ['folders', ['my headers']], ['dependencies', ['b&c']]] as const) {
  test(`a module with a path that kbuild cannot take (${key}) says so before its kernel is built`, () => {
    const modules = [{ ...REFERENCE.modules[0]!, [key]: path }];
    const { executor, options, dependsOn } = target(modules[0]!.root, 'module', { ...REFERENCE, modules });
    assert.equal([executor, dependsOn], ['@nexus-forge/nx:fault', undefined]);
    assert.is(options?.['summary'], `kbuild cannot work with the path ${[path].flat()[0]}`);
  });
}

test('a module whose Kbuild has names that only make knows says which lines, before its kernel is built', () => {
  const unclear = [{ line: 2, text: 'obj-$(CONFIG_NET) += x.o' }, { line: 4, text: 'obj-m := sub/x.o' }];
  const modules = [{ ...REFERENCE.modules[0]!, unclear }];
  const { executor, options, dependsOn } = target(modules[0]!.root, 'module', { ...REFERENCE, modules });
  assert.equal([executor, options?.['file'], dependsOn], ['@nexus-forge/nx:fault', modules[0]!.file, undefined]);
  assert.is(options?.['summary'], 'it cannot be told which modules this builds: obj-$(CONFIG_NET) += x.o (line 2), obj-m := sub/x.o (line 4)');
});

const UNBUILDABLE: [title: string, more: Partial<ModuleFacts>, line: number, summary: RegExp][] = [
  ['looks beside its folder', { beyond: [{ line: 3, text: 'include ../x.mk' }] }, 3, /does not lie in the folder of the module: include \.\.\/x\.mk \(line 3\)$/],
  ['lists an object without a source', { sourceless: [{ line: 2, text: 'a-y := b.o', name: 'b' }] }, 2, /^a-y := b\.o: there is no source of b\.o/],
];
for (const [title, more, line, summary] of UNBUILDABLE) {
  test(`a module whose Kbuild ${title} says where, before its kernel is built`, () => {
    const modules = [{ ...REFERENCE.modules[0]!, ...more }];
    const { executor, options, dependsOn } = target(modules[0]!.root, 'module', { ...REFERENCE, modules });
    assert.equal([executor, options?.['line'], dependsOn], ['@nexus-forge/nx:fault', line, undefined]);
    assert.match(String(options?.['summary']), summary);
  });
}

test('places where a module and its tests look in vain are inputs', () => {
  const absent = [['shared/opt.h']];
  const modules = [{ ...REFERENCE.modules[0]!, absent, tests: [['a/t.h', 'b/t.h']] }];
  const inputsOf = (name: string) => target(modules[0]!.root, name, { ...REFERENCE, modules }).inputs ?? [];
  assert.ok(inputsOf('module').includes('{workspaceRoot}/shared/opt.h'));
  assert.ok(inputsOf('test').includes('{workspaceRoot}/{a/t.h,b/t.h}'));
});

const MISSING_PACKAGES: [key: 'package' | 'stub', faulty: string[]][] = [
  ['package', ['firmware', 'firmware-proof']],
  ['stub', ['el2-stub']],
];
for (const [key, faulty] of MISSING_PACKAGES) {
  test(`a firmware.${key} without a build.zig: ${faulty.join(', ')} say so, and nothing else changes`, () => {
    const before = targetsByRoot();
    const firmware = { ...board('virt').firmware!, [key]: 'firmware/none' };
    const after = targetsByRoot({ ...REFERENCE, boards: [board('virt', { firmware })] });
    const found = faulty.map((name) => after['apps/virt']?.[name]);
    for (const it of found) {
      assert.equal([it?.executor, it?.options?.['file'], it?.options?.['key']], ['@nexus-forge/nx:fault', 'apps/virt/board.yaml', `firmware.${key}`]);
      assert.match(String(it?.options?.['expected']), /one of firmware\/el2, firmware\/ion, firmware\/rumpk, firmware\/stage2$/);
    }
    const others = ['device-tree', 'cell-bundle', ...['el2-stub', 'firmware'].filter((name) => !faulty.includes(name))];
    for (const name of others) assert.equal(after['apps/virt']?.[name], before['apps/virt']?.[name], name);
  });
}

const withoutStubOption = REFERENCE.packages.map((known) => (known.root === 'firmware/rumpk' ? { ...known, options: known.options.filter((name) => name !== 'el2-stub') } : known));

test('a kernel that takes no stub built apart builds its own, within the budget of the stub', () => {
  const own = target('apps/virt', 'firmware', { ...REFERENCE, packages: withoutStubOption });
  assert.equal(own.options?.['stub'], { budget: 8192 });
  assert.not.ok(producersOf(own as never).includes('virt:el2-stub'));
  assert.is(target('apps/virt', 'firmware').options?.['stub'], undefined, 'one that takes it is given it');
});

test('a kernel that does not depend on the package of the stub builds none', () => {
  const packages = withoutStubOption.map((known) => (known.root === 'firmware/rumpk' ? { ...known, dependencies: {} } : known));
  assert.is(target('apps/virt', 'firmware', { ...REFERENCE, packages }).options?.['stub'], undefined);
});

test('`build` makes every image of the default board', () => {
  assert.equal(producersOf(target('firmware/rumpk', 'build') as never), ['virt:firmware', 'virt:firmware-proof']);
  const without = targetsByRoot({ ...REFERENCE, defaultBoard: undefined })['firmware/rumpk'];
  assert.is(without?.['build'], undefined);
});

test('target names and the output folder can be chosen', () => {
  const options = { targetNames: { deviceTree: 'dtb', bindings: 'abi' }, outputRoot: 'out' };
  const { dependsOn, options: given } = target('apps/virt', 'el2-stub', REFERENCE, options);
  assert.equal(producersOf({ dependsOn }), ['ion-abi:abi', 'virt:dtb']);
  assert.is(given?.['outputDirectory'], 'out/virt/el2-stub');
  assert.equal(given?.['defines'], { 'board-dtb': '../../out/virt/dtb/board.dtb', 'ion-abi': '../../out/ion-abi/abi/ion_abi.zig' });
});

test('a board without cell and firmware has its device tree only', () => {
  const facts = { ...REFERENCE, boards: [board('bare', { cell: undefined, firmware: undefined })] };
  const names = Object.keys(targetsByRoot(facts)['apps/bare'] ?? {}).filter((name) => !['audit', 'verify-reproducible'].includes(name));
  assert.equal(names, ['device-tree']);
});

test('an ion-abi.yml is told of by what needs it too', () => {
  const file = 'libs/ion-abi/ion-abi.yml';
  const misnamed = [{ ...REFERENCE.bindings[0]!, file, kind: 'bindings', right: 'libs/ion-abi/ion-abi.yaml' } as const];
  const facts = { ...REFERENCE, bindings: [], misnamed };
  for (const [root, name] of [['apps/virt', 'device-tree'], ['libs/ion-abi', 'generate']] as const) {
    const { executor, options } = target(root, name, facts);
    assert.equal([executor, options?.['file'], options?.['fix']], ['@nexus-forge/nx:fault', file, `git mv ${file} libs/ion-abi/ion-abi.yaml`]);
  }
});

test('an empty workspace has no project', () => {
  const empty = { pins: [], boards: [], cells: [], kernels: [], modules: [], initramfs: [], packages: [], proofs: [], proofFolders: [], misnamed: [], bindings: [] };
  assert.equal(generateTargets({ ...generation(empty), hasManifest: false }), []);
});

test.run();
