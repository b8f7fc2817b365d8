// SPDX-License-Identifier: Apache-2.0
import { loadYaml, parseYaml, refuseFaults, type LoadedYaml } from '@nexus-forge/config';
import schema from '../ion-abi.schema.json';
import { nameFaults } from './check-names';
import { structureFaults } from './check-structures';
import { windowFaults } from './check-window';
import type { IonAbi } from './description';

/** Reads `ion-abi.yaml`; `file` is what errors name. Throws a `ForgeError` with file, line and column. */
export function loadIonAbi(path: string, file: string = path): IonAbi {
  return checked(loadYaml<IonAbi>(path, schema, file));
}

/** The same from text. */
export function parseIonAbi(text: string, file: string): IonAbi {
  return checked(parseYaml<IonAbi>(text, schema, file));
}

function checked(loaded: LoadedYaml<IonAbi>): IonAbi {
  refuseFaults([...nameFaults(loaded), ...structureFaults(loaded), ...windowFaults(loaded)]);
  return loaded.value;
}
