// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CreateDependenciesContext, RawProjectGraphDependency } from '@nx/devkit';
import { bindingsSource } from './bindings-source';
import { initramfsOfCell } from './cell-initramfs';
import { kernelOfCell } from './cell-kernel';
import type { WorkspaceFacts } from './facts';
import { kernelsOfInitramfs, kernelsOfModule } from './kernel-of';
import { Memory } from './memory';
import { buildersFor } from './module-builders';
import { includedHeaders } from './scan/c';
import { dtsReferences } from './scan/dts';
import { zigImports } from './scan/zig';

/** What a source file names: files by path, modules by name. */
interface Names {
  files: string[];
  modules: string[];
}

type Scanner = (text: string) => Names;

const files = (scan: (text: string) => string[]): Scanner => (text) => ({ files: scan(text), modules: [] });

/** Which scanner reads a file, by the end of its name. */
const SCANNERS: readonly [pattern: RegExp, scan: Scanner][] = [
  [/\.zig$/, zigImports],
  [/\.(c|h|S)$/, files(includedHeaders)],
  [/\.(dts|dtsi|dtso)$/, files(dtsReferences)],
];

interface SourceFile {
  file: string;
  hash: string;
  project: string;
}

/** Edges from what sources import and include, and from what the YAML files refer to. */
export function dependenciesFrom(context: CreateDependenciesContext, facts: WorkspaceFacts, build: string): RawProjectGraphDependency[] {
  const owner = new Map<string, string>();
  const sources: (SourceFile & { scan: Scanner })[] = [];
  for (const [project, owned] of Object.entries(context.fileMap.projectFileMap)) {
    for (const { file, hash } of owned) {
      owner.set(file, project);
      const scan = SCANNERS.find(([pattern]) => pattern.test(file))?.[1];
      if (scan) sources.push({ file, hash, project, scan });
    }
  }
  const memory = new Memory(context.workspaceRoot, 'imports', build);
  const edges = new Edges(context);
  for (const { file, hash, project, scan } of sources) {
    const names = memory.recall(file, hash, () => scan(readFileSync(join(context.workspaceRoot, file), 'utf8')));
    for (const path of names.files) edges.add(project, resolveFile(owner, facts, file, path), file);
    for (const name of names.modules) edges.add(project, resolveModule(facts, project, name), file);
  }
  memory.save();
  addReferences(edges, facts);
  return edges.list();
}

/** The project that has a file which another one names by path. */
function resolveFile(owner: ReadonlyMap<string, string>, facts: WorkspaceFacts, from: string, path: string): string | undefined {
  const folder = posix.dirname(from);
  const module = facts.modules.find(({ root }) => folder === root || folder.startsWith(`${root}/`));
  const candidates = [folder, ...(module?.dependencies ?? [])].map((base) => owner.get(posix.join(base, path)));
  return candidates.find((project) => project !== undefined);
}

/** The project of a module that a Zig package imports by name: a dependency by path, or the generated bindings. */
function resolveModule(facts: WorkspaceFacts, project: string, name: string): string | undefined {
  const zigPackage = facts.packages.find((known) => known.name === project);
  const folder = zigPackage?.dependencies[name];
  if (folder !== undefined) return facts.packages.find(({ root }) => root === folder)?.name;
  return name === 'ion_abi' ? bindingsSource(facts)?.name : undefined;
}

/** Edges that YAML files, Kbuild and build.zig.zon say. */
function addReferences(edges: Edges, facts: WorkspaceFacts): void {
  const packageAt = (root: string | undefined) => facts.packages.find((known) => known.root === root)?.name;
  for (const board of facts.boards) {
    const cell = facts.cells.find(({ file }) => file === board.cell);
    for (const target of [cell?.name, packageAt(board.firmware?.package), packageAt(board.firmware?.stub), bindingsSource(facts)?.name]) edges.add(board.name, target, board.file);
  }
  for (const cell of facts.cells) {
    const kernel = kernelOfCell(facts, cell).kernel?.name;
    const initramfs = initramfsOfCell(facts, cell)?.name;
    for (const target of [kernel, cell.image?.project, initramfs, cell.initramfs?.project]) {
      edges.add(cell.name, target, cell.file);
    }
  }
  for (const known of facts.packages) {
    const zon = posix.join(known.root, 'build.zig.zon');
    for (const folder of Object.values(known.dependencies)) edges.add(known.name, packageAt(folder), zon);
  }
  for (const module of facts.modules) {
    const needed = facts.modules.filter(({ root }) => module.dependencies.includes(root)).map(({ name }) => name);
    const bindings = module.usesBindings ? bindingsSource(facts)?.name : undefined;
    const kernels = kernelsOfModule(facts, module).kernels.map(({ name }) => name);
    for (const target of [...needed, bindings, ...kernels]) edges.add(module.name, target, module.file);
  }
  for (const initramfs of facts.initramfs) {
    const { kernels } = kernelsOfInitramfs(facts, initramfs);
    const buildersOf = (module: string) => kernels.flatMap((kernel) => buildersFor(facts, module, kernel));
    const builders = initramfs.modules.flatMap(buildersOf);
    for (const { name } of [...builders, ...kernels]) edges.add(initramfs.name, name, initramfs.file);
  }
  for (const proof of facts.proofs) {
    const referred = [...Object.values(proof.artefacts), ...Object.values(proof.sabotage)].map(({ project }) => project);
    const boards = facts.boards.map(({ name }) => name).filter((name) => proof.boards === 'all' || proof.boards.includes(name));
    // The spec lies in a folder of its own, not in the project it proves: Nx takes such an edge as implicit only.
    for (const board of boards) {
      for (const target of referred) edges.add(board, target);
      if (proof.project) edges.add(proof.project, board);
    }
  }
}

/** Edges between projects that exist, each once, in a fixed order. */
class Edges {
  private readonly known = new Map<string, RawProjectGraphDependency>();

  constructor(private readonly context: CreateDependenciesContext) {}

  add(source: string, target: string | undefined, sourceFile?: string): void {
    const { projects } = this.context;
    if (target === undefined || source === target || !projects[source] || !projects[target]) return;
    const edge = sourceFile === undefined ? { source, target, type: 'implicit' } : { source, target, sourceFile, type: 'static' };
    this.known.set(`${source} ${target} ${sourceFile ?? ''}`, edge as RawProjectGraphDependency);
  }

  list(): RawProjectGraphDependency[] {
    return [...this.known.keys()].sort().map((key) => this.known.get(key)!);
  }
}
