// SPDX-License-Identifier: Apache-2.0
import { createProjectGraphAsync, getProjects, type Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';

/** What a name has to look like. */
export interface NameRule {
  pattern: string;
  maxLength: number;
}

/** What a tree cannot tell: projects that plugins infer. */
export async function namesInGraph(): Promise<string[]> {
  return Object.keys((await createProjectGraphAsync({ exitOnError: false })).nodes);
}

/** Refuses a name that is none for this `kind` of thing. */
export function refuseOtherName(kind: string, name: string, { pattern, maxLength }: NameRule): void {
  if (new RegExp(pattern).test(name) && name.length <= maxLength) return;
  throw new ForgeError(`a ${kind} needs a plain name`, {
    expected: `text that matches ${pattern}, of at most ${maxLength} characters`,
    found: name,
  });
}

/** Refuses to write over what is there. */
export function refuseExisting(tree: Tree, file: string): void {
  if (!tree.exists(file)) return;
  throw new ForgeError(`${file} is there already`, { fix: 'choose another name, or edit that file' });
}

/** Refuses the name of a project that is there, whoever made it: two of one name, and no Nx command works any more. */
export async function refuseTakenName(tree: Tree, name: string, projectNames: () => Promise<string[]>): Promise<void> {
  if (!getProjects(tree).has(name) && !(await projectNames()).includes(name)) return;
  throw new ForgeError(`there is a project ${name} already`, {
    expected: 'a name that no project of the workspace has',
    fix: 'choose another name',
  });
}
