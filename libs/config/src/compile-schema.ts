// SPDX-License-Identifier: Apache-2.0
// Not in the plugin's bundles, where schemas are compiled already (tools/executors/compiled-schemas.mjs): a tenth of a
// second for each task otherwise.
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import options from './ajv-options.json';
import type { Schema } from './validator';

const ajv = new Ajv2020(options);

export function compileSchema(schema: Schema): ValidateFunction {
  return ajv.compile(schema);
}
