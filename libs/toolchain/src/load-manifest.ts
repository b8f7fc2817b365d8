// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml } from '@nexus-forge/config';
import schema from '../workspace.schema.json';
import { MANIFEST_FILE, type Manifest } from './manifest';

/**
 * The manifest, validated: a `ForgeError` names file, line and column of a fault. JSON is read as YAML, whose
 * subset it is, because that parser keeps places.
 */
export function loadManifest(workspaceRoot: string): Manifest {
  const path = join(workspaceRoot, MANIFEST_FILE);
  if (!existsSync(path)) return { toolchain: {} };
  return loadYaml<Manifest>(path, schema, MANIFEST_FILE).value;
}
