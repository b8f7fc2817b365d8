// SPDX-License-Identifier: Apache-2.0
import { CATALOGUE } from '@nexus-forge/toolchain';
import { pathDependencies, stripZigComments } from '@nexus-forge/zig';
import type { ZigPackageFacts } from '../facts';
import { projectOf } from './manifests';

/** Facts of a Zig package from build.zig and, when there is one, build.zig.zon. */
export function readZigPackage(file: string, build: string, zon: string): ZigPackageFacts {
  const project = projectOf(file);
  const code = stripZigComments(build);
  return {
    ...project,
    dependencies: pathDependencies(project.root, zon),
    options: allMatches(code, /\.option\([^,()]*,\s*"([^"]+)"/g),
    steps: allMatches(code, /\.step\(\s*"([^"]+)"/g),
    tools: allMatches(code, /\.addSystemCommand\(&\.\{\s*"([^"]+)"/g).flatMap(pinOfCommand),
  };
}

/** The pin of a program, where this plugin knows one. */
function pinOfCommand(command: string): string[] {
  return Object.keys(CATALOGUE).filter((name) => CATALOGUE[name]?.command === command);
}

function allMatches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1]!))].sort();
}

/** Folders of a package and of everything it depends on by path, sorted; those outside the workspace are left out. */
export function packageClosure(root: string, packages: readonly ZigPackageFacts[]): string[] {
  const byRoot = new Map(packages.map((known) => [known.root, known]));
  const closure = new Set<string>();
  const visit = (folder: string): void => {
    const known = byRoot.get(folder);
    if (closure.has(folder) || folder.startsWith('..')) return;
    closure.add(folder);
    Object.values(known?.dependencies ?? {}).forEach(visit);
  };
  visit(root);
  return [...closure].sort();
}
