// SPDX-License-Identifier: Apache-2.0
import type { ProjectConfiguration } from '@nx/devkit';
import type { Fault } from '@nexus-forge/config';
import type { LoadedCell } from '@nexus-forge/devicetree';
import { parseReference } from '../../graph/read/reference';

type Projects = Readonly<Record<string, Pick<ProjectConfiguration, 'targets'>>>;

/**
 * What a cell takes from targets that do not exist. A file that such a target has left behind is no member: nothing
 * would make it again.
 */
export function unknownProducers({ value, placeOf }: LoadedCell, projects: Projects): Fault[] {
  return (['image', 'initramfs'] as const).flatMap((key) => {
    const reference = parseReference(value[key]);
    if (reference === undefined) return [];
    const { project, target } = reference;
    const targets = projects[project]?.targets;
    if (targets?.[target] !== undefined) return [];
    const at = placeOf([key]);
    if (projects[project] === undefined) {
      return [{ at, summary: `${key} names the project ${project}, which does not exist`, expected: oneOf(projects) }];
    }
    return [{ at, summary: `${key} names the target ${target}, which ${project} does not have`, expected: oneOf(targets) }];
  });
}

function oneOf(known: object = {}): string {
  return `one of ${Object.keys(known).sort().join(', ')}`;
}
