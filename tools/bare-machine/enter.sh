# SPDX-License-Identifier: Apache-2.0
# Becomes the first process of new mount and process namespaces (unshare), makes the folder $1 the root file system, and
# runs the rest of the arguments in it. With this process everything in the namespaces ends: no mount and no process stays.
set -eu
root=$1
shift
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  : >"$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
for stream in 0/stdin 1/stdout 2/stderr; do ln -s "/proc/self/fd/${stream%/*}" "$root/dev/${stream#*/}"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
# A folder that is lent: $LEND names it here, $LEND_AT in there.
if [ -n "${LEND:-}" ]; then
  mkdir -p "$root$LEND_AT"
  mount --bind "$LEND" "$root$LEND_AT"
fi
cd "$root"
mkdir -p .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
# As the first process it takes in orphans: it waits, and is no other program.
"$@" &
wait $!
