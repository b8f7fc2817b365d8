// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the manifest in the root of a workspace. */
export const MANIFEST_FILE = 'workspace.json';

/** A wheel of PyPI: its SHA-256 by host (`linux-x64`, `linux-x64-cp311`), or under `any` where it is the same everywhere. */
export interface Wheel {
  package: string;
  sha256: Readonly<Record<string, string>>;
}

/** A supported series of a tool, and what belongs to it. */
export interface Series {
  /** An exact version, or what the versions of a series begin with. */
  version: string;
  /** For what is no program: the file. Relative paths count from the workspace root. */
  file?: string;
  debian?: string;
  /** Code name of the Debian release that has the package, where not every supported one has it. */
  release?: string;
  /** The wheel that brings it, and those that lie beside it. */
  pypi?: Wheel & { requires?: readonly (Wheel & { version: string })[] };
}

/** One tool of the manifest: the series of it that are supported, in the order in which they are looked for. */
export interface Pin {
  /** The program, where it is not the one the catalogue names. */
  command?: string;
  /** At least one. */
  series: readonly Series[];
}

/** The content of workspace.json. */
export interface Manifest {
  defaultBoard?: string;
  toolchain: Readonly<Record<string, Pin>>;
}

/** A pin as it is written: what stands beside `series` goes for each of them; one series alone needs no list. */
export type WrittenPin = Partial<Series> & { command?: string; series?: readonly (Partial<Series> & { version: string })[] };

/** workspace.json as it is written. */
export interface WrittenManifest {
  $schema?: string;
  defaultBoard?: string;
  toolchain: Readonly<Record<string, WrittenPin>>;
}

/** What a workspace without a (readable) manifest has. */
const EMPTY: Manifest = { toolchain: {} };

/**
 * The manifest as the graph takes it: whatever can be read of it, never an error. The executors validate it
 * (`loadManifest`), so that a slip in it fails the tasks that need a pin and no other command.
 */
export function peekManifest(workspaceRoot: string): Manifest {
  const path = join(workspaceRoot, MANIFEST_FILE);
  if (!existsSync(path)) return EMPTY;
  try {
    const { defaultBoard, toolchain } = (JSON.parse(readFileSync(path, 'utf8')) ?? {}) as Record<string, unknown>;
    const pins = Object.entries((toolchain ?? {}) as Record<string, unknown>).filter(([, pin]) => isPin(pin));
    return manifestOf({
      ...(typeof defaultBoard === 'string' ? { defaultBoard } : {}),
      toolchain: Object.fromEntries(pins) as Record<string, WrittenPin>,
    });
  } catch {
    return EMPTY;
  }
}

function isPin(value: unknown): value is WrittenPin {
  if (typeof value !== 'object' || value === null) return false;
  const { version, series } = value as Record<string, unknown>;
  if (series === undefined) return typeof version === 'string';
  return Array.isArray(series) && series.length > 0 && series.every((one: unknown) => isPin(one) && 'version' in one);
}

/** The manifest with each pin in its one form. */
export function manifestOf({ defaultBoard, toolchain }: WrittenManifest): Manifest {
  const pins = Object.entries(toolchain).map(([name, pin]) => [name, pinOf(pin)]);
  return { ...(defaultBoard === undefined ? {} : { defaultBoard }), toolchain: Object.fromEntries(pins) as Record<string, Pin> };
}

/** A pin in its one form: each series with all that belongs to it. */
export function pinOf({ command, series, ...shared }: WrittenPin): Pin {
  const listed: readonly Partial<Series>[] = series ?? [{}];
  return { ...(command === undefined ? {} : { command }), series: listed.map((own) => ({ ...shared, ...own }) as Series) };
}

/** The versions or series that a pin accepts. */
export function pinnedVersions(pin: Pin): readonly string[] {
  return pin.series.map(({ version }) => version);
}

/** The series that a version belongs to: 7.2 takes in 7.2.22, but neither 7.20 nor 7.2.0-rc1. Undefined when it is of none. */
export function seriesOf(version: string, pin: Pin): Series | undefined {
  return pin.series.find(({ version: pinned }) => version === pinned || (version.startsWith(`${pinned}.`) && !version.includes('-')));
}

/** Whether a version is one that the pin accepts. */
export function satisfies(version: string, pin: Pin): boolean {
  return seriesOf(version, pin) !== undefined;
}
