/* SPDX-License-Identifier: GPL-2.0-only */
/* A module's beginning and end, and its memory. */
#ifndef NEXUS_TEST_MODULE_SHIM_H
#define NEXUS_TEST_MODULE_SHIM_H

#include "check.h"

/* Not NULL: what has no owner goes away under who uses it. */
#define THIS_MODULE ((struct module *)&allocations)
#define __init
#define __exit
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

/* What insmod and rmmod call. */
int start_module(void);
void stop_module(void);
#define module_init(function) int start_module(void) { return function(); }
#define module_exit(function) void stop_module(void) { function(); }

/* module_shim.c. Zeroed memory that is counted, so that a test sees what was not given back. */
#define GFP_KERNEL 0
void *kzalloc(size_t size, int flags);
void kfree(const void *memory);
extern u32 allocations;
/* Which of the next calls of kzalloc() finds no memory; 0: none. */
extern u32 no_memory;

#endif
