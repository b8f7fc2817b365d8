// SPDX-License-Identifier: Apache-2.0
import type { ValidateFunction } from 'ajv/dist/2020';
import { compileSchema } from './compile-schema';

/** A JSON Schema (draft 2020-12) as an object. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where a schema that was compiled when the plugin was bundled carries its validator. */
const COMPILED = Symbol.for('nexus-forge.validate');

const compiled = new WeakMap<Schema, ValidateFunction>();

/** The function that checks values against a schema: the one compiled into the bundle, else compiled now. */
export function validatorOf(schema: Schema): ValidateFunction {
  const carried = (schema as { [COMPILED]?: ValidateFunction })[COMPILED];
  if (carried) return carried;
  const known = compiled.get(schema) ?? compileSchema(schema);
  compiled.set(schema, known);
  return known;
}
