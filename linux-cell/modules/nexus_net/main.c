// SPDX-License-Identifier: GPL-2.0-only
/* nexus_net: the network bridge of a Rumpk cell. Ethernet frames go over the net rings; the interface is nx0. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "nexus_net.h"

/* Work of one slow poll while the interface is down (R8). */
#define DRAIN_BUDGET 64

/* Locally administered, "NX": what the interface has until the host says which address is its own. */
static const u8 provisional_address[ETH_ALEN] = { 0x02, 0x4e, 0x58, 0x00, 0x00, 0x00 };

static int nexus_net_open(struct net_device *netdev)
{
	struct nexus_net *net = netdev_priv(netdev);

	if (nexus_ring_is_broken(net->receive) || nexus_ring_is_broken(net->transmit))
		return -EPIPE;
	napi_enable(&net->napi);
	netif_start_queue(netdev);
	/* What came while the interface was down, and the first wish to be woken. */
	local_bh_disable();
	napi_schedule(&net->napi);
	local_bh_enable();
	return 0;
}

static int nexus_net_stop(struct net_device *netdev)
{
	struct nexus_net *net = netdev_priv(netdev);

	netif_stop_queue(netdev);
	napi_disable(&net->napi);
	return 0;
}

static const struct net_device_ops nexus_net_ops = {
	.ndo_open = nexus_net_open,
	.ndo_stop = nexus_net_stop,
	.ndo_start_xmit = nexus_net_start_xmit,
	.ndo_tx_timeout = nexus_net_tx_timeout,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

static const struct ethtool_ops nexus_net_ethtool_ops = {
	.get_link = ethtool_op_get_link,
};

static void nexus_net_kick(struct nexus_service *service)
{
	struct nexus_net *net = dev_get_drvdata(&service->dev);

	if (netif_running(net->netdev))
		napi_schedule(&net->napi);
}

static bool nexus_net_poll(struct nexus_service *service)
{
	struct nexus_net *net = dev_get_drvdata(&service->dev);
	bool more = false;

	rtnl_lock();
	if (!netif_running(net->netdev))
		more = nexus_net_drain(net, DRAIN_BUDGET);
	rtnl_unlock();
	return more;
}

/* What the rings must offer so that one buffer belongs to each slot and a usual frame fits into it. */
static int check_rings(const struct nexus_service *service)
{
	const u32 smallest = VLAN_ETH_FRAME_LEN;

	if (nexus_ring_buffer_count(service->transmit) < nexus_ring_capacity(service->transmit)) {
		pr_err("net transmit ring: expected a buffer for each of %u slots, found %u\n",
		       nexus_ring_capacity(service->transmit), nexus_ring_buffer_count(service->transmit));
		return -EPROTO;
	}
	if (nexus_ring_buffer_size(service->transmit) < smallest || nexus_ring_buffer_size(service->receive) < smallest) {
		pr_err("net rings: expected buffers of %u bytes or more, found %u and %u\n", smallest,
		       nexus_ring_buffer_size(service->transmit), nexus_ring_buffer_size(service->receive));
		return -EPROTO;
	}
	return 0;
}

static void set_up(struct net_device *netdev, struct nexus_service *service)
{
	struct nexus_net *net = netdev_priv(netdev);

	net->netdev = netdev;
	net->service = service;
	net->receive = service->receive;
	net->transmit = service->transmit;
	strscpy(netdev->name, "nx%d", sizeof(netdev->name));
	SET_NETDEV_DEV(netdev, &service->dev);
	eth_hw_addr_set(netdev, provisional_address);
	netdev->netdev_ops = &nexus_net_ops;
	netdev->ethtool_ops = &nexus_net_ethtool_ops;
	netdev->max_mtu = min(nexus_ring_buffer_size(net->transmit), nexus_ring_buffer_size(net->receive)) - VLAN_ETH_HLEN;
	netif_napi_add(netdev, &net->napi, nexus_net_napi_poll);
	netif_carrier_off(netdev);
	if (service->link)
		nexus_net_take_link(net, service->link);
}

static int nexus_net_probe(struct nexus_service *service)
{
	struct net_device *netdev;
	int error = check_rings(service);

	if (error)
		return error;
	netdev = alloc_etherdev(sizeof(struct nexus_net));
	if (!netdev)
		return -ENOMEM;
	set_up(netdev, service);
	dev_set_drvdata(&service->dev, netdev_priv(netdev));
	error = register_netdev(netdev);
	if (error) {
		pr_err("cannot register the interface: error %d\n", error);
		free_netdev(netdev);
		return error;
	}
	pr_info("network bridge ready on %s\n", netdev->name);
	return 0;
}

static void nexus_net_remove(struct nexus_service *service)
{
	struct nexus_net *net = dev_get_drvdata(&service->dev);

	unregister_netdev(net->netdev);
	free_netdev(net->netdev);
}

static struct nexus_driver nexus_net_driver = {
	.service = "net",
	.probe = nexus_net_probe,
	.remove = nexus_net_remove,
	.kick = nexus_net_kick,
	.poll = nexus_net_poll,
	.driver = { .name = "nexus_net" },
};

static int __init nexus_net_init(void)
{
	return nexus_driver_register(&nexus_net_driver, THIS_MODULE);
}

static void __exit nexus_net_exit(void)
{
	nexus_driver_unregister(&nexus_net_driver);
}

module_init(nexus_net_init);
module_exit(nexus_net_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Network bridge of a Rumpk cell");
