// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { kindOf, siblingCommand, unpackedFolder } from './catalogue';
import { pinnedVersions, type Pin } from './manifest';

/** The place of a program found in the folders of PATH by looking at files only, or undefined. */
export function findOnPath(command: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (isAbsolute(folder) && isProgram(join(folder, command))) return join(folder, command);
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where a pinned tool is: the copy that bootstrap unpacked, else PATH; for a file pin, the file. */
export function locateTool(workspaceRoot: string, name: string, pin: Pin | undefined, path?: string): string | undefined {
  if (pin?.file !== undefined) return existingFile(isAbsolute(pin.file) ? pin.file : join(workspaceRoot, pin.file));
  const { command } = kindOf(name, pin);
  for (const version of pin ? pinnedVersions(pin) : []) {
    const unpacked = join(workspaceRoot, unpackedFolder(name, version), command);
    if (isProgram(unpacked)) return unpacked;
  }
  return findOnPath(command, path);
}

function existingFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** All files whose content identifies a tool: the program and its siblings beside it. */
export function identifyingFiles(program: string, name: string, pin: Pin | undefined): string[] {
  const { command, siblings = [] } = kindOf(name, pin);
  const folder = program.slice(0, program.length - command.length);
  const beside = pin?.file === undefined ? siblings.map((sibling) => folder + siblingCommand(command, sibling)) : [];
  return [program, ...beside.filter(isProgram)];
}
