#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots what `zig build` left in zig-out under QEMU: ./run_aarch64.sh [mode]. The modes are proofs, and give what
# their Nx targets give; without a mode it is a plain boot at this terminal.
set -eu
cd "$(dirname "$0")"
cli=../../tools/executors/dist/cli/proof.js
if [ ! -f "$cli" ]; then
	echo "error: $cli is missing; make it with: npm install (in the workspace root)" >&2
	exit 1
fi
exec node "$cli" "$@"
