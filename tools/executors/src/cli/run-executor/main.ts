// SPDX-License-Identifier: Apache-2.0
// Runs one executor outside Nx: `run-executor.js <order.json>`, the order being { bundle, context, options }. The
// audit and the reproducibility check use it to run a stage in another place, or under a trace, exactly as Nx would.
import { readFileSync } from 'node:fs';

interface Order {
  /** The executor's bundle, an absolute path. */
  bundle: string;
  context: { root: string; projectName: string; targetName: string };
  options: unknown;
}

type Executor = (options: unknown, context: unknown) => Promise<{ success: boolean }>;

async function main([file]: string[]): Promise<number> {
  if (file === undefined) {
    console.error('usage: run-executor <order.json>');
    return 2;
  }
  const { bundle, context, options } = JSON.parse(readFileSync(file, 'utf8')) as Order;
  const loaded = require(bundle) as { default: Executor };
  const { success } = await loaded.default(options, context);
  return success ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
