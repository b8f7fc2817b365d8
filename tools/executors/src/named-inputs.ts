// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import type { InputEntry } from './changed-inputs';

/** What is known of a workspace's named inputs and projects. */
export type NamedInputsContext = Partial<Pick<ExecutorContext, 'projectName' | 'projectsConfigurations' | 'projectGraph' | 'nxJsonConfiguration'>>;

/** What Nx takes `default` for where nobody says otherwise. */
const DEFAULT: readonly InputEntry[] = ['{projectRoot}/**/*'];

/**
 * A target's inputs with its named ones (`default`, `^production`) as what they stand for: people may give a target
 * inputs of their own. Filesets of other projects come with those projects' roots.
 */
export function expandNamedInputs(context: NamedInputsContext, inputs: readonly InputEntry[], project = context.projectName ?? ''): InputEntry[] {
  return inputs.flatMap((input) => {
    const named = nameOf(input);
    if (named === undefined) return [input];
    const projects = named.ofDependencies ? dependenciesOf(context, project) : (named.projects ?? [project]);
    return projects.flatMap((name) => filesOf(context, named.name, name, name !== project));
  });
}

interface NamedInput {
  name: string;
  ofDependencies: boolean;
  projects?: readonly string[];
}

function nameOf(input: InputEntry): NamedInput | undefined {
  if (typeof input === 'string') {
    if (/^!?\{/.test(input)) return undefined;
    return { name: input.replace(/^\^/, ''), ofDependencies: input.startsWith('^') };
  }
  const { input: name, dependencies, projects } = input as { input?: string; dependencies?: boolean; projects?: string | string[] };
  if (name === undefined) return undefined;
  return { name, ofDependencies: dependencies === true, projects: projects === undefined || projects === 'self' ? undefined : [projects].flat() };
}

function filesOf(context: NamedInputsContext, name: string, project: string, elsewhere: boolean): InputEntry[] {
  const { root, namedInputs } = context.projectsConfigurations?.projects[project] ?? { root: undefined };
  if (root === undefined) return [];
  const known = { ...context.nxJsonConfiguration?.namedInputs, ...namedInputs } as Record<string, readonly InputEntry[]>;
  const found = expandNamedInputs(context, known[name] ?? (name === 'default' ? DEFAULT : []), project);
  return elsewhere ? found.map((input) => (typeof input === 'string' ? input.replace('{projectRoot}/', `{workspaceRoot}/${root}/`) : input)) : found;
}

/** All that a project depends on, near and far. */
function dependenciesOf({ projectGraph }: NamedInputsContext, project: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const { target } of projectGraph?.dependencies[name] ?? []) {
      if (found.has(target) || target === project) continue;
      found.add(target);
      visit(target);
    }
  };
  visit(project);
  return [...found];
}
