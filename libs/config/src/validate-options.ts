// SPDX-License-Identifier: Apache-2.0
import Ajv from 'ajv';
import { ForgeError } from '@nexus-forge/process';
import type { Schema } from './load-yaml';

const ajv = new Ajv({ allErrors: true, strict: false });

/** Checks a value against a schema and throws a `ForgeError` that lists every fault; `what` names the value. */
export function validateValue(what: string, value: unknown, schema: Schema): void {
  const validate = ajv.compile(schema);
  if (validate(value)) return;
  const faults = (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  throw new ForgeError(`${what} is not valid`, { found: faults.join('; ') });
}
