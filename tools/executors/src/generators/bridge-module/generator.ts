// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { parseIonAbi, type RingDescription } from '@nexus-forge/ion-abi';
import { ForgeError } from '@nexus-forge/process';
import { sharedKeys } from '../cell/shared-keys';
import { fileIn, folderOf, foldersOf } from '../folders';
import { namesInGraph, refuseExisting, refuseOtherName, refuseTakenName } from '../new-name';
import { filesOf } from '../roots-in';
import { schemaPath } from '../schema-path';
import { moduleTexts } from './module-texts';
import { placesOf, placeText } from './places';

export interface BridgeModuleGeneratorOptions {
  name: string;
  receive: string;
  transmit: string;
  directory?: string;
}

const NAME = { pattern: '^[a-z][a-z0-9]*$', maxLength: 24 };
const WINDOW_HEADER = 'nexus_ion/window.h';

/**
 * Adds a bridge module. The places outside of its folder are code that somebody has to read: what belongs there is
 * printed, not written.
 */
export default async function bridgeModuleGenerator(
  tree: Tree,
  options: BridgeModuleGeneratorOptions,
  projectNames = namesInGraph,
): Promise<() => void> {
  const { name, receive, transmit, directory = folderOfBus(tree) } = options;
  refuseOtherName('service', name, NAME);
  const modules = folderOf(tree, 'module', directory);
  const services = servicesIn(tree, posix.join(modules, WINDOW_HEADER));
  await refuseOtherRings(tree, receive, transmit);
  const folder = posix.dirname(fileIn(tree, 'module', directory, `nexus_${name}`, 'Kbuild'));
  const bridge = {
    ...{ name, receive, transmit },
    schema: schemaPath(tree, 'module', posix.join(folder, 'module.yaml')),
    kernel: sharedKeys(tree).kernel,
  };
  const texts = moduleTexts(bridge);
  for (const file of Object.keys(texts)) refuseExisting(tree, posix.join(folder, file));
  await refuseTakenName(tree, `nexus_${name}`, projectNames);
  for (const [file, text] of Object.entries(texts)) tree.write(posix.join(folder, file), text);
  return () => {
    console.log(`Next: npx nx run nexus_${name}:test\n\nThese have to know it:\n`);
    for (const place of placesOf(bridge, modules, services)) console.log(`${placeText(place)}\n`);
  };
}

/** The folder of modules that nexus_ion is in: a bridge lies beside it. */
function folderOfBus(tree: Tree): string | undefined {
  return foldersOf(tree, 'module').find((one) => tree.exists(posix.join(one, WINDOW_HEADER)));
}

/** How many services nexus_ion has. */
function servicesIn(tree: Tree, header: string): number {
  const found = /^#define NEXUS_SERVICES ([0-9]+)$/m.exec(tree.read(header, 'utf-8') ?? '');
  if (found !== null) return Number(found[1]);
  throw new ForgeError('a bridge is a driver on the bus of nexus_ion', {
    expected: `${header}, with NEXUS_SERVICES`,
    found: tree.exists(header) ? 'no such line in it' : 'no such file',
    fix: 'give --directory the folder that nexus_ion is in',
  });
}

type Direction = RingDescription['direction'];

async function refuseOtherRings(tree: Tree, receive: string, transmit: string): Promise<void> {
  const [file] = await filesOf(tree, 'bindings');
  const rings = file === undefined ? [] : parseIonAbi(tree.read(file, 'utf-8') ?? '', file).rings;
  const wanted: [string, Direction][] = [
    [receive, 'host_to_guest'],
    [transmit, 'guest_to_host'],
  ];
  for (const [name, direction] of wanted) {
    if (rings.some((ring) => ring.name === name && ring.direction === direction)) continue;
    throw new ForgeError(`there is no ring ${name} of direction ${direction}`, {
      ...(file === undefined ? {} : { at: { file } }),
      expected:
        rings
          .filter((ring) => ring.direction === direction)
          .map((ring) => ring.name)
          .join(', ') || 'rings in ion-abi.yaml',
      found: name,
      fix: 'name one of them, or add a ring to ion-abi.yaml',
    });
  }
}
