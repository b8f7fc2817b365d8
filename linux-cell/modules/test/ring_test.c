// SPDX-License-Identifier: GPL-2.0-only
/* The guest's ends of the rings, against a host that keeps the rules and against one that keeps none. */
#include "check.h"
#include "hypercall.h"
#include "ring.h"
#include "window.h"

#define CAPACITY 256u
#define RECEIVE ION_RING_NET_RECEIVE
#define TRANSMIT ION_RING_NET_TRANSMIT

static u8 *window;
static const struct ion_ring *entries;
static struct nexus_ring ring;
static u32 doorbells;

void nexus_hypercall_doorbell(u64 rings)
{
	CHECK(rings == ring.doorbell);
	doorbells++;
}

/* The host's view of its own and of the guest's cell. */
static u32 *cell(u32 index, bool producer)
{
	return (u32 *)(window + (producer ? entries[index].producer_offset : entries[index].consumer_offset));
}

static u32 *event(u32 index, bool producer)
{
	return (u32 *)((u8 *)cell(index, producer) + ION_EVENT_INDEX_OFFSET);
}

static struct ion_descriptor *slot(u32 index, u32 position)
{
	return (struct ion_descriptor *)(window + entries[index].slots_offset) + position % CAPACITY;
}

/* A ring whose indices stand at @start, so that a test can cross the point where they wrap. */
static void attach(u32 index, u32 start)
{
	if (!window)
		window = make_window();
	entries = (const struct ion_ring *)(window + ION_RING_TABLE_OFFSET);
	*cell(index, true) = *cell(index, false) = start;
	*event(index, true) = *event(index, false) = start;
	doorbells = 0;
	CHECK(nexus_ring_attach(&ring, window, &entries[index], index));
}

static const struct ion_ring *attach_receive(void)
{
	attach(RECEIVE, 0);
	return &entries[RECEIVE];
}

static void host_produces(u32 sequence)
{
	*slot(RECEIVE, sequence) = (struct ion_descriptor){ .kind = 1, .tag = sequence * 7, .sequence = sequence };
	*cell(RECEIVE, true) = sequence + 1;
}

static void receives_in_order(void)
{
	const u32 start = 0xffffff00u;
	struct ion_descriptor descriptor;
	u32 produced = start;
	u32 consumed = start;
	u32 round;

	attach(RECEIVE, start);
	for (round = 0; round < 200000; round++) {
		if (random_below(2) && produced - *cell(RECEIVE, false) < CAPACITY)
			host_produces(produced++);
		if (random_below(2)) {
			const int got = nexus_ring_consume(&ring, &descriptor);

			CHECK(got == (consumed != produced));
			if (got)
				CHECK(descriptor.tag == consumed++ * 7);
		}
		if (!random_below(8))
			nexus_ring_release(&ring);
	}
	CHECK(consumed - start > 50000 && !nexus_ring_is_broken(&ring));
}

static void transmits_in_order(void)
{
	const u32 start = 0xffffff00u;
	const struct ion_descriptor descriptor = { .kind = 1, .sequence = 99, .reserved = 99 };
	u32 produced = start;
	u32 taken = start;
	u32 round;

	attach(TRANSMIT, start);
	for (round = 0; round < 200000; round++) {
		if (random_below(2)) {
			const int error = nexus_ring_produce(&ring, &descriptor);

			CHECK(error == (produced - taken == CAPACITY ? -ENOSPC : 0));
			produced += !error;
		}
		if (!random_below(4))
			nexus_ring_publish(&ring);
		if (random_below(2) && taken != *cell(TRANSMIT, true)) {
			CHECK(slot(TRANSMIT, taken)->sequence == taken && slot(TRANSMIT, taken)->reserved == 0);
			*cell(TRANSMIT, false) = ++taken;
		}
		CHECK(*cell(TRANSMIT, true) - taken <= CAPACITY);
	}
	CHECK(taken - start > 50000 && !nexus_ring_is_broken(&ring));
}

