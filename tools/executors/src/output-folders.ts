// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { ownFiles, someOf } from '@nexus-forge/artefact';
import { matchesGlob } from '@nexus-forge/audit';
import { ForgeError } from '@nexus-forge/process';
import { PLUGIN } from './graph/targets/definition';

const OUTPUTS_ALONE = 'a folder for outputs alone, such as dist, that a .gitignore names';

/**
 * Nx removes the outputs of a task before it runs it, and whatever else lies there with them. Throws a `ForgeError` when
 * the folder of all outputs holds a project (`projectFiles`: what projects are inferred from), or a file that git tracks
 * or would take.
 */
export function refuseOwnOutputRoot(workspaceRoot: string, outputRoot: string, projectFiles: readonly string[] = []): void {
  const projects = projectFiles.filter((file) => file.startsWith(`${outputRoot}/`));
  const found = projects.length > 0 ? projects : filesAt(join(workspaceRoot, outputRoot)).map((file) => posix.join(outputRoot, file));
  if (found.length === 0) return;
  throw new ForgeError(`the option outputRoot of the plugin, ${outputRoot}, is no folder for outputs alone: a task would remove what lies there`, {
    at: { file: 'nx.json' },
    expected: OUTPUTS_ALONE,
    found: someOf(found),
    fix: `name another folder; if all of it may be removed, add ${outputRoot}/ to .gitignore`,
  });
}

/** Where a link leads counts as well. */
function filesAt(folder: string): string[] {
  return [...new Set([folder, realPath(folder)])].flatMap((place) => ownFiles(place, 'untracked'));
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

type Projects = Readonly<Record<string, Pick<ProjectConfiguration, 'root' | 'targets'>>>;

/** The same for what a project.json gives a target of this plugin as its outputs, outside the folder of all outputs. */
export function refuseOwnOutputs(workspaceRoot: string, outputRoot: string, projects: Projects): void {
  for (const { task, output } of outputsOf(projects)) {
    if (output.startsWith(`${outputRoot}/`)) continue;
    const own = ownBelow(workspaceRoot, output);
    if (own.length === 0) continue;
    throw new ForgeError(`the outputs of ${task}, ${output}, hold files of the workspace's own: a run would remove them`, {
      expected: OUTPUTS_ALONE,
      found: someOf(own),
      fix: 'correct outputs and outputDirectory of the target in its project.json',
    });
  }
}

function ownBelow(workspaceRoot: string, output: string): string[] {
  const parts = output.split('/');
  const glob = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
  const folder = parts.slice(0, glob < 0 ? parts.length : glob).join('/') || '.';
  const files = filesAt(join(workspaceRoot, folder)).map((file) => posix.join(folder, file));
  return glob < 0 ? files : files.filter((file) => matchesGlob(file, output) || matchesGlob(file, `${output}/**/*`));
}

/** Every output of this plugin's targets as a normal workspace-relative path. */
function outputsOf(projects: Projects): { task: string; output: string }[] {
  return Object.entries(projects).flatMap(([project, { root, targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor }]) => executor?.startsWith(`${PLUGIN}:`))
      .flatMap(([name, { outputs = [], options = {} }]) => {
        const place = (text: string) =>
          text
            .replaceAll('{workspaceRoot}', '.')
            .replaceAll('{projectRoot}', root)
            .replaceAll('{projectName}', project)
            .replace(/\{options\.(\w+)\}/g, (_, key: string) => String(options[key] ?? ''));
        const directory: unknown = options.outputDirectory;
        const all = [...outputs.map(place), ...(typeof directory === 'string' ? [directory] : [])];
        return [...new Set(all.map((path) => posix.normalize(`${path}/`).replace(/\/$/, '')))].map((output) => ({ task: `${project}:${name}`, output }));
      }),
  );
}
