// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "ring.h"

#include <linux/export.h>
#include <linux/printk.h>
#include <asm/barrier.h>

#include "hypercall.h"

#define WORDS (sizeof(struct ion_descriptor) / sizeof(u64))

/* A descriptor as the words that are copied in and out of the window. */
union slot {
	struct ion_descriptor descriptor;
	u64 words[WORDS];
};

bool nexus_ring_is_broken(const struct nexus_ring *ring)
{
	return READ_ONCE(ring->broken);
}
EXPORT_SYMBOL_GPL(nexus_ring_is_broken);

void nexus_ring_break(struct nexus_ring *ring, const char *reason)
{
	if (cmpxchg(&ring->broken, NULL, reason))
		return;
	pr_err("ring 0x%04x closed: %s (own index %u, peer index %u)\n", ring->channel, reason, ring->local, ring->peer);
}
EXPORT_SYMBOL_GPL(nexus_ring_break);

bool nexus_ring_attach(struct nexus_ring *ring, void *window, const struct ion_ring *entry, u32 index)
{
	const bool producer = entry->direction == ION_DIRECTION_GUEST_TO_HOST;
	const u32 own = producer ? entry->producer_offset : entry->consumer_offset;
	const u32 peer = producer ? entry->consumer_offset : entry->producer_offset;

	*ring = (struct nexus_ring){
		.channel = entry->channel,
		.doorbell = 1ull << index,
		.producer = producer,
		.capacity = entry->slot_count,
		.window = window,
		.slots = window + entry->slots_offset,
		.own_index = window + own,
		.own_event = window + own + ION_EVENT_INDEX_OFFSET,
		.peer_index = window + peer,
		.peer_event = window + peer + ION_EVENT_INDEX_OFFSET,
		.pool_offset = entry->pool_offset,
		.pool_size = entry->pool_size,
		.buffer_size = entry->buffer_size,
		.buffer_count = entry->buffer_count,
	};
	ring->local = READ_ONCE(*ring->own_index);
	ring->published = ring->local;
	/* Pairs with the peer's release of its index, now and in refresh_peer() (R2). */
	ring->peer = smp_load_acquire(ring->peer_index);
	if ((producer ? ring->local - ring->peer : ring->peer - ring->local) > ring->capacity)
		nexus_ring_break(ring, "the indices in the window contradict each other");
	return !ring->broken;
}

/* Reads the peer's index and believes it only within what is possible (R3). False if the ring is broken. */
static bool refresh_peer(struct nexus_ring *ring)
{
	/* Slots and payload that the index covers are read (or, by a producer, written) only after it (R2). */
	const u32 claim = smp_load_acquire(ring->peer_index);
	/* A consumer cannot have passed what was published; a producer cannot be a full round ahead. */
	const u32 furthest = ring->producer ? ring->published : ring->local + ring->capacity;

	if (nexus_ring_is_broken(ring))
		return false;
	if (claim - ring->peer > furthest - ring->peer) {
		nexus_ring_break(ring, "the peer's index is out of range");
		return false;
	}
	ring->peer = claim;
	return true;
}

/* Whether moving an index from old to new passes the event index that the other end waits for (virtio 1.2, 2.7.7.2). */
static bool passes_event(u32 event, u32 new, u32 old)
{
	return new - event - 1 < new - old;
}

static void move_own_index(struct nexus_ring *ring)
{
	const u32 old = ring->published;

	if (ring->local == old)
		return;
	/* What was written to slots and pool, or read from them, comes before the index that hands them over (R2). */
	smp_store_release(ring->own_index, ring->local);
	ring->published = ring->local;
	/* The index must be visible before the event index is read: the peer does the two in the other order (R9). */
	smp_mb();
	if (passes_event(READ_ONCE(*ring->peer_event), ring->local, old)) {
		ring->counters.doorbells++;
		nexus_hypercall_doorbell(ring->doorbell);
	}
}

u32 nexus_ring_next_slot(const struct nexus_ring *ring)
{
	return ring->local & (ring->capacity - 1);
}
EXPORT_SYMBOL_GPL(nexus_ring_next_slot);

