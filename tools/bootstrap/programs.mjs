// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders that hold programs whatever PATH says: root's are not on everyone's. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Whether a program of that name is in the folders of a search path, or in the system's; by looking at files only. */
export function onPath(name, path = process.env.PATH ?? '') {
  return [...path.split(delimiter), ...SYSTEM_FOLDERS].some((folder) => folder !== '' && isProgram(join(folder, name)));
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
