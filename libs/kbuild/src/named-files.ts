// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import type { RequestedOption } from './fragment';

/**
 * Options whose text names files that the kernel's build reads, and the values by which it reads none. None of the files
 * is an input of a target, and kbuild's lists do not tell of them: what they name is read by programs of its own.
 */
const NAMES_FILES: ReadonlyMap<string, readonly string[]> = new Map([
  ['CONFIG_ACPI_CUSTOM_DSDT_FILE', []],
  ['CONFIG_BOOT_CONFIG_EMBED_FILE', []],
  ['CONFIG_CFG80211_EXTRA_REGDB_KEYDIR', []],
  ['CONFIG_EXTRA_FIRMWARE', []],
  ['CONFIG_INITRAMFS_SOURCE', []],
  // The key that the build makes itself.
  ['CONFIG_MODULE_SIG_KEY', ['certs/signing_key.pem']],
  ['CONFIG_SYSTEM_BLACKLIST_HASH_LIST', []],
  ['CONFIG_SYSTEM_REVOCATION_KEYS', []],
  ['CONFIG_SYSTEM_TRUSTED_KEYS', []],
  ['CONFIG_UNUSED_KSYMS_WHITELIST', []],
]);

/** What an option can be replaced by, where there is something. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['CONFIG_EXTRA_FIRMWARE', 'put the firmware into the initramfs (files of an initramfs.yaml) and remove the option'],
  ['CONFIG_INITRAMFS_SOURCE', 'name the files in an initramfs.yaml, which makes the initramfs, and remove the option'],
]);

/** The options of a final configuration by which the build reads files beside the kernel's source. */
export function optionsThatNameFiles(final: ReadonlyMap<string, string>, workspaceRoot: string): string[] {
  const isRead = (symbol: string, text: string) => {
    const unread = NAMES_FILES.get(symbol);
    return unread ? text !== '' && !unread.includes(text) : isPathIn(workspaceRoot, text);
  };
  return [...final].filter(([symbol, value]) => isRead(symbol, textOf(value))).map(([symbol]) => symbol);
}

/** Refuses a configuration by which the build reads files that are no inputs; `file` is the kernel's description. */
export function refuseNamedFiles(
  final: ReadonlyMap<string, string>,
  requested: readonly RequestedOption[],
  { workspaceRoot, file }: { workspaceRoot: string; file: string },
): void {
  const [symbol] = optionsThatNameFiles(final, workspaceRoot);
  if (symbol === undefined) return;
  throw new ForgeError(`${symbol} names files that the kernel's build reads: a later edit of them would not be seen`, {
    at: requested.find((option) => option.symbol === symbol)?.at ?? { file },
    expected: [...(NAMES_FILES.get(symbol) ?? []), 'no text'].join(' or '),
    found: final.get(symbol)!,
    fix: INSTEAD.get(symbol) ?? 'remove the option',
  });
}

/** The text of a value; of what is no text, none. */
function textOf(value: string): string {
  return (/^"(.*)"$/.exec(value)?.[1] ?? '').replace(/\\(.)/g, '$1').trim();
}

function isPathIn(folder: string, text: string): boolean {
  return text.split(/[\s,:;=]+/).some((word) => word === folder || word.startsWith(`${folder}/`));
}
