// SPDX-License-Identifier: GPL-2.0-only
#include "window.h"

#include "check.h"

#define BUFFERS 256u

static void put_sections(u8 *window)
{
	static const struct ion_section sections[] = {
		{ ION_SECTION_HEADER_OFFSET, ION_SECTION_HEADER_SIZE, ION_ACCESS_READ_ONLY, ION_SECTION_KIND_HEADER },
		{ ION_SECTION_HOST_CONTROL_OFFSET, ION_SECTION_HOST_CONTROL_SIZE, ION_ACCESS_READ_ONLY,
		  ION_SECTION_KIND_HOST_CONTROL },
		{ ION_SECTION_GUEST_CONTROL_OFFSET, ION_SECTION_GUEST_CONTROL_SIZE, ION_ACCESS_READ_WRITE,
		  ION_SECTION_KIND_GUEST_CONTROL },
		{ ION_SECTION_SPARE_OFFSET, ION_SECTION_SPARE_SIZE, ION_ACCESS_READ_ONLY, ION_SECTION_KIND_SPARE },
		{ ION_SECTION_HOST_TO_GUEST_OFFSET, ION_SECTION_HOST_TO_GUEST_SIZE, ION_ACCESS_READ_ONLY,
		  ION_SECTION_KIND_HOST_TO_GUEST },
		{ ION_SECTION_GUEST_TO_HOST_OFFSET, ION_SECTION_GUEST_TO_HOST_SIZE, ION_ACCESS_READ_WRITE,
		  ION_SECTION_KIND_GUEST_TO_HOST },
	};

	memcpy(window + ION_SECTION_TABLE_OFFSET, sections, sizeof(sections));
}

static const struct {
	u32 channel;
	u32 pool;
	u32 buffer_size;
} rings[ION_RING_COUNT] = {
	{ ION_CHANNEL_CONSOLE_INPUT, 0x210000, 256 },	  { ION_CHANNEL_CONSOLE_OUTPUT, 0x810000, 256 },
	{ ION_CHANNEL_NET_RECEIVE, 0x280000, 2048 },	  { ION_CHANNEL_NET_TRANSMIT, 0x880000, 2048 },
	{ ION_CHANNEL_BLOCK_COMPLETION, 0x400000, 16384 }, { ION_CHANNEL_BLOCK_REQUEST, 0xc00000, 16384 },
	{ ION_CHANNEL_INPUT_EVENT, 0x220000, 64 },	  { ION_CHANNEL_INPUT_STATUS, 0x820000, 64 },
};

static void put_ring(u8 *window, u32 index)
{
	const bool to_guest = index % 2 == 0;
	const u32 data = to_guest ? ION_SECTION_HOST_TO_GUEST_OFFSET : ION_SECTION_GUEST_TO_HOST_OFFSET;
	const u32 host = ION_SECTION_HOST_CONTROL_OFFSET + index * ION_INDEX_LINE_SIZE;
	const u32 guest = ION_SECTION_GUEST_CONTROL_OFFSET + index * ION_INDEX_LINE_SIZE;
	const struct ion_ring ring = {
		.channel = rings[index].channel,
		.direction = to_guest ? ION_DIRECTION_HOST_TO_GUEST : ION_DIRECTION_GUEST_TO_HOST,
		.slot_count = 256,
		.slot_size = sizeof(struct ion_descriptor),
		.slots_offset = data + index / 2 * 0x2000,
		.producer_offset = to_guest ? host : guest,
		.consumer_offset = to_guest ? guest : host,
		.pool_offset = rings[index].pool,
		.pool_size = rings[index].buffer_size * BUFFERS,
		.buffer_size = rings[index].buffer_size,
		.buffer_count = BUFFERS,
	};

	memcpy(window + ION_RING_TABLE_OFFSET + index * sizeof(ring), &ring, sizeof(ring));
}

u8 *make_window(void)
{
	const struct ion_header header = {
		.magic = ION_MAGIC,
		.abi_version = ION_ABI_VERSION,
		.header_size = sizeof(header),
		.window_size = ION_WINDOW_SIZE,
		.epoch = 1,
		.section_count = ION_SECTION_COUNT,
		.section_table_offset = ION_SECTION_TABLE_OFFSET,
		.ring_count = ION_RING_COUNT,
		.ring_table_offset = ION_RING_TABLE_OFFSET,
		.host_state = ION_HOST_STATE_READY,
	};
	u8 *window = calloc(1, ION_WINDOW_SIZE);
	u32 i;

	CHECK(window);
	memcpy(window, &header, sizeof(header));
	put_sections(window);
	for (i = 0; i < ION_RING_COUNT; i++)
		put_ring(window, i);
	return window;
}
