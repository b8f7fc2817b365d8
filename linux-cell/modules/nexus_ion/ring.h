/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_ION_RING_H
#define NEXUS_ION_RING_H

#include <linux/types.h>

#include "nexus_ion.h"

struct nexus_ring_counters {
	u64 descriptors;
	u64 doorbells;
	u64 full;
	u64 sleeps;
};

/* One end of a ring: the guest's. */
struct nexus_ring {
	u32 channel;
	/* This ring's bit in the doorbell's mask. */
	u64 doorbell;
	bool producer;
	u32 capacity;
	void *window;
	u64 *slots;
	u32 *own_index;
	u32 *own_event;
	const u32 *peer_index;
	const u32 *peer_event;
	u32 pool_offset;
	u32 pool_size;
	u32 buffer_size;
	u32 buffer_count;

	/* Private: how far this end has come, what of it is published, and the last claim of the peer that held. */
	u32 local;
	u32 published;
	u32 peer;
	/* NULL while the ring is whole. */
	const char *broken;
	struct nexus_ring_counters counters;
};

/*
 * Takes up the ring where this end's published index left it: at 0 in a fresh epoch. False, with the ring broken, when
 * the two indices in the window contradict each other.
 */
bool nexus_ring_attach(struct nexus_ring *ring, void *window, const struct ion_ring *entry, u32 index);
bool nexus_ring_holds(const struct nexus_ring *ring, u32 offset, u32 length);

#endif
