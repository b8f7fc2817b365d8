// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { matchesGlob } from '@nexus-forge/audit';
import type { Origin, Origins } from '@nexus-forge/proof';
import type { StageContext } from '../../run-stage';
import { digestOfText, WorkspaceContent } from './workspace-content';

/** An entry of a target's `inputs`, as this plugin writes them. */
type InputEntry = string | { fileset?: string; includeIgnored?: boolean; json?: string; fields?: string[]; env?: string; dependentTasksOutputFiles?: string };

interface Maker {
  id: string;
  projectRoot: string;
  inputs: readonly InputEntry[];
}

/**
 * What the tasks are made from that made some files, and those behind them: every declared input, by content. It is read
 * for the reason that a report gives and for nothing else: what a proof reads itself is in its own inputs. Nothing
 * outside Nx, which alone knows the targets.
 */
export function originsOf(context: StageContext, files: readonly string[]): Origins {
  const makers = makersIn(context);
  const content = new WorkspaceContent(context.root);
  const origins: Record<string, Origin> = {};
  const queue = files.flatMap((file) => makerOf(file, makers) ?? []);
  for (let maker = queue.pop(); maker !== undefined; maker = queue.pop()) {
    if (origins[maker.id] !== undefined) continue;
    const taken = maker.inputs.flatMap((input) => (typeof input === 'object' ? (input.dependentTasksOutputFiles ?? []) : []));
    const producers = taken.flatMap((path) => {
      const producer = makerOf(path, makers);
      return producer ? [{ path, producer }] : [];
    });
    origins[maker.id] = {
      sources: Object.fromEntries(sourcesOf(maker, content)),
      artefacts: Object.fromEntries(producers.map(({ path, producer }) => [path, { producer: producer.id, digest: content.digestOf(path) }])),
    };
    queue.push(...producers.map(({ producer }) => producer));
  }
  return origins;
}

/** Every target that makes files, by the folder that it makes them in. */
function makersIn({ projectsConfigurations }: StageContext): ReadonlyMap<string, Maker> {
  const projects = Object.entries(projectsConfigurations?.projects ?? {});
  return new Map(
    projects.flatMap(([project, { root, targets = {} }]) =>
      Object.entries(targets).flatMap(([target, { options, inputs = [] }]): [string, Maker][] => {
        const folder = (options as { outputDirectory?: unknown } | undefined)?.outputDirectory;
        return typeof folder === 'string' ? [[folder, { id: `${project}:${target}`, projectRoot: root, inputs: inputs as InputEntry[] }]] : [];
      }),
    ),
  );
}

function makerOf(file: string, makers: ReadonlyMap<string, Maker>): Maker | undefined {
  for (let folder = posix.dirname(file); folder !== '.' && folder !== '/'; folder = posix.dirname(folder)) {
    const maker = makers.get(folder);
    if (maker) return maker;
  }
  return undefined;
}

/** Bundles that git ignores are left out: their digests are fields of recipes.json. */
function sourcesOf({ projectRoot, inputs }: Maker, content: WorkspaceContent): [name: string, digest: string][] {
  const written = inputs.flatMap((input) => (typeof input === 'string' ? input : input.includeIgnored ? [] : (input.fileset ?? [])));
  const globs = written.map((glob) => glob.replace('{workspaceRoot}/', '').replace('{projectRoot}/', projectRoot === '.' ? '' : `${projectRoot}/`));
  const without = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const files = globs.filter((glob) => !glob.startsWith('!')).flatMap((glob) => content.matching(glob));
  const kept = files.filter((file) => !without.some((glob) => matchesGlob(file, glob)));
  const named = inputs.flatMap((input): [string, string][] => {
    if (typeof input !== 'object') return [];
    if (input.env !== undefined) return [[input.env, digestOfText(process.env[input.env])]];
    const file = input.json?.replace('{workspaceRoot}/', '');
    return file === undefined ? [] : (input.fields ?? []).map((field) => [`${file} ${field}`, content.digestOfField(file, field)]);
  });
  return [...kept.map((file): [string, string] => [file, content.digestOf(file)]), ...named];
}
