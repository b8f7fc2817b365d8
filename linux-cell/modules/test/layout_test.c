// SPDX-License-Identifier: GPL-2.0-only
/* The window's header and tables: whatever they say, what is accepted can be used without looking again. */
#include "check.h"
#include "window.h"

#define ROUNDS 400000

struct range {
	u64 begin;
	u64 end;
};

static struct nexus_layout layout;
static struct nexus_fault fault;

static bool is_accepted(const u8 *window)
{
	memset(&layout, 0xa5, sizeof(layout));
	return nexus_layout_read(window, ION_WINDOW_SIZE, &layout, &fault);
}

static void accepts_the_reference(void)
{
	u8 *window = make_window();

	CHECK(is_accepted(window));
	CHECK(nexus_layout_find_ring(&layout, ION_CHANNEL_NET_TRANSMIT) == 3);
	CHECK(nexus_layout_find_ring(&layout, 0x7777) == -1);
	free(window);
}

/* The section that contains a range, by 64-bit sums: written anew, so that a slip in layout.c is not repeated here. */
static u32 kind_around(struct range range)
{
	u32 i;

	for (i = 0; i < layout.header.section_count; i++) {
		const struct ion_section *section = &layout.sections[i];

		if (range.begin >= section->offset && range.end <= (u64)section->offset + section->size)
			return section->kind;
	}
	return 0;
}

static void check_accepted(void)
{
	struct range ranges[NEXUS_MAX_RINGS * 4];
	u32 count = 0;
	u32 i;
	u32 j;

	for (i = 0; i < layout.header.ring_count; i++) {
		const struct ion_ring *ring = &layout.rings[i];
		const bool to_guest = ring->direction == ION_DIRECTION_HOST_TO_GUEST;
		const u32 data = to_guest ? ION_SECTION_KIND_HOST_TO_GUEST : ION_SECTION_KIND_GUEST_TO_HOST;
		const u32 producer = to_guest ? ION_SECTION_KIND_HOST_CONTROL : ION_SECTION_KIND_GUEST_CONTROL;
		const u32 consumer = to_guest ? ION_SECTION_KIND_GUEST_CONTROL : ION_SECTION_KIND_HOST_CONTROL;
		const u32 kinds[] = { data, data, producer, consumer };

		ranges[count + 0] = (struct range){ ring->slots_offset, ring->slots_offset + 32ull * ring->slot_count };
		ranges[count + 1] = (struct range){ ring->pool_offset, (u64)ring->pool_offset + ring->pool_size };
		ranges[count + 2] = (struct range){ ring->producer_offset, ring->producer_offset + 128ull };
		ranges[count + 3] = (struct range){ ring->consumer_offset, ring->consumer_offset + 128ull };
		for (j = 0; j < 4; j++)
			CHECK(ranges[count + j].begin % 64 == 0);
		for (j = 0; j < 4; j++)
			CHECK(kind_around(ranges[count + j]) == kinds[j]);
		CHECK((u64)ring->buffer_size * ring->buffer_count == ring->pool_size);
		CHECK(ring->slot_count && !(ring->slot_count & (ring->slot_count - 1)));
		count += 4;
	}
	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			CHECK(ranges[i].end <= ranges[j].begin || ranges[j].end <= ranges[i].begin);
}

/* Values at which sums wrap, tables end and sections touch. */
static u32 tempting_word(u32 old)
{
	static const u32 words[] = { 0, 1, 2, 3, 16, 31, 32, 33, 64, 255, 0x80, 0x200, 0x1000, 0x2000, 0x200000, 0x800000,
				     0x1000000, 0x7fffffff, 0x80000000, 0xffffffc0, 0xffffffff };

	switch (random_below(4)) {
	case 0:
		return words[random_below(ARRAY_SIZE(words))];
	case 1:
		return old ^ (1u << random_below(32));
	case 2:
		return old + (random_below(5) - 2) * 64;
	default:
		return random_word();
	}
}

struct slip {
	const char *table;
	/* -1: of none, of the table as a whole. */
	int entry;
	const char *field;
	u32 place;
	u32 value;
};

