// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Manifest } from '@nexus-forge/toolchain';
import type { ProjectFacts, WorkspaceFacts } from './facts';
import { digestOf, type Memory } from './memory';
import { buildsModule, readModule } from './read/kbuild';
import { projectOf, readBoard, readCell, readInitramfs, readKernel, readProof } from './read/manifests';
import { readZigPackage } from './read/zig-package';

/** The files that projects and targets are inferred from. */
export const CONFIG_FILES =
  '{workspace.json,apps/*/board.yaml,firmware/*/build.zig,proofs/*.proof.yaml,**/cell.yaml,**/kernel.yaml,**/initramfs.yaml,**/Kbuild,**/ion-abi.yaml}';

const CONFIG_FILE =
  /^(workspace\.json|apps\/[^/]+\/board\.yaml|firmware\/[^/]+\/build\.zig|proofs\/[^/]+\.proof\.yaml)$|(^|\/)(cell\.yaml|kernel\.yaml|initramfs\.yaml|Kbuild|ion-abi\.yaml)$/;

/** Whether a path is one of `CONFIG_FILES`. */
export function isConfigFile(path: string): boolean {
  return CONFIG_FILE.test(path);
}

/** Reads the facts of a workspace from the files that matched. A file that vanished meanwhile has none. */
export function collectFacts(workspaceRoot: string, files: readonly string[], manifest: Manifest, memory: Memory): WorkspaceFacts {
  const text = (file: string) => readText(join(workspaceRoot, file));
  const present = [...files].filter((file) => existsSync(join(workspaceRoot, file))).sort();
  const named = (name: string) => present.filter((file) => posix.basename(file) === name);
  const each = <T>(found: string[], read: (file: string, text: string) => T): T[] =>
    found.map((file) => remember(memory, file, [text(file)], () => read(file, text(file))));
  const projects = <T extends ProjectFacts>(name: string, read: (file: string, text: string) => T): T[] =>
    each(named(name), read).map((facts) => renamed(workspaceRoot, facts));

  const kbuilds = named('Kbuild').filter((file) => buildsModule(text(file)));
  const moduleFolders = new Set(kbuilds.map((file) => posix.dirname(file)));
  const sources = (folder: string) => sourceTexts(workspaceRoot, folder);
  return {
    defaultBoard: manifest.defaultBoard,
    pins: Object.keys(manifest.toolchain),
    boards: projects('board.yaml', readBoard),
    cells: projects('cell.yaml', readCell),
    kernels: projects('kernel.yaml', readKernel),
    initramfs: projects('initramfs.yaml', readInitramfs),
    bindings: projects('ion-abi.yaml', (file) => projectOf(file)),
    proofs: each(present.filter((file) => file.endsWith('.proof.yaml')), readProof),
    packages: named('build.zig').map((file) => {
      const zon = text(posix.join(posix.dirname(file), 'build.zig.zon'));
      return renamed(workspaceRoot, remember(memory, file, [text(file), zon], () => readZigPackage(file, text(file), zon)));
    }),
    modules: kbuilds.map((file) => renamed(workspaceRoot, readModule(file, text(file), (it) => moduleFolders.has(it), sources))),
  };
}

function remember<T>(memory: Memory, file: string, texts: string[], read: () => T): T {
  return memory.recall(file, digestOf(texts.join('\0')), read);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sourceTexts(workspaceRoot: string, folder: string): string[] {
  const path = join(workspaceRoot, folder);
  const names = existsSync(path) ? readdirSync(path).filter((name) => /\.[ch]$/.test(name)) : [];
  return names.map((name) => readText(join(path, name)));
}

/** A project.json, or the `nx` part of a package.json, may give the project another name. */
function renamed<T extends ProjectFacts>(workspaceRoot: string, facts: T): T {
  const folder = join(workspaceRoot, facts.root);
  const name = nameIn(join(folder, 'project.json')) ?? nameIn(join(folder, 'package.json'), 'nx');
  return name === undefined ? facts : { ...facts, name };
}

function nameIn(path: string, part?: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const { name } = (part === undefined ? value : (value[part] ?? {})) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