/* What a descriptor may be once it has been handed out (R5). */
static void check_handed_out(const struct ion_descriptor *descriptor, u32 sequence)
{
	const u64 begin = descriptor->offset;
	const u64 end = begin + descriptor->length;
	const struct ion_ring *entry = &entries[RECEIVE];

	CHECK(descriptor->sequence == sequence && descriptor->kind && !descriptor->flags && !descriptor->reserved);
	if (descriptor->length)
		CHECK(begin >= entry->pool_offset && end <= (u64)entry->pool_offset + entry->pool_size);
	else
		CHECK(!descriptor->offset);
}

static void scribble(u32 sequence)
{
	const struct ion_ring *entry = &entries[RECEIVE];
	struct ion_descriptor *descriptor = slot(RECEIVE, sequence);
	u32 *words = (u32 *)descriptor;

	*descriptor = (struct ion_descriptor){ .kind = 1, .sequence = sequence };
	if (random_below(2)) {
		descriptor->offset = entry->pool_offset + random_below(entry->pool_size);
		descriptor->length = random_below(4096);
	}
	if (!random_below(16))
		words[random_below(8)] = random_below(2) ? random_word() : 0xffffffffu - random_below(64);
}

/* A host that writes what it likes: nothing wrong is handed out, and a ring once broken stays so (R3, R5, R12). */
static void survives_a_hostile_producer(void)
{
	u32 broken = 0;
	u32 handed_out = 0;
	u32 life;

	for (life = 0; life < 3000; life++) {
		struct ion_descriptor descriptor;
		u32 consumed = random_word();
		u32 round;

		attach(RECEIVE, consumed);
		for (round = 0; round < 60; round++) {
			u8 byte[16];
			u32 ahead = random_below(6);
			const u32 index = *cell(RECEIVE, true);

			while (ahead--)
				scribble(index + ahead);
			*cell(RECEIVE, true) = random_below(20) ? index + random_below(6) : random_word();
			while (nexus_ring_consume(&ring, &descriptor) > 0) {
				check_handed_out(&descriptor, consumed++);
				if (descriptor.length >= sizeof(byte))
					CHECK(!nexus_ring_read(&ring, descriptor.offset, byte, sizeof(byte)));
				handed_out++;
			}
			nexus_ring_release(&ring);
			if (nexus_ring_is_broken(&ring))
				break;
			CHECK(*cell(RECEIVE, false) == consumed);
		}
		if (nexus_ring_is_broken(&ring)) {
			broken++;
			scribble(consumed);
			*cell(RECEIVE, true) = consumed + 1;
			CHECK(nexus_ring_consume(&ring, &descriptor) == -EPIPE && !nexus_ring_sleep(&ring));
		}
		}
	CHECK(broken > 500 && handed_out > 10000);
}

/* A host that lies about what it consumed never makes the guest overwrite, or count beyond, the ring's capacity. */
static void survives_a_hostile_consumer(void)
{
	const struct ion_descriptor descriptor = { .kind = 1 };
	u32 broken = 0;
	u32 life;

	for (life = 0; life < 3000; life++) {
		const u32 start = random_word();
		u32 produced = start;
		u32 round;

		attach(TRANSMIT, start);
		for (round = 0; round < 400 && !nexus_ring_is_broken(&ring); round++) {
			produced += !nexus_ring_produce(&ring, &descriptor);
			if (!random_below(3))
				nexus_ring_publish(&ring);
			CHECK(nexus_ring_space(&ring) <= CAPACITY && produced - ring.peer <= CAPACITY);
			if (!random_below(50))
				*cell(TRANSMIT, false) = random_word();
		}
		if (nexus_ring_is_broken(&ring)) {
			broken++;
			*cell(TRANSMIT, false) = produced;
			CHECK(nexus_ring_produce(&ring, &descriptor) == -EPIPE && nexus_ring_space(&ring) == 0);
		}
		}
	CHECK(broken > 1000);
}

