// SPDX-License-Identifier: Apache-2.0

/** Words of Zig that are no identifiers, as far as a package could be called so. */
const KEYWORDS = words(`
  addrspace align allowzero and anyframe anytype asm break callconv catch comptime const continue defer else enum
  errdefer error export extern fn for if inline linksection noalias noinline nosuspend opaque or orelse packed pub
  resume return struct suspend switch test threadlocal try union unreachable var volatile while
`);

/** Names of Zig's own types and values, which no declaration may shadow. */
const PRIMITIVES = words(`
  anyerror anyframe anyopaque bool c_char c_int c_long c_longdouble c_longlong c_short c_uint c_ulong c_ulonglong
  c_ushort comptime_float comptime_int f128 f16 f32 f64 f80 false isize noreturn null true type undefined usize void
`);
const INTEGER = /^[iu][0-9]+$/;

/** Modules that every Zig program has. */
const MODULES = words('std builtin root build');

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** What a word is in Zig already; nothing where a package may be called so. */
export function meaningInZig(word: string): string | undefined {
  if (KEYWORDS.has(word)) return 'a keyword of Zig';
  if (PRIMITIVES.has(word) || INTEGER.test(word)) return 'a type or a value of Zig itself';
  return MODULES.has(word) ? 'a module that Zig has itself' : undefined;
}
