// SPDX-License-Identifier: GPL-2.0-only
/* In which order a ring's ends touch the window: what must be there before the index, and before the last look. */
#include "check.h"
#include "hypercall.h"
#include "ring.h"
#include "window.h"

#define RECEIVE ION_RING_NET_RECEIVE
#define TRANSMIT ION_RING_NET_TRANSMIT
#define MOST_SEEN 16

static u8 *window;
static struct nexus_ring ring;
static u32 doorbells;

static struct {
	enum barrier barrier;
	const void *place;
} seen[MOST_SEEN];
static u32 seen_count;

/* What the host does at the next full barrier. */
static void (*at_full)(void);

void nexus_hypercall_doorbell(u64 rings)
{
	doorbells++;
}

static struct ion_descriptor *slot(u32 position)
{
	return (struct ion_descriptor *)ring.slots + position % ring.capacity;
}

static void check_whole(u32 sequence)
{
	CHECK(slot(sequence)->kind == 1 && slot(sequence)->sequence == sequence);
	CHECK(slot(sequence)->tag == sequence + 1 && slot(sequence)->argument == ~(u64)sequence);
}

/* The host sees an index from its release on, and so all descriptors that it covers must be in their slots by then. */
static void watch(enum barrier barrier, const void *place, unsigned long value)
{
	u32 sequence;

	if (barrier == BARRIER_RELEASE && ring.producer) {
		CHECK(place == ring.own_index);
		for (sequence = *ring.own_index; sequence != value; sequence++)
			check_whole(sequence);
	}
	CHECK(seen_count < MOST_SEEN);
	seen[seen_count].barrier = barrier;
	seen[seen_count++].place = place;
	if (barrier == BARRIER_FULL && at_full)
		at_full();
}

static void attach(u32 index)
{
	const struct ion_ring *entries;

	window = make_window();
	entries = (const struct ion_ring *)(window + ION_RING_TABLE_OFFSET);
	CHECK(nexus_ring_attach(&ring, window, &entries[index], index));
	seen_count = 0;
	barrier_watch = watch;
}

static bool saw(u32 place_in_order, enum barrier barrier, const void *place)
{
	return place_in_order < seen_count && seen[place_in_order].barrier == barrier && seen[place_in_order].place == place;
}

static void produce(u32 sequence)
{
	const struct ion_descriptor descriptor = { .kind = 1, .tag = sequence + 1, .argument = ~(u64)sequence };

	CHECK(!nexus_ring_produce(&ring, &descriptor));
}

/* Many at once and one by one, round the ring: no index moves but by a release, and by publish alone. */
static void releases_what_is_whole(void)
{
	u32 produced = 0;
	u32 round;

	attach(TRANSMIT);
	for (round = 0; round < 400; round++) {
		const u32 published = *ring.own_index;
		u32 more = 1 + random_below(9);

		while (more--)
			produce(produced++);
		CHECK(*ring.own_index == published);
		seen_count = 0;
		nexus_ring_publish(&ring);
		CHECK(*ring.own_index == produced);
		CHECK(saw(0, BARRIER_RELEASE, ring.own_index) && saw(1, BARRIER_FULL, NULL) && seen_count == 2);
		*(u32 *)ring.peer_index = produced;
		CHECK(nexus_ring_space(&ring) == ring.capacity);
		seen_count = 0;
	}
	nexus_ring_publish(&ring);
	CHECK(seen_count == 0);
}

static void host_sends(void)
{
	const u32 sequence = *ring.peer_index;

	at_full = NULL;
	*slot(sequence) = (struct ion_descriptor){ .kind = 1, .sequence = sequence };
	*(u32 *)ring.peer_index = sequence + 1;
}

