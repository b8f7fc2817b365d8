// SPDX-License-Identifier: Apache-2.0
// What package managers say when something outside them is wrong, and what a reader can do about it.

/** `[pattern, summary, fix]`: the first that matches a line counts; the line itself is shown. */
const KNOWN = [
  [
    /Could not get lock|Unable to (?:acquire|lock) the|is another process using it|dpkg frontend lock/,
    "another process holds the package manager's lock",
    'wait until it has ended, then run the command again',
  ],
  [
    /No space left on device|ENOSPC|don't have enough free space|Disk quota exceeded|EDQUOT/,
    'the disk is full',
    'free some room, then run the command again',
  ],
  [
    /Temporary failure resolving|Could not (?:resolve|connect)|Connection (?:timed out|refused|failed)|Unable to connect|Failed to establish a new connection|Read timed out|Network is unreachable|[Nn]ame (?:or service not known|resolution)|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EIDLETIMEOUT|network timeout|ConnectTimeout|NewConnectionError|Connection broken/,
    'a package registry does not answer',
    "check this machine's network, and the proxy and registry that its package managers are told to use; then run the command again",
  ],
  [
    /certificate verify failed|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|unable to get (?:local )?issuer certificate/i,
    'a package registry shows a certificate that this machine does not trust',
    'install the certificate of your network (ca-certificates; NODE_EXTRA_CA_CERTS for npm), then run the command again',
  ],
];

/** The fault in the world that a program's output tells of: `{ summary, found, fix }`; undefined for any other. */
export function worldFault(output) {
  const lines = output.split('\n');
  for (const [pattern, summary, fix] of KNOWN) {
    const found = lines.find((line) => pattern.test(line));
    if (found !== undefined) return { summary, found: found.trim(), fix };
  }
  return undefined;
}
