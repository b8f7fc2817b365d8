// SPDX-License-Identifier: GPL-2.0-only
/* What the host finds in the transmit ring, and what the stack is told. */
#include "host.h"
#include "net_interface.h"
#include "net_shim.h"
#include "service.h"

static void carries_every_byte(void)
{
	static const u32 lengths[] = { ETH_HLEN, 15, 60, 1514, VLAN_ETH_FRAME_LEN, FRAME_MAX };
	struct nexus_net *net = open_interface();
	struct ion_descriptor frame;
	unsigned long bytes = 0;
	u32 i;

	for (i = 0; i < 2 * ARRAY_SIZE(lengths); i++) {
		const u32 length = lengths[i / 2];
		/* Every second frame has its tail somewhere else. */
		const u32 rest = i % 2 * (length / 2);

		CHECK(net_send(net->netdev, frame_bytes(i), length - rest, rest, false) == NETDEV_TX_OK);
		CHECK(host_waiting(TRANSMIT) == 1 && host_take(TRANSMIT, &frame));
		CHECK(frame.kind == ION_NET_KIND_FRAME && frame.length == length && !frame.argument);
		CHECK(!memcmp(host_bytes(frame.offset), frame_bytes(i), length));
		bytes += length;
	}
	CHECK(net->netdev->stats.tx_packets == i && net->netdev->stats.tx_bytes == bytes);
	CHECK(net->netdev->stats.tx_dropped == 0);
}

static u32 released;

/* At the instant of the release the host can see the index, so the frame must be there. */
static void see_release(enum barrier barrier, const void *place, unsigned long value)
{
	const struct nexus_ring *ring = guest_ring(TRANSMIT);
	const struct ion_descriptor *slot = (const struct ion_descriptor *)ring->slots + (u32)(value - 1) % ring->capacity;

	if (barrier != BARRIER_RELEASE || place != ring->own_index)
		return;
	CHECK(slot->kind == ION_NET_KIND_FRAME && slot->length == 900);
	CHECK(!memcmp(host_bytes(slot->offset), frame_bytes(1), 900));
	released++;
}

static void publishes_what_is_there(void)
{
	struct nexus_net *net = open_interface();

	barrier_watch = see_release;
	CHECK(net_send(net->netdev, frame_bytes(1), 900, 0, false) == NETDEV_TX_OK);
	barrier_watch = NULL;
	CHECK(released == 1);
}

static void rings_once_a_batch(void)
{
	struct nexus_net *net = open_interface();
	const u32 rung = host_doorbells(TRANSMIT);
	u32 i;

	host_listen(TRANSMIT);
	for (i = 0; i < 8; i++) {
		CHECK(host_waiting(TRANSMIT) == 0);
		CHECK(net_send(net->netdev, frame_bytes(i), 60, 0, i < 7) == NETDEV_TX_OK);
	}
	CHECK(host_waiting(TRANSMIT) == 8 && host_doorbells(TRANSMIT) == rung + 1);
}

/* The last frame of a batch may be one that is dropped: what went before it must not wait. */
static void publishes_before_a_drop(void)
{
	struct nexus_net *net = open_interface();

	CHECK(net_send(net->netdev, frame_bytes(1), 60, 0, true) == NETDEV_TX_OK);
	CHECK(net_send(net->netdev, frame_bytes(2), FRAME_MAX + 1, 0, false) == NETDEV_TX_OK);
	CHECK(host_waiting(TRANSMIT) == 1 && net->netdev->stats.tx_dropped == 1);
}

static void fill_ring(struct nexus_net *net)
{
	u32 i;

	for (i = 0; i < nexus_ring_capacity(net->transmit); i++) {
		CHECK(!net->netdev->queue.stopped);
		CHECK(net_send(net->netdev, frame_bytes(i), 60, 0, true) == NETDEV_TX_OK);
	}
}

