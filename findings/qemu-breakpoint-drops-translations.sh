#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# QEMU 7.2.22 (Debian 12, TCG): each time a guest stands at a breakpoint of the gdb stub, QEMU drops everything that it
# has translated, not only what lies at the breakpoint, and the guest's code is translated anew when it runs on. At a
# watchpoint it keeps it. A debugger that stops a booting Linux at one address again and again makes it translate the
# kernel again each time; one that watches a word which the code there stores to does not.
#
# The guest is a loop over two pages: it stores to two words in one, and counts in the other. It is stopped ten times, by
# a breakpoint at the first store and a step over it, or by watching the two words in turn. QEMU's own log
# (-d in_asm) has the block of the other page, where nothing is ever set,
#   9 times with the breakpoint, once in each turn of the loop between two stops
#   1 time  with the watchpoints.
#
# Needs Debian 12's package lists (apt-get update), python3 and network; QEMU and its libraries go into a temporary folder.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
version=1:7.2+dfsg-7+deb12u18+b3

mkdir -p "$place/debs/partial" "$place/root"
: >"$place/status"
apt-get -qq -o Dir::State::status="$place/status" -o Dir::Cache::archives="$place/debs" -o Debug::NoLocking=1 \
  --no-install-recommends --download-only --yes install "qemu-system-arm=$version"
for package in "$place"/debs/*.deb; do dpkg -x "$package" "$place/root"; done

found=$(python3 - "$place" <<'PYTHON'
import glob, os, socket, struct, subprocess, sys, time
place = sys.argv[1]
root = place + '/root'
libraries = ':'.join(glob.glob(root + '/lib/*-linux-gnu') + glob.glob(root + '/usr/lib/*-linux-gnu'))
loader = glob.glob(root + '/lib/*-linux-gnu/ld-linux*')[0]
QEMU = [loader, '--library-path', libraries, root + '/usr/bin/qemu-system-aarch64']

FIRST_STORE, OTHER_PAGE, WORDS, STOPS = 0x40080004, 0x40081000, (0x40100000, 0x40100008), 10
guest = bytearray(0x1008)
for offset, word in (
    (0x0000, 0xd2a80205),  # movz x5, #0x4010, lsl #16
    (0x0004, 0xf90000a4),  # str  x4, [x5]
    (0x0008, 0xf90004a4),  # str  x4, [x5, #8]
    (0x000c, 0x140003fd),  # b    the other page
    (0x1000, 0x91000484),  # add  x4, x4, #1
    (0x1004, 0x17fffc00),  # b    the first store
):
    struct.pack_into('<I', guest, offset, word)
with open(place + '/guest.bin', 'wb') as file:
    file.write(guest)

def translations(name, stop):
    path, log = f'{place}/{name}.sock', f'{place}/{name}.log'
    qemu = subprocess.Popen(QEMU + ['-nodefaults', '-no-user-config', '-display', 'none', '-accel', 'tcg', '-S', '-M', 'virt',
        '-cpu', 'cortex-a72', '-m', '64', '-kernel', place + '/guest.bin', '-d', 'in_asm,nochain', '-D', log,
        '-chardev', f'socket,id=gdb,path={path},server=on,wait=off', '-gdb', 'chardev:gdb'])
    try:
        while not os.path.exists(path): time.sleep(0.01)
        stub = socket.socket(socket.AF_UNIX)
        stub.connect(path)
        def ask(text):
            stub.sendall(b'$%s#%02x' % (text.encode(), sum(text.encode()) & 255))
            answer = b''
            while answer.count(b'#') == 0 or len(answer) - answer.index(b'#') < 3: answer += stub.recv(4096)
            stub.sendall(b'+')
            return answer
        stop(ask)
    finally:
        qemu.kill()
        qemu.wait()
    with open(log) as file:
        return file.read().count(f'0x{OTHER_PAGE:08x}:')

def breakpoint(ask):
    ask(f'Z1,{FIRST_STORE:x},4')
    for _ in range(STOPS):
        ask('c')
        ask('s')

def watchpoints(ask):
    ask(f'Z2,{WORDS[0]:x},8')
    for _ in range(STOPS):
        for here, there in (WORDS, WORDS[::-1]):
            assert b'watch:' in ask('c')
            ask(f'z2,{here:x},8')
            ask(f'Z2,{there:x},8')

print(translations('breakpoint', breakpoint), translations('watchpoints', watchpoints))
PYTHON
)
echo "QEMU $version: translations of a block, ten stops elsewhere, by breakpoint and by watchpoints: $found"
[ "$found" = '9 1' ] || { echo "this has changed"; exit 1; }
