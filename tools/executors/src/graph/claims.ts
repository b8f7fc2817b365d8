// SPDX-License-Identifier: Apache-2.0
import type { Contribution } from './generate-targets';
import type { Target } from './targets/definition';
import { faultTarget } from './targets/fault';

/**
 * Nx merges what several files say of one target, and the later silently wins. Where two claim one, neither has it: in
 * its place stands a fault that names them.
 */
export function refuseDoubleClaims(contributions: readonly Contribution[]): Contribution[] {
  const claims = new Map<string, string[]>();
  const names = new Map<string, string>();
  for (const [file, projects] of contributions) {
    for (const [root, { name, targets = {} }] of Object.entries(projects)) {
      if (name !== undefined) names.set(root, name);
      for (const target of Object.keys(targets)) claims.set(`${root}:${target}`, [...(claims.get(`${root}:${target}`) ?? []), file]);
    }
  }
  return contributions.map(([file, projects]): Contribution => [
    file,
    Object.fromEntries(
      Object.entries(projects).map(([root, project]) => {
        const targets = Object.entries(project.targets ?? {}).map(([target, configuration]) => {
          const files = claims.get(`${root}:${target}`)!;
          return [target, files.length > 1 ? doubleClaim(`${names.get(root) ?? root}:${target}`, files) : configuration];
        });
        return [root, { ...project, targets: Object.fromEntries(targets) }];
      }),
    ),
  ]);
}

function doubleClaim(target: string, files: readonly string[]): Target {
  // A proof chooses the name of its target, the others have theirs from the plugin.
  const chosen = files.find((file) => file.endsWith('.proof.yaml')) ?? files[0]!;
  const others = [...new Set(files)].filter((file) => file !== chosen);
  const claimants = [chosen, ...(others.length > 0 ? others : ['this plugin'])].join(' and by ');
  return faultTarget({
    file: chosen,
    key: 'target',
    summary: `the target ${target} is claimed by ${claimants}`,
    expected: 'another name for one of them',
    description: `Cannot run: claimed by ${claimants}`,
  });
}
