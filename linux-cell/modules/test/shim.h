/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every module uses of the kernel, for a test on the machine that builds. For nexus_ion every kernel header becomes
 * ion_shim.h, for a bridge its own shim; each has this and what else that module needs.
 */
#ifndef NEXUS_TEST_SHIM_H
#define NEXUS_TEST_SHIM_H

/* The kernel's own; the C library's <errno.h> would include a kernel header in turn. */
#include <asm-generic/errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define IS_ALIGNED(value, alignment) (((value) & ((alignment) - 1)) == 0)
#define U32_MAX UINT32_MAX
#define PAGE_SIZE 4096ul
#define min(a, b) ((a) < (b) ? (a) : (b))
#define min3(a, b, c) min(min(a, b), c)
#define lower_32_bits(value) ((u32)(value))
#define container_of(member_pointer, type, member) ((type *)((u8 *)(member_pointer) - offsetof(type, member)))
#define strscpy(to, from, size) snprintf(to, size, "%s", from)
#define is_power_of_2(value) ((value) != 0 && ((value) & ((value) - 1)) == 0)

#define KBUILD_MODNAME "nexus"
#define EXPORT_SYMBOL_GPL(symbol)
#define pr_err(...) say_nothing(__VA_ARGS__)
#define pr_info(...) say_nothing(__VA_ARGS__)
static inline void say_nothing(const char *format, ...)
{
}

#define READ_ONCE(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define WRITE_ONCE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)
#define cmpxchg(place, old, new) __sync_val_compare_and_swap(place, old, new)

#include "barrier.h"

#endif
