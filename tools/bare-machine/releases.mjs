// SPDX-License-Identifier: Apache-2.0

/**
 * The supported Debian releases: what a user who has "git, Node and npm" has there. `node` and `npm` are versions on the
 * npm registry (the newest of a series), or undefined where Debian's own packages are new enough.
 */
export const RELEASES = {
  bookworm: { title: 'Debian 12', node: '20', npm: '10' },
  trixie: { title: 'Debian 13', node: undefined, npm: undefined },
};

/** What npm of a Node series comes with, where only the series of Node is named. */
export const NPM_OF_NODE = { 20: '10', 22: '10', 24: '11' };

/** Packages beside debootstrap's `minbase`: what the README asks a reader to have, and what makes HTTPS work. */
export function packagesOf({ node, npm }) {
  return ['git', 'ca-certificates', ...(node === undefined ? ['nodejs'] : []), ...(npm === undefined ? ['npm'] : [])];
}
