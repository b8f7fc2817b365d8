// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { ForgeError, runTool, type Place } from '@nexus-forge/process';
import { CATALOGUE, kindOf, siblingCommand, type ToolKind } from './catalogue';
import { howToInstall } from './how-to-install';
import { HOST, identityOf, identityVariable } from './identity';
import { loadManifest } from './load-manifest';
import { isFilePin, locateTool, presentSeries } from './locate';
import { MANIFEST_FILE, pinnedVersions, seriesOf, type Manifest, type Pin } from './manifest';
import { parseToolReference, pinFor, type ToolReference } from './reference';
import { ToolState } from './state';

/** A pinned tool that was found and whose version is one that the pin accepts. */
export interface Tool {
  /** Name of its pin; with the series, where one was asked for. */
  name: string;
  /** Absolute path of the program (of the file, for a file pin). */
  path: string;
  /** What the tool says of itself; undefined for a file, and for a tool of the machine that no pin names. */
  version?: string;
  /** Which of the pin's series this machine has; undefined without a pin. */
  series?: string;
  /** SHA-256 over the content that identifies it. */
  sha256: string;
  /** The program of the same package beside it: `sibling('nm')` of `…-readelf` is `…-nm`. */
  sibling(command: string): string;
}

const VERSION_TIMEOUT_MS = 20_000;

/**
 * Finds the tool that a pin of workspace.json names (`qemu`, or one series of it: `linux-source@6.12`), or one that this
 * plugin knows without a pin, and checks it: `ForgeError` when it is missing (names the package), of another version
 * than the pin, or not the one whose identity Nx has hashed.
 */
export async function requireTool(workspaceRoot: string, reference: string): Promise<Tool> {
  const manifest = loadManifest(workspaceRoot);
  const asked = parseToolReference(reference);
  const { name } = asked;
  if (manifest.toolchain[name] === undefined && CATALOGUE[name] === undefined) throw unknownTool(name);
  refuseUnknownSeries(manifest, asked);
  const pin = pinFor(manifest, asked);
  const kind = kindOf(name, pin);
  const path = locateTool(workspaceRoot, name, pin);
  if (path === undefined) throw missingTool(workspaceRoot, name, pin);

  const state = new ToolState(workspaceRoot);
  const identity = identityOf(path, name, pin, state);
  refuseOtherIdentity(reference, path, identity);
  const sha256 = identity.slice(HOST.length + 1);
  const version = isFilePin(pin) ? undefined : await reportedVersion(path, kind.versionArgs, sha256, state);
  state.save();
  const series = pin && (version === undefined ? presentSeries(workspaceRoot, pin) : seriesOf(version, pin))?.version;
  if (pin && version !== undefined && series === undefined) throw otherVersion(workspaceRoot, { name, pin, path, version });
  return { name: reference, path, version, series, sha256, sibling: (command) => join(dirname(path), siblingCommand(kind.command, command)) };
}

/** A `ForgeError` when a series is named that the pin does not have; `at` is where it is named. */
export function refuseUnknownSeries({ toolchain }: Manifest, { name, series }: ToolReference, at?: Place): void {
  const pin = toolchain[name];
  if (series === undefined || (pin && pinnedVersions(pin).includes(series))) return;
  throw new ForgeError(`${name} has no series ${series}`, {
    at,
    expected: pin ? `one of ${pinnedVersions(pin).join(', ')} (toolchain.${name} in ${MANIFEST_FILE})` : `toolchain.${name} in ${MANIFEST_FILE}`,
    found: series,
    fix: `name one of these, or add the series to the pin ${name}`,
  });
}

/** The version a program prints; asked once for each content of its files. Undefined where nobody asks for it. */
async function reportedVersion(path: string, args: ToolKind['versionArgs'], sha256: string, state: ToolState): Promise<string | undefined> {
  if (args === undefined) return undefined;
  const known = state.versionOf(sha256);
  if (known !== undefined) return known;
  const { stdout } = await runTool({ command: path, args, timeoutMs: VERSION_TIMEOUT_MS });
  const version = parseVersion(stdout);
  if (version === undefined) {
    throw new ForgeError(`${path} does not say its version`, {
      expected: `a version in the output of ${[path, ...args].join(' ')}`,
      found: stdout.split('\n', 1)[0] ?? '',
    });
  }
  state.rememberVersion(sha256, version);
  return version;
}

/**
 * The first dotted number of what a tool prints about itself: `QEMU emulator version 7.2.22 (Debian …)`. What marks a
 * version from before its release (`0.17.1-dev.55+abc`) belongs to it: it is another.
 */
export function parseVersion(output: string): string | undefined {
  return /\d+(?:\.\d+)+(?:-(?:alpha|beta|dev|pre|rc)[\w.+-]*)?/.exec(output)?.[0];
}

/** Nothing would hash it: `identifyTools` goes by the pins and the catalogue. */
function unknownTool(name: string): ForgeError {
  return new ForgeError(`${name} has no pin, and this plugin knows no tool of that name`, {
    expected: `toolchain.${name} in ${MANIFEST_FILE}`,
    found: 'no such pin',
    fix: 'add it with its version and, for what is no program (a source tarball), its file',
  });
}

function missingTool(workspaceRoot: string, name: string, pin: Pin | undefined): ForgeError {
  const { command, pythonPackage } = kindOf(name, pin);
  const files = (pin?.series ?? []).flatMap(({ file }) => file ?? []);
  const what = files.length > 0 ? files.join(' or ') : command;
  const where = `no ${command}${pythonPackage === undefined ? '' : ` with its package ${pythonPackage}`} in .toolchain or on PATH`;
  return new ForgeError(`the tool ${what} is missing`, {
    expected: pin ? `${name} ${pinnedVersions(pin).join(' or ')}, as workspace.json pins it` : `${what} on PATH`,
    found: files.length > 0 ? 'no such file' : where,
    fix: howToInstall(workspaceRoot, name, pin),
  });
}

function otherVersion(workspaceRoot: string, found: { name: string; pin: Pin; path: string; version: string }): ForgeError {
  const { name, pin, path, version } = found;
  return new ForgeError(`${kindOf(name, pin).command} is of another version than its pin`, {
    expected: `${name} ${pinnedVersions(pin).join(' or ')} (workspace.json)`,
    found: `${version} in ${path}`,
    fix: `${howToInstall(workspaceRoot, name, pin)}; or change the pin ${name} in workspace.json`,
  });
}

/**
 * Nx has looked a result up (and will store one) under the identity found before the run. A tool that was
 * exchanged since, or a daemon started with another PATH, would store it under a wrong key.
 */
function refuseOtherIdentity(name: string, path: string, identity: string): void {
  const hashed = process.env[identityVariable(name)];
  if (hashed === undefined || hashed === identity) return;
  throw new ForgeError(`${path} is not the ${name} that Nx has taken into account`, {
    expected: hashed,
    found: identity,
    fix: 'run it again; with a running Nx daemon that was started with another PATH: npx nx daemon --stop first',
  });
}
