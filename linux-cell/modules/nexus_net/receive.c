// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "nexus_net.h"

void nexus_net_take_link(struct nexus_net *net, u64 argument)
{
	u8 address[ETH_ALEN];
	u32 i;

	net->service->link = argument;
	for (i = 0; i < ETH_ALEN; i++)
		address[i] = (argument & ION_NET_MAC_MASK) >> (8 * i);
	/* Changing the address of an interface that is up would cut its connections: only the first news counts. */
	if (!netif_running(net->netdev) && is_valid_ether_addr(address))
		eth_hw_addr_set(net->netdev, address);
	if (argument & ION_NET_LINK_UP)
		netif_carrier_on(net->netdev);
	else
		netif_carrier_off(net->netdev);
}

static const char *frame_fault(const struct nexus_net *net, const struct ion_descriptor *descriptor)
{
	if (descriptor->length < ETH_HLEN)
		return "a frame is shorter than an Ethernet header";
	if (descriptor->length > net->netdev->max_mtu + VLAN_ETH_HLEN)
		return "a frame is longer than the interface takes";
	return NULL;
}

static void take_frame(struct nexus_net *net, const struct ion_descriptor *descriptor)
{
	struct net_device *netdev = net->netdev;
	struct sk_buff *skb = napi_alloc_skb(&net->napi, descriptor->length);

	if (!skb || nexus_ring_read(net->receive, descriptor->offset, skb_put(skb, descriptor->length), descriptor->length)) {
		netdev->stats.rx_dropped++;
		dev_kfree_skb_any(skb);
		return;
	}
	netdev->stats.rx_packets++;
	netdev->stats.rx_bytes += descriptor->length;
	skb->protocol = eth_type_trans(skb, netdev);
	napi_gro_receive(&net->napi, skb);
}

/* Takes at most @budget descriptors; frames are delivered only if @deliver. Returns how many there were. */
static int take(struct nexus_net *net, int budget, bool deliver)
{
	struct ion_descriptor descriptor;
	const char *fault;
	int taken;

	for (taken = 0; taken < budget && nexus_ring_consume(net->receive, &descriptor) > 0; taken++) {
		if (descriptor.kind == ION_NET_KIND_LINK) {
			nexus_net_take_link(net, descriptor.argument);
			continue;
		}
		fault = descriptor.kind == ION_NET_KIND_FRAME ? frame_fault(net, &descriptor) :
								"a descriptor is of an unknown kind";
		if (fault)
			nexus_ring_break(net->receive, fault);
		else if (deliver)
			take_frame(net, &descriptor);
		else
			net->netdev->stats.rx_dropped++;
	}
	nexus_ring_release(net->receive);
	if (nexus_ring_is_broken(net->receive) || nexus_ring_is_broken(net->transmit))
		netif_carrier_off(net->netdev);
	return taken;
}

int nexus_net_napi_poll(struct napi_struct *napi, int budget)
{
	struct nexus_net *net = container_of(napi, struct nexus_net, napi);
	const int taken = take(net, budget, true);

	nexus_net_wake_transmit(net);
	/* Between the last look and the wish to be woken something may have come: then poll on. */
	if (taken < budget && napi_complete_done(napi, taken) && nexus_ring_sleep(net->receive))
		napi_schedule(napi);
	return taken;
}

bool nexus_net_drain(struct nexus_net *net, int budget)
{
	ASSERT_RTNL();
	take(net, budget, false);
	return nexus_ring_sleep(net->receive);
}
