// SPDX-License-Identifier: Apache-2.0
// A small disk of memory in the place of a folder, seen only by what runs in a mount namespace of its own.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ISOLATE = ['unshare', '--map-root-user', '--mount', '--'];

/** Why there can be no small disk on this machine; undefined when there can. */
export function noSmallDisk() {
  const { status, error, stderr } = spawnSync(ISOLATE[0], [...ISOLATE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no mount namespace can be made here: ${(error?.message ?? stderr).trim()}`;
}

const MOUNT = `set -e
saved=$(mktemp --directory --tmpdir="$(dirname "$1")")
cp -a "$1/." "$saved"
mount -t tmpfs -o "size=$2k" tmpfs "$1"
cp -a "$saved/." "$1"
rm -rf "$saved"`;

/**
 * Puts a disk with what `folder` contains and `roomKib` more in its place. `within` is the command that runs another one,
 * in the scratch clone, where the disk can be seen; `root` the path by which this process sees the same files.
 */
export async function smallDisk(scratch, folder, roomKib) {
  const holder = spawn(ISOLATE[0], [...ISOLATE.slice(1), 'sleep', 'infinity'], { stdio: 'ignore' });
  const remove = () => holder.kill('SIGKILL');
  try {
    return { remove, ...(await mountIn(holder.pid, scratch, folder, roomKib)) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function mountIn(pid, scratch, folder, roomKib) {
  const within = ['nsenter', `--target=${pid}`, '--user', '--mount', '--preserve-credentials', '--', 'env', `--chdir=${scratch}`];
  const run = (...argv) => execFileSync(within[0], [...within.slice(1), ...argv], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  for (const deadline = Date.now() + 5000; !isReady(within, folder); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('the mount namespace did not come to be');
  }
  const contents = Number(run('du', '--summarize', '--block-size=1K', '--apparent-size', folder).split('\t')[0]);
  const files = Number(run('sh', '-c', 'find "$1" | wc -l', 'find', folder));
  // A file takes whole pages of 4 KiB.
  run('sh', '-c', MOUNT, 'mount', folder, String(contents + files * 4 + roomKib));
  return {
    within,
    root: join('/proc', String(pid), 'root'),
    // Just this option: mount would repeat those that it finds, of which a user namespace refuses uid= and gid=.
    makeRoom: () => run('mount', '--options-source=disable', '-o', 'remount,size=1g', folder),
  };
}

/** The holder's own namespace is there once the folder is a place that a mount is allowed on. */
function isReady(within, folder) {
  return spawnSync(within[0], [...within.slice(1), 'sh', '-c', 'mount -t tmpfs tmpfs "$1" && umount "$1"', 'mount', folder]).status === 0;
}
