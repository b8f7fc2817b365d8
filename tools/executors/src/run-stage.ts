// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { endAsFailure, ForgeError, reportFailure, withReads, type Place } from '@nexus-forge/process';
import { artefactsChanged, artefactsNow } from './changed-artefacts';
import { inputsChangedSince, runBegan, type InputEntry } from './changed-inputs';
import { DeclaredReads } from './declared-reads';
import { failedSibling, tellFailure, watchSiblings } from './failed-sibling';
import { expandNamedInputs } from './named-inputs';
import { removalOf } from './removed-results';

/** What a stage knows of its task; outside Nx (an audit, a test) only the root. */
export type StageContext = Pick<ExecutorContext, 'root'> &
  Partial<Pick<ExecutorContext, 'projectName' | 'targetName' | 'projectsConfigurations' | 'projectGraph' | 'nxJsonConfiguration'>>;

/**
 * Does the work of a task, and gives what an Nx executor returns. Nx has taken the hash before: when an input was
 * edited meanwhile, or a second run has replaced what a producer had made, the result belongs to neither state. It is
 * a failure then, which Nx does not store, and the outputs are removed. It fails as well as soon as a tool tells of a
 * file that the task does not declare. `refusesUnknownProducers`: the work itself refuses producers that do not exist,
 * with the place in the file that names them.
 */
export async function runStage(context: StageContext, work: () => Promise<void>, { refusesUnknownProducers = false } = {}): Promise<{ success: boolean }> {
  const watch = watchSiblings(context.root, (id) => endAsFailure(becauseOf(id)));
  const result = await reportFailure(async () => {
    const failed = failedSibling(context.root);
    if (failed !== undefined) throw new ForgeError(becauseOf(failed));
    if (!refusesUnknownProducers) refuseUnknownProducers(context);
    const removal = removalOf(`${context.projectName}:${context.targetName}`, process.env);
    if (removal !== undefined) console.error(removal);
    const artefacts = artefactsNow(context.root, inputsOf(context));
    const reads = declaredReads(context);
    await withReads((paths) => reads?.note(paths), work);
    const changed = [...changedInputs(context), ...artefactsChanged(context.root, artefacts)];
    const ignored = reads?.ignored() ?? [];
    if (changed.length === 0 && ignored.length === 0) return;
    for (const folder of outputsOf(context)) rmSync(join(context.root, folder), { recursive: true, force: true });
    if (ignored.length > 0) throw reads!.fault(ignored);
    throw new ForgeError('inputs changed while it ran: what came out belongs to neither state, and was removed', {
      found: changed.join(', '),
      fix: 'run it again',
    });
  });
  watch.stop();
  if (!result.success) tellFailure(context.root, `${context.projectName}:${context.targetName}`);
  return result;
}

/** What a stage says that is ended, or does not begin, because its run cannot succeed any more. */
function becauseOf(id: string): string {
  return `${id} has failed, so this command cannot succeed: its other tasks end here`;
}

/**
 * Nx passes over a producer that does not exist. A file that it has left behind would be taken for its output, though
 * nothing would ever make it again. `placeOf` knows where a project is named.
 */
export function refuseUnknownProducers(context: StageContext, placeOf: (project: string) => Place | undefined = () => undefined): void {
  const projects = context.projectsConfigurations?.projects ?? {};
  const exists = ([project = '', target = '']: readonly string[]) => projects[project]?.targets?.[target] !== undefined;
  const unknown = producersOf(context).filter((producer) => !exists(producer.split(':')));
  if (unknown.length === 0) return;
  throw new ForgeError(`${context.projectName}:${context.targetName} takes what ${unknown.join(' and ')} should make`, {
    at: placeOf((unknown[0] as string).split(':')[0] as string),
    expected: 'a target that exists',
    found: 'no such project or target',
    fix: 'correct the reference in the YAML file that this target comes from',
  });
}

/** `project:target` of each target of another project that this one names. */
function producersOf(context: StageContext): string[] {
  const { dependsOn = [] } = targetOf(context);
  return dependsOn.flatMap((entry) => {
    if (typeof entry === 'string') return /^[^^:]+:[^:]+$/.test(entry) ? [entry] : [];
    const projects = Array.isArray(entry.projects) ? entry.projects : [];
    return projects.filter((name) => /^[\w@/.-]+$/.test(name)).map((name) => `${name}:${entry.target}`);
  });
}

/** Outside Nx nothing is declared. */
function declaredReads(context: StageContext): DeclaredReads | undefined {
  const { project, inputs } = targetOf(context);
  if (project === undefined || inputs === undefined) return undefined;
  return new DeclaredReads({
    task: `${context.projectName}:${context.targetName}`,
    workspaceRoot: context.root,
    projectRoot: project.root,
    inputs: inputsOf(context),
    outputs: outputsOf(context),
  });
}

function changedInputs(context: StageContext): string[] {
  const began = runBegan(process.env);
  if (began === undefined) return [];
  return inputsChangedSince(began, context.root, targetOf(context).project?.root ?? '.', inputsOf(context));
}

function inputsOf(context: StageContext): readonly InputEntry[] {
  return expandNamedInputs(context, (targetOf(context).inputs ?? []) as readonly InputEntry[]);
}

function outputsOf(context: StageContext): string[] {
  const { options } = targetOf(context);
  const folder = (options as { outputDirectory?: unknown } | undefined)?.outputDirectory;
  return typeof folder === 'string' ? [folder] : [];
}

function targetOf({ projectName = '', targetName = '', projectsConfigurations }: StageContext) {
  const project = projectsConfigurations?.projects[projectName];
  return { ...project?.targets?.[targetName], project };
}
