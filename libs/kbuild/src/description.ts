// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { loadYaml, type LoadedYaml, type Schema, type YamlOptions } from '@nexus-forge/config';
import type { ToolReference } from '@nexus-forge/toolchain';
import initramfsSchema from '../initramfs.schema.json';
import kernelSchema from '../kernel.schema.json';
import moduleSchema from '../module.schema.json';

/** The kbuild target that decides what no fragment names. */
export type BaseConfig = 'allnoconfig' | 'alldefconfig' | 'tinyconfig' | 'defconfig';

/** The content of kernel.yaml. */
export interface KernelDescription {
  name: string;
  /** Name of the pin that is the source tarball. */
  source: string;
  /** Which series of the pin; without it the first that this machine has. */
  series?: string;
  base?: BaseConfig;
  /** Relative to kernel.yaml. */
  fragments: readonly string[];
}

/** What a kernel is built from, as a pin of workspace.json or one series of it. */
export function sourceOf({ source, series }: KernelDescription): ToolReference {
  return { name: source, series };
}

/** The content of initramfs.yaml. */
export interface InitramfsDescription {
  name: string;
  /** Names of the kernels' projects. */
  kernel?: string | readonly string[];
  init: { sources: readonly string[] };
  modules?: readonly string[];
  directories?: readonly string[];
  nodes?: readonly { path: string; mode: number; major: number; minor: number }[];
  files?: readonly { path: string; source: string; mode?: number }[];
}

/** Beside a module's Kbuild. */
export const MODULE_FILE = 'module.yaml';

/** The content of module.yaml. */
export interface ModuleDescription {
  /** Names of the kernels' projects. */
  kernel?: string | readonly string[];
  tests?: ModuleTests;
}

/** Programs that test a module on this machine; paths are relative to module.yaml. */
export interface ModuleTests {
  /** Name → C sources. */
  programs: Readonly<Record<string, readonly string[]>>;
  include?: readonly string[];
  /** Stands for each of `kernel_headers`. */
  shim?: string;
  kernel_headers?: readonly string[];
}

/** A description, and how to get at the files that it names. */
export interface Described<T> extends LoadedYaml<T> {
  /** Workspace-relative path of a file that the description names relative to itself. */
  beside(name: string): string;
}

export function loadKernel(workspaceRoot: string, file: string): Described<KernelDescription> {
  return describe<KernelDescription>(workspaceRoot, file, kernelSchema);
}

export function loadInitramfs(workspaceRoot: string, file: string): Described<InitramfsDescription> {
  return describe<InitramfsDescription>(workspaceRoot, file, initramfsSchema, { octal: new Set(['mode']) });
}

export function loadModule(workspaceRoot: string, file: string): Described<ModuleDescription> {
  return describe<ModuleDescription>(workspaceRoot, file, moduleSchema);
}

function describe<T>(workspaceRoot: string, file: string, schema: Schema, options: YamlOptions = {}): Described<T> {
  const loaded = loadYaml<T>(join(workspaceRoot, file), schema, file, [], options);
  return { ...loaded, beside: (name) => join(dirname(file), name) };
}
