// SPDX-License-Identifier: GPL-2.0-only
#include <linux/skbuff.h>

#include "nexus_net.h"

static int produce_frame(struct nexus_net *net, const struct sk_buff *skb)
{
	/* One buffer for each slot: it is free again when the host has consumed the slot. */
	const u32 offset = nexus_ring_buffer_offset(net->transmit, nexus_ring_next_slot(net->transmit));
	const struct ion_descriptor descriptor = {
		.offset = offset,
		.length = skb->len,
		.kind = ION_NET_KIND_FRAME,
	};
	const int error = nexus_ring_write(net->transmit, offset, skb->data, skb->len);

	return error ? error : nexus_ring_produce(net->transmit, &descriptor);
}

/* Stops the queue when the ring is full, unless the host made room in between. */
static void stop_when_full(struct nexus_net *net)
{
	if (nexus_ring_space(net->transmit))
		return;
	netif_stop_queue(net->netdev);
	if (nexus_ring_want_space(net->transmit))
		netif_start_queue(net->netdev);
}

netdev_tx_t nexus_net_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct nexus_net *net = netdev_priv(netdev);
	int error;

	if (!nexus_ring_space(net->transmit) && !nexus_ring_is_broken(net->transmit)) {
		stop_when_full(net);
		return NETDEV_TX_BUSY;
	}
	error = skb->len > nexus_ring_buffer_size(net->transmit) ? -EMSGSIZE : skb_linearize(skb);
	if (!error)
		error = produce_frame(net, skb);
	if (error) {
		netdev->stats.tx_dropped++;
	} else {
		netdev->stats.tx_packets++;
		netdev->stats.tx_bytes += skb->len;
		stop_when_full(net);
	}
	dev_kfree_skb_any(skb);
	/* One doorbell for a batch: the stack says whether more follows at once. */
	if (!netdev_xmit_more() || netif_queue_stopped(netdev))
		nexus_ring_publish(net->transmit);
	return NETDEV_TX_OK;
}

void nexus_net_tx_timeout(struct net_device *netdev, unsigned int queue)
{
	struct nexus_net *net = netdev_priv(netdev);

	netdev->stats.tx_errors++;
	netif_trans_update(netdev);
	nexus_ring_publish(net->transmit);
}

void nexus_net_wake_transmit(struct nexus_net *net)
{
	struct netdev_queue *queue = netdev_get_tx_queue(net->netdev, 0);

	if (!netif_tx_queue_stopped(queue))
		return;
	__netif_tx_lock_bh(queue);
	if (nexus_ring_want_space(net->transmit))
		netif_tx_wake_queue(queue);
	__netif_tx_unlock_bh(queue);
}