/* A full round ahead is the most that a producer can be, and back is nowhere; a consumer can't pass what it was given. */
static void believes_only_what_is_possible(void)
{
	const struct ion_descriptor sent = { .kind = 1 };
	struct ion_descriptor descriptor;

	attach(RECEIVE, 10);
	host_produces(10);
	*cell(RECEIVE, true) = 10 + CAPACITY;
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
	attach(RECEIVE, 10);
	host_produces(10);
	*cell(RECEIVE, true) = 10 + CAPACITY + 1;
	CHECK(nexus_ring_consume(&ring, &descriptor) == -EPIPE);
	attach(RECEIVE, 10);
	*cell(RECEIVE, true) = 9;
	CHECK(nexus_ring_consume(&ring, &descriptor) == -EPIPE);
	/* A round is counted from what was consumed, not from what was last seen. */
	attach(RECEIVE, 10);
	host_produces(10);
	host_produces(11);
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
	*cell(RECEIVE, true) = 11 + CAPACITY;
	CHECK(nexus_ring_sleep(&ring));
	*cell(RECEIVE, true) = 11 + CAPACITY + 1;
	CHECK(!nexus_ring_sleep(&ring) && nexus_ring_is_broken(&ring));

	attach(TRANSMIT, 10);
	CHECK(!nexus_ring_produce(&ring, &sent) && !nexus_ring_produce(&ring, &sent));
	nexus_ring_publish(&ring);
	*cell(TRANSMIT, false) = 12;
	CHECK(nexus_ring_space(&ring) == CAPACITY);
	CHECK(!nexus_ring_produce(&ring, &sent));
	*cell(TRANSMIT, false) = 13;
	CHECK(nexus_ring_space(&ring) == 0 && nexus_ring_is_broken(&ring));

	/* A full ring over which the host lies is closed, not full. */
	attach(TRANSMIT, 10);
	while (!nexus_ring_produce(&ring, &sent))
		;
	*cell(TRANSMIT, false) = 9;
	CHECK(nexus_ring_produce(&ring, &sent) == -EPIPE && nexus_ring_is_broken(&ring));
}

/* Each of what no descriptor may be, alone, closes the ring (R5). */
static void refuses_each_fault(void)
{
	const u32 pool = attach_receive()->pool_offset;
	const u32 end = pool + entries[RECEIVE].pool_size;
	const struct ion_descriptor faults[] = {
		{ .kind = 0 },
		{ .kind = 1, .flags = 1 },
		{ .kind = 1, .reserved = 1 },
		{ .kind = 1, .sequence = 1 },
		{ .kind = 1, .offset = pool },
		{ .kind = 1, .offset = pool - 1, .length = 1 },
		{ .kind = 1, .offset = end, .length = 1 },
		{ .kind = 1, .offset = end - 1, .length = 2 },
		{ .kind = 1, .offset = pool, .length = end - pool + 1 },
	};
	struct ion_descriptor descriptor;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		attach_receive();
		host_produces(0);
		*slot(RECEIVE, 0) = faults[i];
		CHECK(nexus_ring_consume(&ring, &descriptor) == -EPIPE && nexus_ring_is_broken(&ring));
	}
	attach_receive();
	host_produces(0);
	*slot(RECEIVE, 0) = (struct ion_descriptor){ .kind = 1, .offset = pool, .length = end - pool };
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
}

/* What was not handed over before a ring was closed stays where it is, and nobody is rung. */
static void hands_over_nothing_when_closed(void)
{
	struct ion_descriptor descriptor = { .kind = 1 };

	attach(TRANSMIT, 0);
	CHECK(!nexus_ring_produce(&ring, &descriptor));
	nexus_ring_break(&ring, "by the test");
	nexus_ring_publish(&ring);
	CHECK(*cell(TRANSMIT, true) == 0 && doorbells == 0 && nexus_ring_produce(&ring, &descriptor) == -EPIPE);
	attach_receive();
	host_produces(0);
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
	nexus_ring_break(&ring, "by the test");
	nexus_ring_release(&ring);
	CHECK(*cell(RECEIVE, false) == 0 && doorbells == 0);
	/* What an operator reads is why it was closed, not what came of that. */
	nexus_ring_break(&ring, "once more");
	CHECK(!strcmp(ring.broken, "by the test"));
}