/* A full ring stops the queue and is published though more would follow; room wakes it, and no room does not. */
static void stops_when_full(void)
{
	struct nexus_net *net = open_interface();
	struct netdev_queue *queue = &net->netdev->queue;
	struct ion_descriptor frame;

	fill_ring(net);
	CHECK(queue->stopped && host_waiting(TRANSMIT) == nexus_ring_capacity(net->transmit));
	CHECK(host_must_ring(TRANSMIT));
	service_kick();
	settle(net);
	CHECK(queue->stopped && queue->woken == 0);
	CHECK(host_take(TRANSMIT, &frame));
	host_release(TRANSMIT);
	service_kick();
	settle(net);
	CHECK(!queue->stopped && queue->woken == 1 && !queue->lock.held);
	CHECK(net_send(net->netdev, frame_bytes(9), 60, 0, false) == NETDEV_TX_OK && queue->stopped);
}

/* A frame that finds no slot stays the stack's: it is neither lost nor written over another. */
static void keeps_what_finds_no_slot(void)
{
	struct nexus_net *net = open_interface();
	struct ion_descriptor frame;
	u32 i;

	fill_ring(net);
	net->netdev->queue.stopped = false;
	CHECK(net_send(net->netdev, frame_bytes(200), 60, 0, false) == NETDEV_TX_BUSY && net->netdev->queue.stopped);
	CHECK(net->netdev->stats.tx_dropped == 0);
	for (i = 0; host_take(TRANSMIT, &frame); i++)
		CHECK(!memcmp(host_bytes(frame.offset), frame_bytes(i), 60));
	CHECK(i == nexus_ring_capacity(net->transmit));
}

static struct netdev_queue *waiting;

/* Behind the wish to be woken the host is faster than the last look. */
static void make_room(enum barrier barrier, const void *place, unsigned long value)
{
	struct ion_descriptor frame;

	if (barrier == BARRIER_FULL && waiting->stopped && host_take(TRANSMIT, &frame))
		host_release(TRANSMIT);
}

static void goes_on_if_room_came(void)
{
	struct nexus_net *net = open_interface();
	u32 i;

	for (i = 0; i < nexus_ring_capacity(net->transmit) - 1; i++)
		CHECK(net_send(net->netdev, frame_bytes(i), 60, 0, false) == NETDEV_TX_OK);
	waiting = &net->netdev->queue;
	barrier_watch = make_room;
	CHECK(net_send(net->netdev, frame_bytes(i), 60, 0, false) == NETDEV_TX_OK);
	barrier_watch = NULL;
	CHECK(!waiting->stopped && nexus_ring_space(net->transmit) == 1);
}

/* Dropped and counted, and its memory given back. */
static void drops_what_cannot_go(void)
{
	struct nexus_net *net = open_interface();
	const u32 before = allocations;

	CHECK(net_send(net->netdev, frame_bytes(1), FRAME_MAX + 1, 0, false) == NETDEV_TX_OK);
	net_no_memory = true;
	CHECK(net_send(net->netdev, frame_bytes(1), 100, 100, false) == NETDEV_TX_OK);
	CHECK(net->netdev->stats.tx_dropped == 2 && host_waiting(TRANSMIT) == 0);
	nexus_ring_break(net->transmit, "by the test");
	CHECK(net_send(net->netdev, frame_bytes(1), 60, 0, false) == NETDEV_TX_OK);
	CHECK(net->netdev->stats.tx_dropped == 3 && net->netdev->stats.tx_packets == 0 && allocations == before);
}

static void publishes_again_on_timeout(void)
{
	struct nexus_net *net = open_interface();

	CHECK(net_send(net->netdev, frame_bytes(1), 60, 0, true) == NETDEV_TX_OK && host_waiting(TRANSMIT) == 0);
	net->netdev->netdev_ops->ndo_tx_timeout(net->netdev, 0);
	CHECK(host_waiting(TRANSMIT) == 1 && net->netdev->stats.tx_errors == 1 && net->netdev->trans_updates == 1);
}

static const struct test tests[] = {
	{ "a sent frame carries every byte", carries_every_byte },
	{ "a sent frame is there before the index", publishes_what_is_there },
	{ "the doorbell is rung once a batch", rings_once_a_batch },
	{ "a batch goes out though its last frame is dropped", publishes_before_a_drop },
	{ "a full ring stops the queue and room wakes it", stops_when_full },
	{ "a frame without a slot is kept", keeps_what_finds_no_slot },
	{ "the queue goes on if room came in between", goes_on_if_room_came },
	{ "a frame that cannot go is dropped", drops_what_cannot_go },
	{ "a timeout publishes what waits", publishes_again_on_timeout },
};

const struct suite net_transmits = SUITE(tests);
