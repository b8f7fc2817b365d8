// SPDX-License-Identifier: Apache-2.0
// Lets Node 20 load TypeScript: esbuild turns each file into CommonJS as it is required.
const { readFileSync } = require('node:fs');
const { transformSync } = require('esbuild');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: filename,
    sourcemap: 'inline',
  });
  module._compile(code, filename);
};
require.extensions['.dtsi'] = (module, filename) => {
  module.exports = readFileSync(filename, 'utf8');
};
