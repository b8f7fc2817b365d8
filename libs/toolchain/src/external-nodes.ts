// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { pinnedVersions, type Manifest } from './manifest';

/** A node of the graph outside the workspace; the shape Nx takes, without its notion of npm packages. */
export interface ToolchainNode {
  type: string;
  name: `toolchain:${string}`;
  data: { version: string; packageName: string; hash: string };
}

export function toolchainNodeName(pin: string): `toolchain:${string}` {
  return `toolchain:${pin}`;
}

/** One external node for every pin; its hash covers the whole pin, so that a new digest counts as well. */
export function toolchainNodes(manifest: Manifest): Record<string, ToolchainNode> {
  const nodes = Object.entries(manifest.toolchain).map(([name, pin]): [string, ToolchainNode] => {
    const hash = createHash('sha256').update(canonical(pin)).digest('hex');
    const version = pinnedVersions(pin).join(' || ');
    return [toolchainNodeName(name), { type: 'toolchain', name: toolchainNodeName(name), data: { version, packageName: name, hash } }];
  });
  return Object.fromEntries(nodes);
}

/** JSON with sorted keys: the order in which a pin is written says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
