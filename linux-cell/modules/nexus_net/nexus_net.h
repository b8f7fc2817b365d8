/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_NET_H
#define NEXUS_NET_H

#include <linux/netdevice.h>

#include "nexus_ion.h"

/* The interface nx0; the private part of its net_device. */
struct nexus_net {
	struct net_device *netdev;
	struct nexus_service *service;
	/* Consumed in NAPI while the interface is up, under rtnl by the slow poll while it is down. */
	struct nexus_ring *receive;
	/* Produced under the transmit lock. */
	struct nexus_ring *transmit;
	struct napi_struct napi;
};

/* transmit.c */
netdev_tx_t nexus_net_start_xmit(struct sk_buff *skb, struct net_device *netdev);
void nexus_net_tx_timeout(struct net_device *netdev, unsigned int queue);
/* Lets a stopped queue go on if the host has made room. */
void nexus_net_wake_transmit(struct nexus_net *net);

/* receive.c */
/* Takes link state and MAC address from the argument of a link descriptor. */
void nexus_net_take_link(struct nexus_net *net, u64 argument);
int nexus_net_napi_poll(struct napi_struct *napi, int budget);
/* While the interface is down: takes link news and drops frames. Under rtnl. True if there is more. */
bool nexus_net_drain(struct nexus_net *net, int budget);

#endif
