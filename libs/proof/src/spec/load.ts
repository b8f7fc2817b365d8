// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { loadYaml, parseYaml, type LoadedYaml } from '@nexus-forge/config';
import { ForgeError, formatPlace } from '@nexus-forge/process';
import schema from '../../proof.schema.json';
import type { ProofSpec } from './types';
import { faultsOf } from './validate';

const SUFFIX = '.proof.yaml';
const SHOWN_FAULTS = 20;

/** Reads and validates a `*.proof.yaml`. `file` is what errors name; `path` is what is opened. */
export function loadProof(path: string, file: string = path): ProofSpec {
  return validated(loadYaml<ProofSpec>(path, schema, file));
}

/** Parses and validates the text of a proof. */
export function parseProof(text: string, file: string): ProofSpec {
  return validated(parseYaml<ProofSpec>(text, schema, file));
}

function validated({ value, file, placeOf }: LoadedYaml<ProofSpec>): ProofSpec {
  const named = basename(file, SUFFIX);
  const faults = faultsOf(value);
  if (value.proof !== named) faults.unshift({ path: ['proof'], summary: `the proof is called ${value.proof} in a file called ${named}` });
  const [first, ...others] = faults;
  if (!first) return value;
  const list = others.slice(0, SHOWN_FAULTS).map(({ path, summary }) => `${formatPlace(placeOf(path))}: ${summary}`);
  throw new ForgeError(first.summary, {
    at: placeOf(first.path),
    expected: first.expected,
    fix: others.length > 0 ? `correct this, and ${others.length} more:` : undefined,
    output: list.join('\n'),
  });
}