/* The host rings when, and only when, the event index asks for it; whoever then sleeps has missed nothing (R9). */
static void misses_no_wake_up(void)
{
	struct ion_descriptor descriptor;
	bool awake = true;
	u32 produced = 0;
	u32 consumed = 0;
	u32 rung = 0;
	u32 round;

	attach(RECEIVE, 0);
	for (round = 0; round < 200000; round++) {
		if (random_below(2) && produced - *cell(RECEIVE, false) < CAPACITY) {
			const u32 asked = *event(RECEIVE, false);

			host_produces(produced++);
			if (produced - asked - 1 < 1) {
				awake = true;
				rung++;
			}
		}
		if (!awake || random_below(3))
			continue;
		while (nexus_ring_consume(&ring, &descriptor) > 0)
			consumed++;
		nexus_ring_release(&ring);
		if (!random_below(2))
			awake = nexus_ring_sleep(&ring);
		CHECK(awake || consumed == produced);
	}
	CHECK(rung > 1000 && rung < produced);
}

/* A doorbell of ours is rung when the published index passes what the host asked for, and not otherwise. */
static void rings_when_asked(void)
{
	const struct ion_descriptor descriptor = { .kind = 1 };
	u32 i;

	attach(TRANSMIT, 0xfffffffeu);
	*event(TRANSMIT, false) = 1;
	for (i = 0; i < 6; i++) {
		CHECK(!nexus_ring_produce(&ring, &descriptor));
		nexus_ring_publish(&ring);
		/* The fourth moves the index from 1 to 2, past the event index 1. */
		CHECK(doorbells == (i >= 3));
	}
}

static int copy(u32 offset, u8 *bytes, u32 length)
{
	return ring.producer ? nexus_ring_write(&ring, offset, bytes, length) : nexus_ring_read(&ring, offset, bytes, length);
}

static void stays_inside_its_pool(void)
{
	static const u32 rings[] = { RECEIVE, TRANSMIT };
	static u8 bytes[4096];
	u32 round;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		const struct ion_ring *entry;

		attach(rings[i], 0);
		entry = &entries[rings[i]];
		for (round = 0; round < 100000; round++) {
			const u32 offset = random_below(2) ? random_word() : entry->pool_offset + entry->pool_size - random_below(8192);
			const u32 length = random_below(sizeof(bytes));
			const u64 end = (u64)entry->pool_offset + entry->pool_size;

			CHECK(copy(offset, bytes, length) == (offset >= entry->pool_offset && (u64)offset + length <= end ? 0 : -ERANGE));
		}
	}
}

static void copies_payload(void)
{
	u8 written[3000];
	u8 read[3000];
	const struct ion_ring *entry;

	attach(TRANSMIT, 0);
	entry = &entries[TRANSMIT];
	fill_pattern(written, sizeof(written), 1);
	CHECK(!nexus_ring_write(&ring, entry->pool_offset + 64, written, sizeof(written)));
	CHECK(!memcmp(window + entry->pool_offset + 64, written, sizeof(written)));
	CHECK(window[entry->pool_offset + 63] == 0 && window[entry->pool_offset + 64 + sizeof(written)] == 0);

	attach(RECEIVE, 0);
	entry = &entries[RECEIVE];
	memcpy(window + entry->pool_offset + 128, written, sizeof(written));
	CHECK(!nexus_ring_read(&ring, entry->pool_offset + 128, read, sizeof(read)) && !memcmp(read, written, sizeof(read)));
}

