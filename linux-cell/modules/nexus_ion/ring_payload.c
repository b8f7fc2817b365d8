// SPDX-License-Identifier: GPL-2.0-only
/* Payload is copied, never used in place: no pointer into the window leaves this module (R6, R7). */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "ring.h"

/* Compared without adding, so that no sum can wrap. */
bool nexus_ring_holds(const struct nexus_ring *ring, u32 offset, u32 length)
{
	return offset >= ring->pool_offset && length <= ring->pool_size &&
	       offset - ring->pool_offset <= ring->pool_size - length;
}

u32 nexus_ring_capacity(const struct nexus_ring *ring)
{
	return ring->capacity;
}
EXPORT_SYMBOL_GPL(nexus_ring_capacity);

u32 nexus_ring_pool_size(const struct nexus_ring *ring)
{
	return ring->pool_size;
}
EXPORT_SYMBOL_GPL(nexus_ring_pool_size);

u32 nexus_ring_buffer_size(const struct nexus_ring *ring)
{
	return ring->buffer_size;
}
EXPORT_SYMBOL_GPL(nexus_ring_buffer_size);

u32 nexus_ring_buffer_count(const struct nexus_ring *ring)
{
	return ring->buffer_count;
}
EXPORT_SYMBOL_GPL(nexus_ring_buffer_count);

u32 nexus_ring_buffer_offset(const struct nexus_ring *ring, u32 buffer)
{
	return ring->pool_offset + buffer * ring->buffer_size;
}
EXPORT_SYMBOL_GPL(nexus_ring_buffer_offset);

int nexus_ring_write(struct nexus_ring *ring, u32 offset, const void *from, u32 length)
{
	if (!ring->producer || !nexus_ring_holds(ring, offset, length))
		return -ERANGE;
	memcpy(ring->window + offset, from, length);
	return 0;
}
EXPORT_SYMBOL_GPL(nexus_ring_write);

int nexus_ring_read(struct nexus_ring *ring, u32 offset, void *to, u32 length)
{
	if (ring->producer || !nexus_ring_holds(ring, offset, length))
		return -ERANGE;
	memcpy(to, ring->window + offset, length);
	return 0;
}
EXPORT_SYMBOL_GPL(nexus_ring_read);
