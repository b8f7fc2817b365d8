// SPDX-License-Identifier: GPL-2.0-only
#include "net_interface.h"

#include "host.h"
#include "net_shim.h"
#include "service.h"

struct nexus_net *bind_interface(void)
{
	int error;
	struct nexus_service *service = service_bind(RECEIVE, TRANSMIT, &error);

	CHECK(service && !strcmp(service->name, "net"));
	return dev_get_drvdata(&service->dev);
}

struct nexus_net *open_interface(void)
{
	struct nexus_net *net = bind_interface();

	CHECK(!net_open(net->netdev));
	settle(net);
	return net;
}

void settle(struct nexus_net *net)
{
	u32 turns = 0;

	while (net_softirq(net->netdev, BUDGET))
		CHECK(++turns < 100);
}

const u8 *frame_bytes(u8 seed)
{
	static u8 bytes[2 * FRAME_MAX];

	fill_pattern(bytes, sizeof(bytes), seed);
	return bytes;
}

void host_sends_frame(u8 seed, u32 length)
{
	struct ion_descriptor descriptor = { .kind = ION_NET_KIND_FRAME, .length = length };

	if (length)
		descriptor.offset = host_fill(RECEIVE, frame_bytes(seed), length);
	host_send(RECEIVE, descriptor);
}

void host_sends_link(u64 argument)
{
	host_send(RECEIVE, (struct ion_descriptor){ .kind = ION_NET_KIND_LINK, .argument = argument });
}
