// SPDX-License-Identifier: Apache-2.0
// A copy of the workspace to make edits in: sources copied, everything that is only read linked. It stays between runs, with
// Zig's caches in it, so that a row costs what its edit costs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINKED = ['node_modules', '.toolchain', 'dist'];
/** What a tree makes itself. */
const CACHES = new Set(['.zig-cache', '.zig-out', ...LINKED]);

/** Files of the workspace that git knows or would take. */
function sources(root) {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 28, encoding: 'utf8' });
  return list.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
}

const write = (path, content) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

/** Brings the tree at `folder` to the workspace's state; only what differs is written, so that caches stay warm. */
export function makeTree(root, folder) {
  mkdirSync(folder, { recursive: true });
  const wanted = new Set(sources(root));
  for (const entry of readdirSync(folder).filter((name) => !CACHES.has(name))) {
    for (const file of filesBelow(folder, entry)) if (!wanted.has(file)) rmSync(join(folder, file));
  }
  for (const file of wanted) {
    const [content, there] = [readFileSync(join(root, file)), join(folder, file)];
    if (!existsSync(there) || !readFileSync(there).equals(content)) write(there, content);
  }
  for (const name of LINKED) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

function filesBelow(folder, entry) {
  const listed = (path) => readdirSync(join(folder, path), { withFileTypes: true }).flatMap((item) => {
    const child = `${path}/${item.name}`;
    return item.isDirectory() ? listed(child) : [child];
  });
  try {
    return listed(entry);
  } catch (error) {
    if (error.code === 'ENOTDIR') return [entry];
    throw error;
  }
}

/** Runs `work` while the file in the tree is another; puts it back whatever happens. */
export async function withEdit(folder, file, change, work) {
  const path = join(folder, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, change(original));
  try {
    return await work();
  } finally {
    writeFileSync(path, original);
  }
}