#define IN_HEADER(field) offsetof(struct ion_header, field)
#define IN_TABLE(table, type, index, field) ((table) + (index) * sizeof(struct type) + offsetof(struct type, field))
#define IN_SECTION(index, field) IN_TABLE(ION_SECTION_TABLE_OFFSET, ion_section, index, field)
#define IN_RING(index, field) IN_TABLE(ION_RING_TABLE_OFFSET, ion_ring, index, field)

/* One word is wrong, nothing else, and it is the one that is named. Section 1 is the host's, ring 3 the guest's. */
static void names_what_is_wrong(void)
{
	static const struct slip slips[] = {
		{ "header", -1, "magic", IN_HEADER(magic), ION_MAGIC + 1 },
		{ "header", -1, "abi_version", IN_HEADER(abi_version), ION_ABI_VERSION + 1 },
		{ "header", -1, "header_size", IN_HEADER(header_size), 68 },
		{ "header", -1, "window_size", IN_HEADER(window_size), ION_WINDOW_SIZE / 2 },
		{ "header", -1, "epoch", IN_HEADER(epoch), 0 },
		{ "header", -1, "section_count", IN_HEADER(section_count), 0 },
		{ "header", -1, "section_count", IN_HEADER(section_count), NEXUS_MAX_SECTIONS + 1 },
		{ "header", -1, "ring_count", IN_HEADER(ring_count), 0 },
		{ "header", -1, "ring_count", IN_HEADER(ring_count), NEXUS_MAX_RINGS + 1 },
		/* As many as there may be: what is wrong is the first that is none. */
		{ "section", 6, "kind", IN_HEADER(section_count), NEXUS_MAX_SECTIONS },
		{ "ring", 8, "direction", IN_HEADER(ring_count), NEXUS_MAX_RINGS },
		{ "header", -1, "section_table_offset", IN_HEADER(section_table_offset), 48 },
		{ "header", -1, "section_table_offset", IN_HEADER(section_table_offset), ION_SECTION_TABLE_OFFSET + 8 },
		{ "header", -1, "section_table_offset", IN_HEADER(section_table_offset),
		  4096 - NEXUS_MAX_SECTIONS * sizeof(struct ion_section) + 16 },
		{ "header", -1, "ring_table_offset", IN_HEADER(ring_table_offset), ION_SECTION_TABLE_OFFSET + 16 },
		{ "header", -1, "ring_table_offset", IN_HEADER(ring_table_offset), ION_RING_TABLE_OFFSET + 8 },
		{ "header", -1, "ring_table_offset", IN_HEADER(ring_table_offset),
		  4096 - ION_RING_COUNT * sizeof(struct ion_ring) + 16 },
		{ "header", -1, "host_state", IN_HEADER(host_state), ION_HOST_STATE_DOWN },
		{ "header", -1, "host_state", IN_HEADER(host_state), ION_HOST_STATE_CLOSING },
		{ "header", -1, "reserved", IN_HEADER(reserved), 1 },
		{ "section", 1, "kind", IN_SECTION(1, kind), 0 },
		{ "section", 1, "kind", IN_SECTION(1, kind), ION_SECTION_KIND_GUEST_TO_HOST + 1 },
		{ "section", 1, "kind", IN_SECTION(1, kind), ION_SECTION_KIND_HEADER },
		{ "section", 0, "access", IN_SECTION(0, access), ION_ACCESS_READ_WRITE },
		{ "section", 1, "access", IN_SECTION(1, access), ION_ACCESS_READ_WRITE },
		{ "section", 2, "access", IN_SECTION(2, access), ION_ACCESS_READ_ONLY },
		{ "section", 1, "offset", IN_SECTION(1, offset), 0x1800 },
		{ "section", 1, "size", IN_SECTION(1, size), 0 },
		{ "section", 1, "size", IN_SECTION(1, size), 0x1800 },
		{ "section", 5, "size", IN_SECTION(5, size), ION_WINDOW_SIZE },
		{ "section", -1, "size", IN_SECTION(5, size), ION_SECTION_GUEST_TO_HOST_SIZE - 4096 },
		{ "ring", 3, "channel", IN_RING(3, channel), ION_CHANNEL_CONSOLE_INPUT },
		{ "ring", 3, "direction", IN_RING(3, direction), 0 },
		{ "ring", 3, "slot_count", IN_RING(3, slot_count), 255 },
		{ "ring", 3, "slot_count", IN_RING(3, slot_count), 1 },
		{ "ring", 3, "slot_size", IN_RING(3, slot_size), 64 },
		{ "ring", 3, "slots_offset", IN_RING(3, slots_offset), ION_SECTION_HOST_TO_GUEST_OFFSET },
		{ "ring", 3, "slots_offset", IN_RING(3, slots_offset), ION_SECTION_GUEST_TO_HOST_OFFSET },
		{ "ring", 3, "slots_offset", IN_RING(3, slots_offset),
		  ION_SECTION_GUEST_TO_HOST_OFFSET + ION_SECTION_GUEST_TO_HOST_SIZE - 64 },
		{ "ring", 3, "producer_offset", IN_RING(3, producer_offset), ION_SECTION_HOST_CONTROL_OFFSET + 0x400 },
		{ "ring", 3, "consumer_offset", IN_RING(3, consumer_offset), ION_SECTION_GUEST_CONTROL_OFFSET + 0x400 },
		{ "ring", 3, "pool_offset", IN_RING(3, pool_offset), ION_SECTION_GUEST_TO_HOST_OFFSET + 32 },
		{ "ring", 3, "buffer_size", IN_RING(3, buffer_size), 2049 },
		{ "ring", 3, "buffer_size", IN_RING(3, buffer_size), 0 },
		{ "ring", 3, "buffer_count", IN_RING(3, buffer_count), 255 },
		/* Times 2048 it is 2^32 bytes more than the pool has. */
		{ "ring", 3, "buffer_count", IN_RING(3, buffer_count), 256 + (1u << 21) },
		{ "ring", 3, "reserved", IN_RING(3, reserved[4]), 1 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(slips); i++) {
		u8 *window = make_window();

		*(u32 *)(window + slips[i].place) = slips[i].value;
		CHECK(!is_accepted(window));
		CHECK(!strcmp(fault.table, slips[i].table) && fault.entry == slips[i].entry);
		CHECK(!strcmp(fault.field, slips[i].field));
		free(window);
	}
}

/* A pool of more bytes than its section has, by sums that fit: whichever is last has nothing behind it to overlap. */
static void ends_with_its_section(void)
{
	u8 *window = make_window();
	struct ion_ring *rings = (struct ion_ring *)(window + ION_RING_TABLE_OFFSET);
	u32 i;

	for (i = 0; i < ION_RING_COUNT; i++) {
		const struct ion_ring own = rings[i];

		rings[i].pool_size = 0x80000000u;
		rings[i].buffer_count = rings[i].pool_size / own.buffer_size;
		CHECK(!is_accepted(window) && fault.entry == (int)i && !strcmp(fault.field, "pool_offset"));
		rings[i] = own;
	}
	CHECK(is_accepted(window));
	free(window);
}

static void survives_every_corruption(void)
{
	u8 *window = make_window();
	/* Only the header's page is read: behind it there is nothing, and the sanitizer sees who looks. */
	u8 *page = malloc(4096);
	u32 accepted = 0;
	u32 round;

	CHECK(page);
	for (round = 0; round < ROUNDS; round++) {
		u32 changes = 1 + random_below(3);

		memcpy(page, window, 4096);
		while (changes--) {
			u32 *word = (u32 *)page + random_below((ION_RING_TABLE_OFFSET + 8 * 64) / 4);

			*word = tempting_word(*word);
		}
		if (!is_accepted(page)) {
			CHECK(fault.field && fault.table);
			continue;
		}
		check_accepted();
		accepted++;
	}
	/* Some corruptions hit what has no meaning (features, the clock) or another valid value; most do not. */
	CHECK(accepted > 0 && accepted < ROUNDS / 2);
	free(page);
	free(window);
}

static const struct test tests[] = {
	{ "the reference layout is accepted", accepts_the_reference },
	{ "a wrong word is refused by its name", names_what_is_wrong },
	{ "a pool ends with its section", ends_with_its_section },
	{ "a corrupt layout is refused or harmless", survives_every_corruption },
};

int main(int argc, char **argv)
{
	return run_test(argc, argv, tests, ARRAY_SIZE(tests));
}