u32 nexus_ring_space(struct nexus_ring *ring)
{
	if (!ring->producer || !refresh_peer(ring))
		return 0;
	return ring->capacity - (ring->local - ring->peer);
}
EXPORT_SYMBOL_GPL(nexus_ring_space);

int nexus_ring_produce(struct nexus_ring *ring, const struct ion_descriptor *descriptor)
{
	union slot slot = { .descriptor = *descriptor };
	u64 *to;
	u32 i;

	if (nexus_ring_is_broken(ring) || !ring->producer)
		return -EPIPE;
	if (ring->local - ring->peer == ring->capacity && nexus_ring_space(ring) == 0) {
		ring->counters.full++;
		return nexus_ring_is_broken(ring) ? -EPIPE : -ENOSPC;
	}
	slot.descriptor.sequence = ring->local;
	slot.descriptor.reserved = 0;
	to = ring->slots + nexus_ring_next_slot(ring) * WORDS;
	for (i = 0; i < WORDS; i++)
		WRITE_ONCE(to[i], slot.words[i]);
	ring->local++;
	ring->counters.descriptors++;
	return 0;
}
EXPORT_SYMBOL_GPL(nexus_ring_produce);

void nexus_ring_publish(struct nexus_ring *ring)
{
	if (!nexus_ring_is_broken(ring))
		move_own_index(ring);
}
EXPORT_SYMBOL_GPL(nexus_ring_publish);

bool nexus_ring_want_space(struct nexus_ring *ring)
{
	WRITE_ONCE(*ring->own_event, ring->peer);
	/* The wish to be woken must be visible before the last look at the index (R9). */
	smp_mb();
	return nexus_ring_space(ring) > 0;
}
EXPORT_SYMBOL_GPL(nexus_ring_want_space);

/* What is wrong with a descriptor whatever it is for (R5), or NULL. */
static const char *descriptor_fault(const struct nexus_ring *ring, const struct ion_descriptor *descriptor)
{
	if (descriptor->sequence != ring->local)
		return "a descriptor is out of sequence";
	if (descriptor->kind == 0)
		return "a descriptor has no kind";
	if (descriptor->flags || descriptor->reserved)
		return "a descriptor sets bits that have no meaning";
	if (descriptor->length == 0 ? descriptor->offset != 0 :
				      !nexus_ring_holds(ring, descriptor->offset, descriptor->length))
		return "a descriptor names bytes outside the pool";
	return NULL;
}

int nexus_ring_consume(struct nexus_ring *ring, struct ion_descriptor *descriptor)
{
	const u64 *from = ring->slots + nexus_ring_next_slot(ring) * WORDS;
	const char *fault;
	union slot slot;
	u32 i;

	if (ring->producer || nexus_ring_is_broken(ring))
		return -EPIPE;
	if (ring->local == ring->peer && !refresh_peer(ring))
		return -EPIPE;
	if (ring->local == ring->peer)
		return 0;
	for (i = 0; i < WORDS; i++)
		slot.words[i] = READ_ONCE(from[i]);
	fault = descriptor_fault(ring, &slot.descriptor);
	if (fault) {
		nexus_ring_break(ring, fault);
		return -EPIPE;
	}
	*descriptor = slot.descriptor;
	ring->local++;
	ring->counters.descriptors++;
	return 1;
}
EXPORT_SYMBOL_GPL(nexus_ring_consume);

void nexus_ring_release(struct nexus_ring *ring)
{
	if (!nexus_ring_is_broken(ring))
		move_own_index(ring);
}
EXPORT_SYMBOL_GPL(nexus_ring_release);

bool nexus_ring_sleep(struct nexus_ring *ring)
{
	ring->counters.sleeps++;
	WRITE_ONCE(*ring->own_event, ring->local);
	/* The wish to be woken must be visible before the last look at the index (R9). */
	smp_mb();
	return refresh_peer(ring) && ring->peer != ring->local;
}
EXPORT_SYMBOL_GPL(nexus_ring_sleep);
