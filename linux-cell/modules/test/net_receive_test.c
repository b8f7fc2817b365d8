// SPDX-License-Identifier: GPL-2.0-only
/* What comes up the stack, whatever the host puts into the receive ring. */
#include "host.h"
#include "net_interface.h"
#include "net_shim.h"
#include "service.h"

static void delivers_every_byte(void)
{
	static const u32 lengths[] = { ETH_HLEN, 60, 1514, FRAME_MAX };
	struct nexus_net *net = open_interface();
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		const u32 before = allocations;

		host_sends_frame(i, lengths[i]);
		service_kick();
		settle(net);
		CHECK(net_received_count == i + 1 && net_received_length == lengths[i]);
		CHECK(!memcmp(net_received, frame_bytes(i), lengths[i]));
		CHECK(host_consumed(RECEIVE) == i + 1 && host_must_ring(RECEIVE) && allocations == before);
	}
	CHECK(net->netdev->stats.rx_packets == i && net->netdev->stats.rx_bytes == ETH_HLEN + 60 + 1514 + FRAME_MAX);
	CHECK(net->netdev->stats.rx_dropped == 0);
}

/* The ring is closed, nothing comes up, and the interface has lost its carrier. */
static void refuses(struct ion_descriptor descriptor)
{
	struct nexus_net *net = open_interface();
	const u32 before = net_received_count;

	net->netdev->carrier = true;
	if (descriptor.length)
		descriptor.offset = host_fill(RECEIVE, frame_bytes(1), descriptor.length);
	host_send(RECEIVE, descriptor);
	host_sends_frame(2, 60);
	service_kick();
	settle(net);
	CHECK(nexus_ring_is_broken(net->receive) && net_received_count == before && !net->netdev->carrier);
	net_stop(net->netdev);
	CHECK(net_open(net->netdev) == -EPIPE);
	service_remove();
	stop_module();
}

static void refuses_what_is_no_frame(void)
{
	refuses((struct ion_descriptor){ .kind = ION_NET_KIND_FRAME, .length = ETH_HLEN - 1 });
	refuses((struct ion_descriptor){ .kind = ION_NET_KIND_FRAME });
	refuses((struct ion_descriptor){ .kind = ION_NET_KIND_FRAME, .length = FRAME_MAX + 1 });
	refuses((struct ion_descriptor){ .kind = ION_NET_KIND_LINK + 1, .length = 60 });
}

/* One ring without the other is of no use. */
static void loses_its_carrier_with_either_ring(void)
{
	struct nexus_net *net = open_interface();

	net->netdev->carrier = true;
	nexus_ring_break(net->transmit, "by the test");
	service_kick();
	settle(net);
	CHECK(!net->netdev->carrier);
}

static void drops_without_memory(void)
{
	struct nexus_net *net = open_interface();

	host_sends_frame(1, 60);
	net_no_memory = true;
	service_kick();
	settle(net);
	CHECK(net->netdev->stats.rx_dropped == 1 && net->netdev->stats.rx_packets == 0);
	CHECK(!nexus_ring_is_broken(net->receive) && host_consumed(RECEIVE) == 1);
}

/* Behind the budget there is another turn; no doorbell is asked for before the ring is empty. */
static void keeps_to_its_budget(void)
{
	struct nexus_net *net = open_interface();
	u32 i;

	for (i = 0; i < 10; i++)
		host_sends_frame(i, 60);
	service_kick();
	CHECK(net_softirq(net->netdev, 4) && net_received_count == 4 && host_consumed(RECEIVE) == 4);
	CHECK(net_softirq(net->netdev, 4) && net_received_count == 8 && !host_must_ring(RECEIVE));
	CHECK(net_softirq(net->netdev, 4) && net_received_count == 10 && host_must_ring(RECEIVE));
	CHECK(!net_softirq(net->netdev, 4));
	/* News of the link is work too. */
	for (i = 0; i < 10; i++)
		host_sends_link(ION_NET_LINK_UP);
	service_kick();
	CHECK(net_softirq(net->netdev, 4) && host_consumed(RECEIVE) == 14);
}

