// SPDX-License-Identifier: GPL-2.0-only
#include "host.h"

#include "check.h"
#include "hypercall.h"
#include "window.h"

static u8 *window;
static struct nexus_ring guests[ION_RING_COUNT];
static u32 moved[ION_RING_COUNT];
static u32 doorbells[ION_RING_COUNT];

static const struct ion_ring *entry(u32 ring)
{
	return (const struct ion_ring *)(window + ION_RING_TABLE_OFFSET) + ring;
}

static bool produces(u32 ring)
{
	return entry(ring)->direction == ION_DIRECTION_HOST_TO_GUEST;
}

static u32 *host_cell(u32 ring)
{
	return (u32 *)(window + (produces(ring) ? entry(ring)->producer_offset : entry(ring)->consumer_offset));
}

static u32 *guest_cell(u32 ring)
{
	return (u32 *)(window + (produces(ring) ? entry(ring)->consumer_offset : entry(ring)->producer_offset));
}

static u32 *event_of(u32 *cell)
{
	return (u32 *)((u8 *)cell + ION_EVENT_INDEX_OFFSET);
}

static struct ion_descriptor *slot(u32 ring, u32 position)
{
	return (struct ion_descriptor *)(window + entry(ring)->slots_offset) + position % entry(ring)->slot_count;
}

void nexus_hypercall_doorbell(u64 rings)
{
	u32 i;

	CHECK(rings && rings < 1ull << ION_RING_COUNT);
	for (i = 0; i < ION_RING_COUNT; i++)
		doorbells[i] += rings >> i & 1;
}

void host_open(void)
{
	u32 i;

	free(window);
	window = make_window();
	memset(moved, 0, sizeof(moved));
	memset(doorbells, 0, sizeof(doorbells));
	for (i = 0; i < ION_RING_COUNT; i++)
		CHECK(nexus_ring_attach(&guests[i], window, entry(i), i));
}

struct nexus_ring *guest_ring(u32 ring)
{
	return &guests[ring];
}

void host_send(u32 ring, struct ion_descriptor descriptor)
{
	CHECK(produces(ring) && moved[ring] - *guest_cell(ring) < entry(ring)->slot_count);
	descriptor.sequence = moved[ring];
	*slot(ring, moved[ring]) = descriptor;
	*host_cell(ring) = ++moved[ring];
}

u32 host_fill(u32 ring, const void *bytes, u32 length)
{
	const struct ion_ring *const of = entry(ring);
	const u32 offset = of->pool_offset + moved[ring] % of->buffer_count * of->buffer_size;

	CHECK(produces(ring) && offset + length <= of->pool_offset + of->pool_size);
	memcpy(window + offset, bytes, length);
	return offset;
}

u32 host_consumed(u32 ring)
{
	CHECK(produces(ring));
	return *guest_cell(ring);
}

bool host_take(u32 ring, struct ion_descriptor *descriptor)
{
	if (!host_waiting(ring))
		return false;
	*descriptor = *slot(ring, moved[ring]);
	CHECK(descriptor->sequence == moved[ring]++);
	return true;
}

u32 host_waiting(u32 ring)
{
	CHECK(!produces(ring));
	return *guest_cell(ring) - moved[ring];
}

void host_release(u32 ring)
{
	CHECK(!produces(ring));
	*host_cell(ring) = moved[ring];
}

const u8 *host_bytes(u32 offset)
{
	return window + offset;
}

void host_listen(u32 ring)
{
	CHECK(!produces(ring));
	*event_of(host_cell(ring)) = *guest_cell(ring);
}

u32 host_doorbells(u32 ring)
{
	return doorbells[ring];
}

bool host_must_ring(u32 ring)
{
	return *event_of(guest_cell(ring)) == *host_cell(ring);
}
