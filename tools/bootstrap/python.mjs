// SPDX-License-Identifier: Apache-2.0
// Debian's Python: what is pinned to a wheel runs with it, whichever Python is first on PATH.
import { join } from 'node:path';

export const PYTHON = '/usr/bin/python3';

/** Where the modules of Debian's packages are. */
export const MODULES = '/usr/lib/python3/dist-packages';

/** What dt-schema takes from Debian: package → its module. Everything else of it is pinned in workspace.json. */
export const DT_SCHEMA_PACKAGES = {
  'python3-libfdt': 'libfdt.py',
  'python3-rfc3987': 'rfc3987.py',
  'python3-ruamel.yaml': 'ruamel/yaml/__init__.py',
};

/** The package that brings pip, and its module. */
export const PIP = { package: 'python3-pip', module: 'pip/__init__.py' };

export function moduleFile(module) {
  return join(MODULES, module);
}
