/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The window's header, section table and ring table: copied out of the window once, then checked against each other.
 * Nothing here touches hardware or keeps state.
 */
#ifndef NEXUS_ION_LAYOUT_H
#define NEXUS_ION_LAYOUT_H

#include <linux/types.h>

#include "ion_abi.h"

#define NEXUS_MAX_SECTIONS 16
/* One bit each in the doorbell's ring mask. */
#define NEXUS_MAX_RINGS 32

struct nexus_layout {
	struct ion_header header;
	struct ion_section sections[NEXUS_MAX_SECTIONS];
	struct ion_ring rings[NEXUS_MAX_RINGS];
};

/* The first thing found wrong: which field, of which table entry (-1: of the header), and what it should have been. */
struct nexus_fault {
	const char *table;
	int entry;
	const char *field;
	/* Either a value or, if @rule is set, a rule in words. */
	u64 expected;
	const char *rule;
	u64 found;
};

/* True if the window of @window_size bytes carries a layout that this module understands. */
bool nexus_layout_read(const void *window, u32 window_size, struct nexus_layout *layout, struct nexus_fault *fault);
/* The ring table alone, against an already checked section table. */
bool nexus_layout_check_rings(const struct nexus_layout *layout, struct nexus_fault *fault);
const struct ion_section *nexus_layout_section(const struct nexus_layout *layout, u32 kind);
/* The index in the ring table, or -1. */
int nexus_layout_find_ring(const struct nexus_layout *layout, u32 channel);

/* Checks that return false and fill @fault. */
bool nexus_expect(struct nexus_fault *fault, const char *field, u64 expected, u64 found);
bool nexus_require(struct nexus_fault *fault, bool holds, const char *field, const char *rule, u64 found);

#endif