/* The host may write over a slot once it has the index: a release hands it back, and only what was consumed. */
static void releases_what_was_read(void)
{
	struct ion_descriptor descriptor;
	u32 i;

	attach(RECEIVE);
	for (i = 0; i < 5; i++)
		host_sends();
	for (i = 0; i < 5; i++)
		CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
	CHECK(*ring.own_index == 0);
	seen_count = 0;
	nexus_ring_release(&ring);
	CHECK(*ring.own_index == 5);
	CHECK(saw(0, BARRIER_RELEASE, ring.own_index) && saw(1, BARRIER_FULL, NULL) && seen_count == 2);
}

/* A slot is read, or filled anew, only behind an acquire of the index that allows it. */
static void acquires_before_it_looks(void)
{
	struct ion_descriptor descriptor;
	u32 i;

	attach(RECEIVE);
	host_sends();
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1);
	CHECK(saw(0, BARRIER_ACQUIRE, ring.peer_index) && seen_count == 1);

	attach(TRANSMIT);
	for (i = 0; i < ring.capacity; i++)
		produce(i);
	nexus_ring_publish(&ring);
	*(u32 *)ring.peer_index = 1;
	seen_count = 0;
	produce(i);
	CHECK(saw(0, BARRIER_ACQUIRE, ring.peer_index) && seen_count == 1);
}

static void host_listens(void)
{
	at_full = NULL;
	*(u32 *)ring.peer_event = *ring.own_index - 1;
}

/* A wish that the host utters when it has not yet seen the index is heard (R9). */
static void looks_for_the_wish_behind_the_index(void)
{
	attach(TRANSMIT);
	*(u32 *)ring.peer_event = 100;
	produce(0);
	nexus_ring_publish(&ring);
	CHECK(doorbells == 0);
	produce(1);
	at_full = host_listens;
	nexus_ring_publish(&ring);
	CHECK(!at_full && doorbells == 1);
}

static void host_sends_unasked(void)
{
	CHECK(*ring.own_event == ring.local);
	host_sends();
}

/* What comes behind the last look but before the wish is seen rings no doorbell: the look behind the barrier finds it (R9). */
static void looks_behind_its_own_wish(void)
{
	struct ion_descriptor descriptor;

	attach(RECEIVE);
	host_sends();
	CHECK(nexus_ring_consume(&ring, &descriptor) == 1 && nexus_ring_consume(&ring, &descriptor) == 0);
	seen_count = 0;
	at_full = host_sends_unasked;
	CHECK(nexus_ring_sleep(&ring) && !at_full);
	CHECK(saw(0, BARRIER_FULL, NULL) && saw(1, BARRIER_ACQUIRE, ring.peer_index));
}

static void host_consumes(void)
{
	at_full = NULL;
	CHECK(*ring.own_event == *ring.peer_index);
	*(u32 *)ring.peer_index += 1;
}

static void looks_for_space_behind_its_wish(void)
{
	u32 i;

	attach(TRANSMIT);
	for (i = 0; i < ring.capacity + 3; i++) {
		seen_count = 0;
		produce(i);
		nexus_ring_publish(&ring);
		if (i == 3)
			*(u32 *)ring.peer_index = 3;
	}
	CHECK(!nexus_ring_want_space(&ring));
	seen_count = 0;
	at_full = host_consumes;
	CHECK(nexus_ring_want_space(&ring) && !at_full);
	CHECK(saw(0, BARRIER_FULL, NULL) && saw(1, BARRIER_ACQUIRE, ring.peer_index));
}

static const struct test tests[] = {
	{ "descriptors are there before the index that hands them over", releases_what_is_whole },
	{ "slots are given back by a release", releases_what_was_read },
	{ "a slot is touched behind an acquire", acquires_before_it_looks },
	{ "the host's wish is looked for behind the index", looks_for_the_wish_behind_the_index },
	{ "a consumer looks behind its wish", looks_behind_its_own_wish },
	{ "a producer looks behind its wish", looks_for_space_behind_its_wish },
};

int main(int argc, char **argv)
{
	return run_test(argc, argv, tests, ARRAY_SIZE(tests));
}
