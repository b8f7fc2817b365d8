// SPDX-License-Identifier: Apache-2.0
import type { CreateDependencies, CreateNodesV2, PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { identifyTools, peekManifest } from '@nexus-forge/toolchain';
import { batchVariables, largestBatch } from './batch/mode';
import { parallelVariables } from './batch/parallelism';
import { beginVariables } from './changed-inputs';
import { endsTogetherVariables, forgetFailures } from './failed-sibling';
import { dependenciesFrom } from './graph/create-dependencies';
import { BUNDLES, createNodesFrom, recipesIn, rememberedFacts } from './graph/create-nodes';
import { resolveOptions, type PluginOptions, type ResolvedOptions } from './graph/options';
import { localFolder } from './graph/recipe';
import { CONFIG_FILES, isConfigFile } from './graph/roots';
import { refuseOwnOutputRoot, refuseOwnOutputs } from './output-folders';
import { reportRun } from './run-report';
import { refuseStaleBundles, stateOf } from './stale-bundles';
import { checkStoredResults, removeChangedResults } from './stored-results';

export const name = '@nexus-forge/nx';

/** How many tasks the largest batch could hold, as of the last graph that this process made. */
let largest: number | undefined;

export const createNodes: CreateNodesV2<PluginOptions> = [
  CONFIG_FILES,
  async (files, options, context) => {
    const nodes = createNodesFrom(files, options, context);
    largest = largestBatch(nodes);
    return nodes;
  },
];

/** The name that Nx 22 and older look for. */
export const createNodesV2 = createNodes;

export const createDependencies: CreateDependencies<PluginOptions> = (options, context) => {
  const accepted = acceptedOptions(options);
  if (accepted === undefined) return [];
  const { outputRoot, roots } = accepted;
  refuseOwnOutputs(context.workspaceRoot, outputRoot, context.projects);
  const { projectFileMap, nonProjectFiles } = context.fileMap;
  const all = [...Object.values(projectFileMap).flat(), ...nonProjectFiles].map(({ file }) => file);
  const files = all.filter((file) => isConfigFile(file, roots));
  return dependenciesFrom(context, rememberedFacts(context.workspaceRoot, files, roots), stateOf(__filename));
};

/** The options, or nothing where `createNodes` has refused them already: Nx would show the error twice. */
function acceptedOptions(options: PluginOptions | undefined): ResolvedOptions | undefined {
  try {
    return resolveOptions(options);
  } catch {
    return undefined;
  }
}

/**
 * Before each run: which tools this machine has, and which code the executors run, where Nx cannot see that by
 * itself. It goes into the hash through the environment, because a running daemon keeps the graph, and with it
 * everything that `createNodes` has found, until a tracked file changes. How many tasks may run at once, and whether
 * batches are worth it, go the same way to whoever runs them; no hash has that. A plugin that is part of the workspace
 * must be bundled from its sources, and outputs must lie where nothing else does. Stored results that have been written to go, before Nx looks for them.
 */
export const preTasksExecution: PreTasksExecution<PluginOptions> = (options, { workspaceRoot, argv, nxJsonConfiguration }) => {
  refuseOwnOutputRoot(workspaceRoot, resolveOptions(options).outputRoot);
  if (localFolder(workspaceRoot, BUNDLES) !== undefined) refuseStaleBundles(workspaceRoot, BUNDLES);
  forgetFailures(workspaceRoot);
  const tools = identifyTools(workspaceRoot, peekManifest(workspaceRoot));
  const variables = {
    ...tools,
    ...recipesIn(workspaceRoot).variables(),
    ...parallelVariables(argv),
    ...batchVariables(largest, argv, process.env, nxJsonConfiguration),
    ...beginVariables(),
    ...removeChangedResults(),
    ...endsTogetherVariables(argv),
  };
  Object.assign(process.env, variables);
  // The daemon has handed them to the run. In its own environment they would differ from what the next command brings,
  // and it would make the graph anew for each.
  if ((globalThis as { NX_DAEMON?: boolean }).NX_DAEMON) for (const name of Object.keys(variables)) delete process.env[name];
};

/** After each run: what became of it, for who asks, and whether what was served is what was stored. */
export const postTasksExecution: PostTasksExecution<PluginOptions> = (options, context) => {
  reportRun(context);
  checkStoredResults(options, context);
};
