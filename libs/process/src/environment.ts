// SPDX-License-Identifier: Apache-2.0

/** 2024-01-01T00:00:00Z: the date every artefact carries, so that the day of a build is not in its bytes. */
export const SOURCE_DATE_EPOCH = 1704067200;

/** What a tool may still see of the caller's environment: where tools are, where scratch files go. */
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH'] as const;

/** Fixed for every tool, whatever the machine says. */
const FIXED: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
  KBUILD_BUILD_TIMESTAMP: '2024-01-01 00:00:00 UTC',
  KBUILD_BUILD_USER: 'nexus-forge',
  KBUILD_BUILD_HOST: 'nexus-forge',
  KBUILD_BUILD_VERSION: '1',
};

/**
 * The environment a tool runs in: a few names kept, the reproducible-build variables fixed, `extra` on top.
 * Everything else of the caller's environment is left out, so that it cannot leak into an artefact.
 */
export function scrubbedEnvironment(
  extra: Readonly<Record<string, string>> = {},
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const kept = Object.fromEntries(KEPT.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
  return { ...kept, ...FIXED, ...extra };
}
