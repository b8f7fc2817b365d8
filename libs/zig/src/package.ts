// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*/g;

/** Zig text without its comments (it has line comments only); strings stay as they are. */
export function stripZigComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (part) => (part.startsWith('//') ? '' : part));
}

/** Dependencies by path of a package in `root`, from `.name = .{ .path = "../x" }` of its build.zig.zon. */
export function pathDependencies(root: string, zon: string): Record<string, string> {
  const pairs = [...stripZigComments(zon).matchAll(/\.(?:@"([^"]+)"|(\w+))\s*=\s*\.\{[^{}]*?\.path\s*=\s*"([^"]+)"/g)];
  return Object.fromEntries(pairs.map(([, quoted, plain, path]) => [quoted ?? plain!, posix.join(root, path!).replace(/\/+$/, '')]));
}

/** The folders of a package and of all it depends on by path, itself first. Folders are workspace-relative. */
export function packageFolders(workspaceRoot: string, root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    if (found.includes(folder)) return;
    found.push(folder);
    const zon = join(workspaceRoot, folder, 'build.zig.zon');
    if (existsSync(zon)) Object.values(pathDependencies(folder, readFileSync(zon, 'utf8'))).forEach(visit);
  };
  visit(root);
  return found;
}

/**
 * Tells the package that a symbol's file belongs to; Zig's symbols name the file, not the module. A name that
 * several packages have a file of is shown with all of them, one that none has is the standard library's.
 */
export function moduleIndex(workspaceRoot: string, root: string): (file: string) => string {
  const owners = new Map<string, string[]>();
  for (const folder of packageFolders(workspaceRoot, root)) {
    for (const name of readdirSync(join(workspaceRoot, folder)).filter((entry) => !entry.startsWith('.'))) {
      const file = basename(name, '.zig');
      owners.set(file, [...new Set([...(owners.get(file) ?? []), basename(folder)])].sort());
    }
  }
  return (file) => owners.get(file)?.join(' or ') ?? 'std';
}
