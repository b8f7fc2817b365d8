// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the manifest in the root of a workspace. */
export const MANIFEST_FILE = 'workspace.json';

/** One tool of the manifest: which version, and where it comes from. */
export interface Pin {
  /** An exact version or a series, or several of them. */
  version: string | readonly string[];
  /** The program, where it is not the one the catalogue names. */
  command?: string;
  /** For what is no program: the file. Relative paths count from the workspace root. */
  file?: string;
  debian?: string;
  pypi?: { package: string; sha256: Readonly<Record<string, string>> };
}

/** The content of workspace.json. */
export interface Manifest {
  defaultBoard?: string;
  toolchain: Readonly<Record<string, Pin>>;
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
    return normalised(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return EMPTY;
  }
}

function normalised(value: unknown): Manifest {
  const { defaultBoard, toolchain } = (value ?? {}) as Record<string, unknown>;
  const pins = Object.entries((toolchain ?? {}) as Record<string, unknown>).filter(([, pin]) => isPin(pin));
  return {
    ...(typeof defaultBoard === 'string' ? { defaultBoard } : {}),
    toolchain: Object.fromEntries(pins) as Record<string, Pin>,
  };
}

function isPin(value: unknown): value is Pin {
  return typeof value === 'object' && value !== null && 'version' in value;
}

/** The versions a pin accepts. */
export function pinnedVersions(pin: Pin): readonly string[] {
  return typeof pin.version === 'string' ? [pin.version] : pin.version;
}

/** Whether a version is the pinned one or of the pinned series: 7.2 accepts 7.2.22, but neither 7.20 nor 7.2.0-rc1. */
export function satisfies(version: string, pin: Pin): boolean {
  return pinnedVersions(pin).some((pinned) => version === pinned || (version.startsWith(`${pinned}.`) && !version.includes('-')));
}
