// SPDX-License-Identifier: Apache-2.0
// Runs one uvu test file in this process and sends its figures to the parent. uvu's own runner ends with status 0
// when a file forgets `.run()`, so the suites are taken from its queue and counted here.
require('./typescript-hook.cjs');
const { resolve } = require('node:path');

globalThis.UVU_DEFER = 1;
globalThis.UVU_QUEUE = [[null]];
globalThis.UVU_INDEX = 0;

async function main(file) {
  require(resolve(file));
  const figures = { passed: 0, failed: 0, skipped: 0, errors: '' };
  for (const suite of globalThis.UVU_QUEUE[0].slice(1)) {
    const [errors, passed, skipped, total] = await suite();
    figures.passed += passed;
    figures.failed += total - passed;
    figures.skipped += skipped;
    if (errors !== true) figures.errors += errors;
  }
  return figures;
}

main(process.argv[2]).then(
  (figures) => process.send(figures, () => process.exit(0)),
  (error) => process.send({ passed: 0, failed: 1, skipped: 0, errors: error.stack ?? String(error) }, () => process.exit(0)),
);
