// SPDX-License-Identifier: Apache-2.0
// An esbuild plugin: each JSON Schema that a bundle imports carries its validator as code, and the compiler of schemas
// stays out of the bundle.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';

const options = JSON.parse(readFileSync(new URL('../../libs/config/src/ajv-options.json', import.meta.url), 'utf8'));

/** A module whose export is the schema, with its validator where libs/config/src/validator.ts looks for it. */
function schemaModule(text) {
  const ajv = new Ajv2020({ ...options, code: { source: true } });
  const code = standaloneCode.default(ajv, ajv.compile(JSON.parse(text)));
  return `${code.replace('module.exports = ', 'const validate = ').replace(/module\.exports\.default = .*?;/, '')}
const schema = ${text};
Object.defineProperty(schema, Symbol.for('nexus-forge.validate'), { value: validate });
module.exports = schema;
`;
}

export const compiledSchemas = {
  name: 'compiled-schemas',
  setup(build) {
    build.onLoad({ filter: /\.schema\.json$/ }, ({ path }) => ({ contents: schemaModule(readFileSync(path, 'utf8')), loader: 'js' }));
    build.onLoad({ filter: /config\/src\/compile-schema\.ts$/ }, () => ({
      contents: "export function compileSchema() { throw new Error('a schema that is in no *.schema.json is not compiled into the bundles'); }",
      loader: 'js',
    }));
  },
};
