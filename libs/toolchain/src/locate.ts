// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { kindOf, siblingCommand, unpackedFolder } from './catalogue';
import { pinnedVersions, type Pin, type Series } from './manifest';
import { packageFiles } from './python-package';

/** The place of a program found in the folders of PATH by looking at files only, or undefined. */
export function findOnPath(command: string, path: string = process.env['PATH'] ?? '', accept: (program: string) => boolean = () => true): string | undefined {
  const programs = path.split(delimiter).filter(isAbsolute).map((folder) => join(folder, command));
  return programs.find((program) => isProgram(program) && accept(program));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether a pin stands for a file (a source tarball) instead of a program: then each of its series does. */
export function isFilePin(pin: Pin | undefined): boolean {
  return pin?.series.some(({ file }) => file !== undefined) ?? false;
}

/** The path of a series' file. */
function filePath(workspaceRoot: string, { file = '' }: Series): string {
  return isAbsolute(file) ? file : join(workspaceRoot, file);
}

/** Which series of a file pin this machine has: the first, in the order of the pin, whose file is there. */
export function presentSeries(workspaceRoot: string, pin: Pin | undefined): Series | undefined {
  return pin?.series.find((series) => series.file !== undefined && isFile(filePath(workspaceRoot, series)));
}

/**
 * Where a pinned tool is: the copy that bootstrap unpacked, else PATH; for a file pin, the file of the series that this
 * machine has. A Python program on PATH counts where its package is found, since the program alone tells nothing.
 */
export function locateTool(workspaceRoot: string, name: string, pin: Pin | undefined, path?: string): string | undefined {
  if (isFilePin(pin)) {
    const series = presentSeries(workspaceRoot, pin);
    return series && filePath(workspaceRoot, series);
  }
  const { command, pythonPackage } = kindOf(name, pin);
  const isIdentified = (program: string) => pythonPackage === undefined || packageFiles(program, pythonPackage).length > 0;
  for (const version of pin ? pinnedVersions(pin) : []) {
    const unpacked = join(workspaceRoot, unpackedFolder(name, version), command);
    if (isProgram(unpacked) && isIdentified(unpacked)) return unpacked;
  }
  return findOnPath(command, path, isIdentified);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** All files whose content identifies a tool: the program, its siblings beside it, and its Python package. */
export function identifyingFiles(program: string, name: string, pin: Pin | undefined): string[] {
  if (isFilePin(pin)) return [program];
  const { command, siblings = [], pythonPackage } = kindOf(name, pin);
  const folder = program.slice(0, program.length - command.length);
  const beside = siblings.map((sibling) => folder + siblingCommand(command, sibling));
  const packaged = pythonPackage === undefined ? [] : packageFiles(program, pythonPackage);
  return [...new Set([program, ...beside.filter(isProgram), ...packaged])];
}
