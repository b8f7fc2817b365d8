/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What layout.c and ring.c use of the kernel, for a test on the machine that builds: every kernel header that they
 * include becomes this file.
 */
#ifndef NEXUS_TEST_SHIM_H
#define NEXUS_TEST_SHIM_H

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
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;

/* asm-generic/errno-base.h; the C library's own header would include a kernel header in turn. */
#define ENOSPC 28
#define EPIPE 32
#define ERANGE 34

struct module;
struct device {
	void *unused;
};
struct device_driver {
	void *unused;
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define IS_ALIGNED(value, alignment) (((value) & ((alignment) - 1)) == 0)
#define is_power_of_2(value) ((value) != 0 && ((value) & ((value) - 1)) == 0)

#define KBUILD_MODNAME "nexus_ion"
#define EXPORT_SYMBOL_GPL(symbol)
#define pr_err(...) ((void)0)

#define READ_ONCE(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define WRITE_ONCE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)
#define smp_load_acquire(place) __atomic_load_n(place, __ATOMIC_ACQUIRE)
#define smp_store_release(place, value) __atomic_store_n(place, value, __ATOMIC_RELEASE)
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define cmpxchg(place, old, new) __sync_val_compare_and_swap(place, old, new)

#endif