static void send_one_more(void)
{
	net_polled = NULL;
	host_sends_frame(7, 60);
}

/* A frame that comes when the turn is given up and no doorbell is asked for yet: the host does not ring for it. */
static void misses_no_frame(void)
{
	struct nexus_net *net = open_interface();

	host_sends_frame(6, 60);
	service_kick();
	net_polled = send_one_more;
	settle(net);
	CHECK(net_received_count == 2 && !memcmp(net_received, frame_bytes(7), 60));
}

/* The first news while the interface is down gives the address; later ones only the link. */
static void takes_link_and_address(void)
{
	static const u8 provisional[] = { 0x02, 0x4e, 0x58, 0, 0, 0 };
	static const u8 given[] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
	struct nexus_net *net = bind_interface();
	struct net_device *netdev = net->netdev;

	CHECK(!netdev->carrier && !memcmp(netdev->dev_addr, provisional, ETH_ALEN));
	host_sends_link(ION_NET_LINK_UP | 0x563412005452ull);
	CHECK(!service_poll());
	CHECK(netdev->carrier && !memcmp(netdev->dev_addr, given, ETH_ALEN));
	host_sends_link(0x563412005452ull);
	service_poll();
	CHECK(!netdev->carrier && !memcmp(netdev->dev_addr, given, ETH_ALEN));
	/* A group's address, and none at all, are nobody's own. */
	host_sends_link(ION_NET_LINK_UP | 1);
	host_sends_link(ION_NET_LINK_UP);
	service_poll();
	CHECK(netdev->carrier && !memcmp(netdev->dev_addr, given, ETH_ALEN));

	CHECK(!net_open(netdev));
	host_sends_link(0x0000000002ull);
	service_kick();
	settle(net);
	CHECK(!netdev->carrier && !memcmp(netdev->dev_addr, given, ETH_ALEN));
}

/* What the host said is known to a bridge that is bound again: the host says it once. */
static void remembers_the_link(void)
{
	struct nexus_net *net = bind_interface();
	struct nexus_service *service = net->service;

	host_sends_link(ION_NET_LINK_UP | 0x020000005452ull);
	service_poll();
	service_remove();
	CHECK(allocations == 0 && !service_probe());
	net = dev_get_drvdata(&service->dev);
	CHECK(net->netdev->carrier && net->netdev->dev_addr[0] == 0x52 && net->netdev->dev_addr[5] == 0x02);
}

/* While the interface is down: frames go nowhere, a bounded number in one call, and never up the stack. */
static void drains_while_down(void)
{
	struct nexus_net *net = bind_interface();
	u32 i;

	for (i = 0; i < 100; i++)
		host_sends_frame(i, 60);
	CHECK(service_poll() && net->netdev->stats.rx_dropped == 64 && host_consumed(RECEIVE) == 64);
	CHECK(!service_poll() && net->netdev->stats.rx_dropped == 100 && host_must_ring(RECEIVE));
	CHECK(net_received_count == 0 && net->netdev->stats.rx_packets == 0 && !rtnl.held);
}

/* While it is up the receive ring is NAPI's alone: the thread leaves it be. */
static void leaves_the_ring_to_napi(void)
{
	struct nexus_net *net = open_interface();

	host_sends_frame(1, 60);
	CHECK(!service_poll() && host_consumed(RECEIVE) == 0);
	service_kick();
	settle(net);
	CHECK(net_received_count == 1);
}

/* What waited while it was down is looked at, though nobody rings for it. */
static void looks_when_opened(void)
{
	struct nexus_net *net = bind_interface();

	host_sends_frame(1, 60);
	CHECK(!net_open(net->netdev));
	settle(net);
	CHECK(net_received_count == 1 && !net->netdev->queue.stopped);
	net_stop(net->netdev);
	CHECK(net->netdev->queue.stopped && !net->napi.enabled);
	service_kick();
	CHECK(!net_softirq(net->netdev, BUDGET));
	CHECK(!net_open(net->netdev) && !net->netdev->queue.stopped);
}

