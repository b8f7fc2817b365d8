// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { CATALOGUE } from './catalogue';
import { contentOf } from './content';
import { locateTool } from './locate';
import type { Manifest, Pin } from './manifest';
import { formatToolReference, parseToolReference, pinFor, referencesOf } from './reference';
import { ToolState } from './state';

/** The machine that runs the tools: part of every identity, since another one may give other bytes. */
export const HOST = `${process.platform}-${process.arch}`;

/** What stands for a tool that is not there. */
export const MISSING = 'missing';

/**
 * The variable that carries a tool's identity into the hash of the tasks that use it. One series of a pin has its own,
 * set apart by two underscores, which no pin's name gives: so the first series of a machine can change, and what names
 * another stays as it is.
 */
export function identityVariable(reference: string): string {
  const { name, series } = parseToolReference(reference);
  const written = [name, ...(series === undefined ? [] : [series])].map((part) => part.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
  return `NEXUS_FORGE_TOOL_${written.join('__')}`;
}

/** The identity of a located tool: host and content of all that `contentOf` names. */
export function identityOf(program: string, name: string, pin: Pin | undefined, state: ToolState): string {
  const { files, packages, folders } = contentOf(program, name, pin, state);
  const digests = [
    ...files.map((file) => state.digestOf(file)),
    ...packages.map((known) => `${known} ${state.digestOfPackage(known)}`),
    ...folders.map((folder) => state.digestOfFolder(folder)),
  ];
  const content = digests.length === 1 ? digests[0] : createHash('sha256').update(digests.join('\n')).digest('hex');
  return `${HOST} ${content}`;
}

/**
 * The identity of every tool that an executor can ask for, pinned or not, and of each series of a pin, by the name of its variable. It reads files
 * only, starts nothing, and a missing tool is an identity like any other: its absence is the fault of the tasks that
 * need it.
 */
export function identifyTools(workspaceRoot: string, manifest: Manifest, path?: string): Record<string, string> {
  const state = new ToolState(workspaceRoot);
  const references = new Set([...Object.keys(CATALOGUE), ...referencesOf(manifest).map(formatToolReference)]);
  const identities = [...references].map((text) => {
    const reference = parseToolReference(text);
    const { name } = reference;
    const pin = pinFor(manifest, reference);
    const program = locateTool(workspaceRoot, name, pin, path);
    return [identityVariable(text), program ? identityOrMissing(program, name, pin, state) : `${HOST} ${MISSING}`];
  });
  state.save();
  return Object.fromEntries(identities);
}

function identityOrMissing(program: string, name: string, pin: Pin | undefined, state: ToolState): string {
  try {
    return identityOf(program, name, pin, state);
  } catch {
    return `${HOST} ${MISSING}`;
  }
}
