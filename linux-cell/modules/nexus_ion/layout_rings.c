// SPDX-License-Identifier: GPL-2.0-only
#include "layout.h"

#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/log2.h>

/* A stretch of the window that belongs to one ring and to nothing else. */
struct extent {
	u32 offset;
	u32 size;
	const char *field;
};

enum { EXTENTS = 4 };

/* What two CPUs write lies on different cache lines. */
#define LINE 64u

static void extents_of(const struct ion_ring *ring, struct extent extents[EXTENTS])
{
	extents[0] = (struct extent){ ring->slots_offset, ring->slot_count * ring->slot_size, "slots_offset" };
	extents[1] = (struct extent){ ring->pool_offset, ring->pool_size, "pool_offset" };
	extents[2] = (struct extent){ ring->producer_offset, ION_INDEX_LINE_SIZE, "producer_offset" };
	extents[3] = (struct extent){ ring->consumer_offset, ION_INDEX_LINE_SIZE, "consumer_offset" };
}

/* Compared without adding, so that no sum can wrap. */
static bool is_inside(const struct ion_section *section, u32 offset, u32 size)
{
	return offset >= section->offset && size <= section->size && offset - section->offset <= section->size - size;
}

static bool overlap(const struct extent *a, const struct extent *b)
{
	return a->offset < b->offset ? b->offset - a->offset < a->size : a->offset - b->offset < b->size;
}

static bool check_shape(const struct ion_ring *ring, struct nexus_fault *fault)
{
	u32 reserved = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ring->reserved); i++)
		reserved |= ring->reserved[i];
	return nexus_require(fault,
			     ring->direction == ION_DIRECTION_HOST_TO_GUEST ||
				     ring->direction == ION_DIRECTION_GUEST_TO_HOST,
			     "direction", "1 or 2", ring->direction) &&
	       nexus_require(fault, is_power_of_2(ring->slot_count) && ring->slot_count >= 2 && ring->slot_count <= 65536,
			     "slot_count", "a power of two from 2 to 65536", ring->slot_count) &&
	       nexus_expect(fault, "slot_size", sizeof(struct ion_descriptor), ring->slot_size) &&
	       nexus_require(fault, ring->buffer_size > 0 && IS_ALIGNED(ring->buffer_size, 64), "buffer_size",
			     "a multiple of 64", ring->buffer_size) &&
	       nexus_require(fault,
			     ring->buffer_count > 0 &&
				     (u64)ring->buffer_count * ring->buffer_size == ring->pool_size,
			     "buffer_count", "as many buffers as the pool holds", ring->buffer_count) &&
	       nexus_expect(fault, "reserved", 0, reserved);
}

/* Each end's index lies where only that end can write, descriptors and payload where only the producer can. */
static bool check_places(const struct nexus_layout *layout, const struct ion_ring *ring, struct nexus_fault *fault)
{
	const bool to_guest = ring->direction == ION_DIRECTION_HOST_TO_GUEST;
	const struct ion_section *host = nexus_layout_section(layout, ION_SECTION_KIND_HOST_CONTROL);
	const struct ion_section *guest = nexus_layout_section(layout, ION_SECTION_KIND_GUEST_CONTROL);
	const struct ion_section *data =
		nexus_layout_section(layout, to_guest ? ION_SECTION_KIND_HOST_TO_GUEST : ION_SECTION_KIND_GUEST_TO_HOST);
	const struct {
		const char *field;
		u32 offset;
		u32 size;
		const struct ion_section *section;
	} places[] = {
		{ "slots_offset", ring->slots_offset, ring->slot_count * ring->slot_size, data },
		{ "pool_offset", ring->pool_offset, ring->pool_size, data },
		{ "producer_offset", ring->producer_offset, ION_INDEX_LINE_SIZE, to_guest ? host : guest },
		{ "consumer_offset", ring->consumer_offset, ION_INDEX_LINE_SIZE, to_guest ? guest : host },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (!nexus_require(fault,
				   IS_ALIGNED(places[i].offset, LINE) &&
					   is_inside(places[i].section, places[i].offset, places[i].size),
				   places[i].field, "64-byte aligned, inside the section of its writer", places[i].offset))
			return false;
	return true;
}

static bool check_apart(const struct ion_ring *ring, const struct ion_ring *other, struct nexus_fault *fault)
{
	struct extent mine[EXTENTS];
	struct extent theirs[EXTENTS];
	u32 i;
	u32 j;

	extents_of(ring, mine);
	extents_of(other, theirs);
	for (i = 0; i < EXTENTS; i++)
		for (j = ring == other ? i + 1 : 0; j < EXTENTS; j++)
			if (!nexus_require(fault, !overlap(&mine[i], &theirs[j]), mine[i].field,
					   "a place that nothing else has", mine[i].offset))
				return false;
	return true;
}

bool nexus_layout_check_rings(const struct nexus_layout *layout, struct nexus_fault *fault)
{
	u32 i;
	u32 j;

	*fault = (struct nexus_fault){ .table = "ring" };
	for (i = 0; i < layout->header.ring_count; i++) {
		const struct ion_ring *ring = &layout->rings[i];

		fault->entry = i;
		if (!check_shape(ring, fault) || !check_places(layout, ring, fault))
			return false;
		if (!nexus_require(fault, nexus_layout_find_ring(layout, ring->channel) == i, "channel",
				   "a channel that no other ring has", ring->channel))
			return false;
		for (j = 0; j <= i; j++)
			if (!check_apart(ring, &layout->rings[j], fault))
				return false;
	}
	return true;
}
