// SPDX-License-Identifier: Apache-2.0
import type { TargetConfiguration } from '@nx/devkit';
import { identityVariable, MANIFEST_FILE, parseToolReference, toolchainNodeName } from '@nexus-forge/toolchain';
import type { ArtefactReference, Looked, WorkspaceFacts } from '../facts';
import type { ResolvedOptions } from '../options';

export type Target = TargetConfiguration<Record<string, unknown>>;
export type Input = NonNullable<Target['inputs']>[number];

/** What generating targets needs beside the facts. */
export interface Generation {
  options: ResolvedOptions;
  facts: WorkspaceFacts;
  /** The inputs that stand for an executor's own code. */
  recipe(executor: string): Input[];
  /** Whether workspace.json is there to be named as an input. */
  hasManifest: boolean;
}

/** A cached target, before Nx's form of it. */
export interface TargetPlan {
  project: string;
  name: string;
  executor: string;
  description: string;
  technologies: string[];
  /** Executor options beside `outputDirectory`. */
  options: Record<string, unknown>;
  /** Pins whose tools it runs, or series of them. */
  tools?: readonly string[];
  /** Filesets it reads, in Nx's notation. */
  files?: readonly string[];
  /** Outputs of other targets it reads; each is an input by content and an edge of the task graph. */
  artefacts?: readonly ArtefactReference[];
  /** Options that are worth an example on the command line. */
  example?: Record<string, unknown>;
}

export const PLUGIN = '@nexus-forge/nx';

/** An executor of this plugin as a target names it. */
export function executorName(executor: string): string {
  return `${PLUGIN}:${executor}`;
}

/** The folder a target writes to, workspace-relative. */
export function outputDirectory({ outputRoot }: ResolvedOptions, project: string, target: string): string {
  return `${outputRoot}/${project}/${target}`;
}

/** The path of another target's output, workspace-relative. */
export function artefactPath(options: ResolvedOptions, { project, target, file }: ArtefactReference): string {
  return `${outputDirectory(options, project, target)}/${file}`;
}

export function workspaceFile(path: string): string {
  return `{workspaceRoot}/${path}`;
}

const DOCUMENT = /\.md$/;

/**
 * The inputs for all of a project's own folder but its documentation. What is `{projectRoot}` here is no input; an entry
 * that begins with `{workspaceRoot}` takes such a file in again.
 */
export const OWN_FOLDER: readonly string[] = ['{projectRoot}/**/*', '!{projectRoot}/**/*.md'];

/** The input for all of another folder: what is taken out there, nothing could take in again. */
export function everythingIn(folder: string): string {
  return workspaceFile(`${folder}/**/*`);
}

/** The input for a file that is looked for in several places: all of them, since one that appears is taken first. */
export function lookedFor(places: Looked): string {
  return workspaceFile(places.length === 1 ? places[0]! : `{${places.join(',')}}`);
}

/** The inputs for files by path that a folder `root`, which is one already, does not bring. */
export function filesBeside(root: string, paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => !path.startsWith(`${root}/`) || DOCUMENT.test(path)).map(workspaceFile);
}

/** Turns a plan into the target Nx takes. */
export function defineTarget(generation: Generation, plan: TargetPlan): Target {
  const directory = outputDirectory(generation.options, plan.project, plan.name);
  return {
    executor: executorName(plan.executor),
    cache: true,
    options: { ...plan.options, outputDirectory: directory },
    inputs: [
      ...(plan.files ?? []),
      ...artefactInputs(generation, plan.artefacts ?? []),
      ...generation.recipe(plan.executor),
      ...toolInputs(generation, plan.tools ?? []),
    ],
    outputs: [workspaceFile(directory)],
    dependsOn: producers(plan.artefacts ?? []),
    metadata: {
      description: plan.description,
      technologies: plan.technologies,
      help: {
        command: `npx nx show target ${plan.project}:${plan.name}`,
        example: { options: plan.example ?? {} },
      },
    },
  };
}

/**
 * A target that only stands for others. Its inputs are what they make: with Nx's default inputs it would count as
 * affected by every file of its project and of all it depends on.
 */
export function collectiveTarget(
  options: ResolvedOptions,
  members: readonly { project: string; target: string }[],
  metadata: { description: string; technologies: string[] },
): Target {
  return {
    executor: 'nx:noop',
    // It makes nothing, but is looked up together with others that way, where Nx would start it by itself.
    cache: true,
    inputs: [
      ...members.map(({ project, target }) => ({ dependentTasksOutputFiles: `${outputDirectory(options, project, target)}/*` })),
      { externalDependencies: [] },
    ],
    dependsOn: members.map(({ project, target }) => ({ projects: [project], target })),
    metadata,
  };
}

/**
 * The producers of artefacts, each once. As `project:target` Nx passes over one that does not exist, where it would
 * warn of a pattern otherwise; the stage refuses it (run-stage.ts).
 */
function producers(artefacts: readonly ArtefactReference[]): NonNullable<Target['dependsOn']> {
  return [...new Set(artefacts.map(({ project, target }) => `${project}:${target}`))].sort();
}

function artefactInputs({ options }: Generation, artefacts: readonly ArtefactReference[]): Input[] {
  const paths = new Set(artefacts.map((artefact) => artefactPath(options, artefact)));
  return [...paths].sort().map((dependentTasksOutputFiles) => ({ dependentTasksOutputFiles }));
}

/**
 * A tool counts three times over: its pin as an external node and as a field of the manifest, by which `nx affected`
 * finds a changed pin, and what is installed on this machine by an environment variable that the plugin sets before
 * each run. A tool without a pin is no external node; its field counts all the same, since the executor reads there
 * that it has none. An empty list of external nodes is said as such, since without it Nx takes every npm package of
 * the workspace for an input.
 */
function toolInputs({ facts, hasManifest }: Generation, tools: readonly string[]): Input[] {
  const names = [...new Set(tools.map((tool) => parseToolReference(tool).name))];
  const pinned = names.filter((name) => facts.pins.includes(name));
  const fields = names.map((name) => `toolchain.${name}`);
  return [
    { externalDependencies: pinned.map(toolchainNodeName) },
    ...(hasManifest && fields.length > 0 ? [{ json: workspaceFile(MANIFEST_FILE), fields } as Input] : []),
    ...tools.map((tool) => ({ env: identityVariable(tool) })),
  ];
}
