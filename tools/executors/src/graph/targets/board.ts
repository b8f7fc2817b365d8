// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { HOST_TOOLS } from '@nexus-forge/toolchain';
import { bindingsSource, faultOfBindings } from '../bindings-source';
import type { ArtefactReference, BoardFacts, CellFacts, Defines, FirmwareFacts, ZigPackageFacts } from '../facts';
import { leadsTo, renaming } from '../misnamed';
import { isAtPlace, rootsRemedy } from '../roots';
import { cellBundleTarget } from './cell-bundle';
import { artefactPath, defineTarget, lookedFor, workspaceFile, type Generation, type Target } from './definition';
import { deviceTree } from './device-tree-artefact';
import { faultTarget } from './fault';
import { bindingsOf, takenArtefacts, zigSources } from './zig';

/** The targets of a board app: everything whose bytes depend on the board. */
export function boardTargets(generation: Generation, board: BoardFacts): Record<string, Target> {
  const cell = generation.facts.cells.find(({ file }) => file === board.cell);
  const unknown = cell === undefined && board.cell !== undefined ? unknownCell(generation, board, board.cell) : undefined;
  return {
    ...(unknown ?? deviceTreeTarget(generation, board, cell)),
    ...(cell ? cellBundleTarget(generation, board, cell) : {}),
    ...(board.firmware ? firmwareTargets(generation, board, board.firmware) : {}),
  };
}

/** Where the board names a manifest that the graph does not know: what it says would be no input of anything. */
function unknownCell({ facts, options }: Generation, board: BoardFacts, cell: string): Record<string, Target> {
  const { deviceTree, cellBundle } = options.targetNames;
  const known = facts.cells.map(({ file }) => file).sort();
  const target = faultTarget({
    file: board.file,
    key: 'cell',
    summary: `cell names ${cell}, which is no cell.yaml of this workspace`,
    expected: known.length > 0 ? `one of ${known.join(', ')}` : 'the path of a cell.yaml; there is none yet',
    fix: renaming(facts, 'cells', leadsTo(cell)),
    description: `Cannot be made: ${board.name} names a cell that does not exist`,
  });
  return { [deviceTree]: target, [cellBundle]: target };
}

function deviceTreeTarget(generation: Generation, board: BoardFacts, cell: CellFacts | undefined): Record<string, Target> {
  const name = generation.options.targetNames.deviceTree;
  const fault = faultOfBindings(generation.facts);
  if (fault) return { [name]: faultTarget({ ...fault, description: `Device trees of ${board.name}: they cannot be made` }) };
  const abi = bindingsSource(generation.facts);
  const target = defineTarget(generation, {
    project: board.name,
    name,
    executor: 'device-tree',
    description: `Device trees of ${board.name}: the board's, the cell's and the cell manifest`,
    technologies: ['devicetree'],
    options: { board: board.file, ...(cell ? { cell: cell.file } : {}), ...(abi ? { abi: abi.file } : {}) },
    tools: ['dtc', 'cross-gcc', ...(board.bindingDocuments ? ['dt-schema', 'linux-source', ...HOST_TOOLS.source] : [])],
    files: [
      ...[board, cell, abi].flatMap((source) => (source ? [workspaceFile(source.file)] : [])),
      ...[...new Set(board.fragments)].map(workspaceFile),
      ...(board.includes ?? []).map(lookedFor),
      ...(board.bindingDocuments ? [workspaceFile(`${board.bindingDocuments}/**/*.yaml`)] : []),
    ],
  });
  return { [name]: target };
}

const STUB_BINARY = 'el2-stub.bin';

function firmwareTargets(generation: Generation, board: BoardFacts, firmware: FirmwareFacts): Record<string, Target> {
  const { facts, options } = generation;
  const find = (root: string | undefined) => facts.packages.find((known) => known.root === root);
  const kernel = find(firmware.package);
  const stub = find(firmware.stub);
  const stubName = options.targetNames.el2Stub;
  const stubBinary = firmware.stub === undefined ? undefined : { project: board.name, target: stubName, file: STUB_BINARY };
  const faulty = (key: 'package' | 'stub') => missingPackageTarget(generation, board, key, firmware[key]!);
  const builds = Object.entries(firmware.builds).map(([name, defines]): [string, Target] => [
    name,
    kernel ? kernelTarget(generation, { board, kernel, name, defines, stubBinary, firmware }) : faulty('package'),
  ]);
  const stubs = stubBinary ? { [stubName]: stub ? stubTarget(generation, board, stub, firmware) : faulty('stub') } : {};
  return { ...stubs, ...Object.fromEntries(builds) };
}

