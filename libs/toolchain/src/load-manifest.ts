// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml, refuseFaults, type Fault, type LoadedYaml } from '@nexus-forge/config';
import schema from '../workspace.schema.json';
import { MANIFEST_FILE, manifestOf, pinOf, type Manifest, type WrittenManifest } from './manifest';

/**
 * The manifest, validated: a `ForgeError` names file, line and column of a fault. JSON is read as YAML, whose
 * subset it is, because that parser keeps places.
 */
export function loadManifest(workspaceRoot: string): Manifest {
  const path = join(workspaceRoot, MANIFEST_FILE);
  if (!existsSync(path)) return { toolchain: {} };
  const loaded = loadYaml<WrittenManifest>(path, schema, MANIFEST_FILE);
  refuseFaults(Object.keys(loaded.value.toolchain).flatMap((name) => pinFaults(loaded, name)));
  return manifestOf(loaded.value);
}

/** What a schema cannot say of the series of one pin. */
function pinFaults({ value, placeOf }: LoadedYaml<WrittenManifest>, name: string): Fault[] {
  const written = value.toolchain[name] ?? {};
  if ((written.version === undefined) === (written.series === undefined)) {
    const found = written.version === undefined ? 'neither' : 'both';
    return [{ at: placeOf(['toolchain', name]), summary: `the pin ${name} does not say which version`, expected: 'version, or series for several', found }];
  }
  const { series } = pinOf(written);
  const at = (index: number) => placeOf(['toolchain', name, ...(written.series ? ['series', index] : [])]);
  return series.flatMap(({ version, file }, index): Fault[] => {
    const first = series.findIndex((other) => other.version === version);
    return [
      ...(first < index ? [{ at: at(index), summary: `the series ${version} of ${name} stands twice` }] : []),
      ...((file === undefined) === (series[0]?.file === undefined)
        ? []
        : [{ at: at(index), summary: `the series ${version} of ${name} is of another kind than the first`, expected: 'a file for each series, or for none' }]),
    ];
  });
}