/* Neither end does what is the other's, and neither is closed for having been asked. */
static void does_only_what_is_its_own(void)
{
	const struct ion_descriptor sent = { .kind = 1 };
	struct ion_descriptor descriptor;
	u8 byte = 1;

	attach(RECEIVE, 0);
	*slot(RECEIVE, 0) = (struct ion_descriptor){ 0 };
	CHECK(nexus_ring_produce(&ring, &sent) == -EPIPE && nexus_ring_space(&ring) == 0 && slot(RECEIVE, 0)->kind == 0);
	CHECK(nexus_ring_write(&ring, entries[RECEIVE].pool_offset, &byte, 1) == -ERANGE && !nexus_ring_is_broken(&ring));
	host_produces(0);
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1 && nexus_ring_space(&ring) == 0);

	attach(TRANSMIT, 0);
	CHECK(!nexus_ring_produce(&ring, &sent) && nexus_ring_consume(&ring, &descriptor) == -EPIPE);
	nexus_ring_publish(&ring);
	CHECK(nexus_ring_consume(&ring, &descriptor) == -EPIPE && !nexus_ring_is_broken(&ring));
	CHECK(nexus_ring_read(&ring, entries[TRANSMIT].pool_offset, &byte, 1) == -ERANGE);
	CHECK(*cell(TRANSMIT, true) == 1 && nexus_ring_space(&ring) == CAPACITY - 1);
}

/* What an operator reads of a ring. */
static void counts_what_happens(void)
{
	struct ion_descriptor descriptor = { .kind = 1 };
	u32 i;

	attach(TRANSMIT, 0);
	for (i = 0; i < CAPACITY; i++)
		CHECK(!nexus_ring_produce(&ring, &descriptor));
	CHECK(nexus_ring_produce(&ring, &descriptor) == -ENOSPC);
	nexus_ring_publish(&ring);
	CHECK(ring.counters.descriptors == CAPACITY && ring.counters.full == 1 && ring.counters.doorbells == 1);

	attach(RECEIVE, 0);
	host_produces(0);
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1 && nexus_ring_consume(&ring, &descriptor) == 0);
	CHECK(!nexus_ring_sleep(&ring) && ring.counters.descriptors == 1 && ring.counters.sleeps == 1);
}

/* Module reloaded: it goes on where it was, and refuses indices that contradict each other. */
static void attaches_to_what_is_there(void)
{
	u32 *index;

	attach(RECEIVE, 1000);
	index = cell(RECEIVE, true);
	*index = 1000 + CAPACITY;
	CHECK(nexus_ring_attach(&ring, window, &entries[RECEIVE], RECEIVE));
	*index = 1000 + CAPACITY + 1;
	CHECK(!nexus_ring_attach(&ring, window, &entries[RECEIVE], RECEIVE));
	*index = 999;
	CHECK(!nexus_ring_attach(&ring, window, &entries[RECEIVE], RECEIVE));

	attach(TRANSMIT, 1000);
	index = cell(TRANSMIT, true);
	*index = 1000 + CAPACITY;
	CHECK(nexus_ring_attach(&ring, window, &entries[TRANSMIT], TRANSMIT) && nexus_ring_space(&ring) == 0);
	*index = 1000 + CAPACITY + 1;
	CHECK(!nexus_ring_attach(&ring, window, &entries[TRANSMIT], TRANSMIT));
	*index = 999;
	CHECK(!nexus_ring_attach(&ring, window, &entries[TRANSMIT], TRANSMIT));
}

static const struct test tests[] = {
	{ "descriptors are received in order", receives_in_order },
	{ "descriptors are transmitted in order", transmits_in_order },
	{ "a hostile producer is survived", survives_a_hostile_producer },
	{ "a hostile consumer is survived", survives_a_hostile_consumer },
	{ "an impossible index is not believed", believes_only_what_is_possible },
	{ "each fault of a descriptor closes the ring", refuses_each_fault },
	{ "a closed ring hands nothing over", hands_over_nothing_when_closed },
	{ "no wake-up is missed", misses_no_wake_up },
	{ "the doorbell is rung when asked for", rings_when_asked },
	{ "payload stays inside the pool", stays_inside_its_pool },
	{ "payload is copied", copies_payload },
	{ "an end does only what is its own", does_only_what_is_its_own },
	{ "what happens is counted", counts_what_happens },
	{ "a reloaded module goes on where it was", attaches_to_what_is_there },
};

int main(int argc, char **argv)
{
	return run_test(argc, argv, tests, ARRAY_SIZE(tests));
}