/** Where the board names a folder that holds no Zig package. */
function missingPackageTarget(
  generation: Generation,
  board: BoardFacts,
  key: 'package' | 'stub',
  folder: string,
): Target {
  const { facts, options } = generation;
  const known = facts.packages.map(({ root }) => root).sort();
  const places = options.roots.firmware.map((root) => (root === '.' ? 'the workspace' : `${root}/`)).join(' or ');
  const isSeen = isAtPlace('firmware', `${folder}/build.zig`, options.roots);
  const knownOnes = known.length > 0 ? `: one of ${known.join(', ')}` : '; there is none yet';
  return faultTarget({
    file: board.file,
    key: `firmware.${key}`,
    summary: `firmware.${key} names ${folder}, which is no Zig package of this workspace`,
    expected: `a folder in ${places} that has a build.zig${knownOnes}`,
    fix: isSeen ? undefined : rootsRemedy('firmware', folder, options.roots),
    description: `Cannot be built: ${folder} has no build.zig`,
  });
}

function stubTarget(generation: Generation, board: BoardFacts, stub: ZigPackageFacts, { budget }: FirmwareFacts): Target {
  const { defines, artefacts } = takenArtefacts(generation, stub, {
    'board-dtb': deviceTree(generation, board, 'board.dtb'),
    'ion-abi': bindingsOf(generation, stub.root),
  });
  return defineTarget(generation, {
    project: board.name,
    name: generation.options.targetNames.el2Stub,
    executor: 'el2-stub',
    description: `The EL2 stub of ${board.name}, linked at its place`,
    technologies: ['zig', 'aarch64'],
    options: { package: stub.root, defines, ...(budget.stub ? { budget: budget.stub } : {}) },
    tools: ['zig', 'binutils'],
    files: zigSources(generation, stub.root),
    artefacts,
  });
}

/** A kernel that depends on the stub's package, and takes no stub built apart, builds the one that is inside it. */
function buildsStub(kernel: ZigPackageFacts, { stub }: FirmwareFacts): boolean {
  return stub !== undefined && !kernel.options.includes('el2-stub') && Object.values(kernel.dependencies).includes(stub);
}

interface KernelBuild {
  board: BoardFacts;
  kernel: ZigPackageFacts;
  firmware: FirmwareFacts;
  /** Name of the target. */
  name: string;
  defines: Defines;
  stubBinary?: ArtefactReference;
}

function kernelTarget(generation: Generation, { board, kernel, firmware, name, defines, stubBinary }: KernelBuild): Target {
  const taken = takenArtefacts(generation, kernel, {
    'board-dtb': deviceTree(generation, board, 'board.dtb'),
    'el2-stub': stubBinary,
    'ion-abi': bindingsOf(generation, kernel.root),
  });
  const names = Object.keys(defines);
  // The project may be named otherwise: with the scope of a package, which is no part of a file's name.
  const baseName = posix.basename(kernel.root);
  return defineTarget(generation, {
    project: board.name,
    name,
    executor: 'zig-build',
    description: `${kernel.name} for ${board.name}${names.length > 0 ? `, built with ${names.join(', ')}` : ''}`,
    technologies: ['zig', 'aarch64'],
    options: {
      package: kernel.root,
      defines: { ...declaredOptions(kernel, { arch: 'aarch64', board: board.name }), ...defines, ...taken.defines },
      image: `${baseName}.img`,
      elf: `${baseName}.elf`,
      ...(firmware.budget.image ? { budget: firmware.budget.image } : {}),
      ...(buildsStub(kernel, firmware) ? { stub: firmware.budget.stub ? { budget: firmware.budget.stub } : {} } : {}),
    },
    tools: ['zig', 'binutils'],
    files: zigSources(generation, kernel.root),
    artefacts: taken.artefacts,
  });
}

/** Of the options that say what a build is for, those that its build.zig declares. */
function declaredOptions({ options }: ZigPackageFacts, offered: Readonly<Record<string, string>>): Defines {
  return Object.fromEntries(Object.entries(offered).filter(([name]) => options.includes(name)));
}