static void comes_and_goes(void)
{
	struct nexus_net *net = bind_interface();
	int error;

	CHECK(!strcmp(net->netdev->name, "nx0") && net->netdev->max_mtu == FRAME_MAX - VLAN_ETH_HLEN);
	CHECK(!net_open(net->netdev));
	service_remove();
	stop_module();
	CHECK(allocations == 0);
	no_memory = 1;
	CHECK(!service_bind(RECEIVE, TRANSMIT, &error) && error == -ENOMEM && allocations == 0);
	stop_module();
	/* Buffers that do not hold a frame. */
	CHECK(!service_bind(ION_RING_INPUT_EVENT, TRANSMIT, &error) && error == -EPROTO && allocations == 0);
	stop_module();
	CHECK(!service_bind(RECEIVE, ION_RING_INPUT_STATUS, &error) && error == -EPROTO && allocations == 0);
	stop_module();
	net_register_error = -EEXIST;
	CHECK(!service_bind(RECEIVE, TRANSMIT, &error) && error == -EEXIST && allocations == 0);
	stop_module();
	net_register_error = 0;
	bind_interface();
}

/* The driver is bound to its rings once more, with one value of one of them another. */
static int bind_again(u32 *value, u32 other)
{
	const u32 own = *value;
	int error;

	*value = other;
	error = service_probe();
	if (!error)
		service_remove();
	CHECK(allocations == 0);
	*value = own;
	return error;
}

/* A usual frame with a VLAN tag, in either direction; and a frame for each slot that can be sent. */
static void needs_buffers_of_a_frame(void)
{
	struct nexus_net *net = bind_interface();
	struct nexus_ring *rings[] = { net->receive, net->transmit };
	u32 i;

	service_remove();
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		CHECK(bind_again(&rings[i]->buffer_size, VLAN_ETH_FRAME_LEN - 1) == -EPROTO);
		CHECK(bind_again(&rings[i]->buffer_size, VLAN_ETH_FRAME_LEN) == 0);
	}
	CHECK(bind_again(&rings[1]->buffer_count, rings[1]->capacity - 1) == -EPROTO);
	CHECK(bind_again(&rings[1]->buffer_count, rings[1]->capacity) == 0);
}

/* What comes and what goes has one largest length: that of the smaller buffers. */
static void takes_what_both_rings_hold(void)
{
	struct nexus_net *net = bind_interface();
	struct nexus_service *service = net->service;
	struct nexus_ring *rings[] = { net->receive, net->transmit };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		const u32 own = rings[i]->buffer_size;

		service_remove();
		rings[i]->buffer_size = 1536;
		CHECK(!service_probe());
		net = dev_get_drvdata(&service->dev);
		CHECK(net->netdev->max_mtu == 1536 - VLAN_ETH_HLEN);
		rings[i]->buffer_size = own;
	}
}

static void opens_over_whole_rings(void)
{
	struct nexus_net *net = bind_interface();

	nexus_ring_break(net->transmit, "by the test");
	CHECK(net_open(net->netdev) == -EPIPE && !net->napi.enabled);
}

static const struct test tests[] = {
	{ "a received frame has every byte", delivers_every_byte },
	{ "what is no frame closes the ring", refuses_what_is_no_frame },
	{ "a closed ring takes the carrier away", loses_its_carrier_with_either_ring },
	{ "a frame without memory is dropped", drops_without_memory },
	{ "frames are taken within the budget", keeps_to_its_budget },
	{ "a frame before the wish to be woken is not missed", misses_no_frame },
	{ "link and address are the host's", takes_link_and_address },
	{ "a bridge bound again knows the link", remembers_the_link },
	{ "an interface that is down drains the ring", drains_while_down },
	{ "an interface that is up leaves the ring to NAPI", leaves_the_ring_to_napi },
	{ "what waited is taken when the interface goes up", looks_when_opened },
	{ "the interface comes and goes", comes_and_goes },
	{ "a buffer holds a frame, and each slot has one", needs_buffers_of_a_frame },
	{ "the largest frame fits into the smaller buffer", takes_what_both_rings_hold },
	{ "an interface opens over whole rings", opens_over_whole_rings },
};

const struct suite net_receives = SUITE(tests);
