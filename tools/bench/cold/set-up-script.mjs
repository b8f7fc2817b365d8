// SPDX-License-Identifier: Apache-2.0
import { command } from '../plain.mjs';

const PLACE = '/root/plain';
const SCRIPT = '/root/plain.sh';
const WHEELS = '/root/wheels';

/**
 * The set-up and the proof as one would script them by hand, in the clone: packages, wheels, npm's packages, and the
 * steps of the build. Pure: text out of what the set-up installs.
 * @param order `install`: apt's commands; `requirements`: pip's; `zig`: the folder below .toolchain that Zig belongs in.
 */
export function setUpScript({ install, requirements, zig }) {
  const packages = install.map(([apt, verb, ...args]) => command([apt, '-qq', verb, ...args], { DEBIAN_FRONTEND: 'noninteractive' }));
  const pip = ['python3', '-m', 'pip', 'download', '--quiet', '--no-cache-dir', '--no-deps', '--only-binary=:all:', '--dest', WHEELS];
  return [
    'set -eu',
    ...packages,
    command([...pip, ...requirements]),
    `for wheel in ${WHEELS}/*.whl; do python3 -m zipfile -e "$wheel" ${WHEELS}/unpacked; done`,
    `mkdir -p .toolchain && mv ${WHEELS}/unpacked/ziglang .toolchain/${zig} && chmod +x .toolchain/${zig}/zig`,
    command(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error']),
    `${command(['node', 'tools/bench/cold/print-script.mjs', PLACE])} > ${SCRIPT}`,
    command(['sh', '-eu', SCRIPT]),
  ];
}
