/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network stack as nexus_net sees it: frames, an interface with one queue, and NAPI. Below them what a test does in the
 * place of the protocols above and of the softirq.
 */
#ifndef NEXUS_TEST_NET_SHIM_H
#define NEXUS_TEST_NET_SHIM_H

#include "check.h"
#include "device_shim.h"
#include "lock_shim.h"
#include "module_shim.h"

/* include/uapi/linux/if_ether.h, include/linux/if_vlan.h */
#define ETH_ALEN 6
#define ETH_HLEN 14
#define VLAN_ETH_HLEN 18
#define VLAN_ETH_FRAME_LEN 1518

struct net_device;

struct sk_buff {
	u32 len;
	/* Of @len, the bytes that are not at @data but at @rest. */
	u32 data_len;
	u8 *data;
	u16 protocol;
	struct net_device *dev;
	const u8 *rest;
	u8 *head;
	u32 room;
};

struct napi_struct {
	struct net_device *dev;
	int (*poll)(struct napi_struct *napi, int budget);
	bool enabled;
	bool scheduled;
	/* Scheduled once more while it was. */
	bool missed;
	/* Has given up its turn in this call of poll. */
	bool completed;
};

struct net_device_stats {
	unsigned long rx_packets;
	unsigned long tx_packets;
	unsigned long rx_bytes;
	unsigned long tx_bytes;
	unsigned long tx_errors;
	unsigned long rx_dropped;
	unsigned long tx_dropped;
};

struct netdev_queue {
	struct lock lock;
	bool stopped;
	u32 woken;
};

typedef enum { NETDEV_TX_OK = 0, NETDEV_TX_BUSY = 0x10 } netdev_tx_t;

struct net_device_ops {
	int (*ndo_open)(struct net_device *netdev);
	int (*ndo_stop)(struct net_device *netdev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *netdev);
	void (*ndo_tx_timeout)(struct net_device *netdev, unsigned int queue);
	int (*ndo_validate_addr)(struct net_device *netdev);
	int (*ndo_set_mac_address)(struct net_device *netdev, void *address);
};

struct ethtool_ops {
	u32 (*get_link)(struct net_device *netdev);
};

struct net_device {
	char name[16];
	const struct net_device_ops *netdev_ops;
	const struct ethtool_ops *ethtool_ops;
	u32 max_mtu;
	u8 dev_addr[ETH_ALEN];
	struct net_device_stats stats;
	struct device dev;
	/* Kept by the stack. */
	struct netdev_queue queue;
	struct napi_struct *napi;
	u32 trans_updates;
	bool running;
	bool carrier;
	bool registered;
};

/* The driver's part follows the device. */
#define netdev_priv(netdev) ((void *)((netdev) + 1))
#define SET_NETDEV_DEV(netdev, device) ((netdev)->dev.parent = (device))
struct net_device *alloc_etherdev(size_t size);
void free_netdev(struct net_device *netdev);
int register_netdev(struct net_device *netdev);
void unregister_netdev(struct net_device *netdev);
#define eth_hw_addr_set(netdev, address) memcpy((netdev)->dev_addr, address, ETH_ALEN)
bool is_valid_ether_addr(const u8 *address);
int eth_validate_addr(struct net_device *netdev);
int eth_mac_addr(struct net_device *netdev, void *address);
u32 ethtool_op_get_link(struct net_device *netdev);

#define netif_running(netdev) ((netdev)->running)
#define netif_carrier_on(netdev) ((netdev)->carrier = true)
#define netif_carrier_off(netdev) ((netdev)->carrier = false)

#define netdev_get_tx_queue(netdev, index) (&(netdev)->queue)
#define netif_stop_queue(netdev) ((netdev)->queue.stopped = true)
#define netif_start_queue(netdev) ((netdev)->queue.stopped = false)
#define netif_queue_stopped(netdev) ((netdev)->queue.stopped)
#define netif_tx_queue_stopped(queue) ((queue)->stopped)
void netif_tx_wake_queue(struct netdev_queue *queue);
#define __netif_tx_lock_bh(queue) lock_take(&(queue)->lock)
#define __netif_tx_unlock_bh(queue) lock_give(&(queue)->lock)
#define netif_trans_update(netdev) ((netdev)->trans_updates++)
bool netdev_xmit_more(void);

void netif_napi_add(struct net_device *netdev, struct napi_struct *napi, int (*poll)(struct napi_struct *napi, int budget));
void napi_enable(struct napi_struct *napi);
void napi_disable(struct napi_struct *napi);
void napi_schedule(struct napi_struct *napi);
bool napi_complete_done(struct napi_struct *napi, int done);
#define local_bh_disable() (net_bottom_halves_off++)
#define local_bh_enable() (net_bottom_halves_off--)
extern u32 net_bottom_halves_off;

struct sk_buff *napi_alloc_skb(struct napi_struct *napi, u32 length);
void napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb);
void *skb_put(struct sk_buff *skb, u32 length);
int skb_linearize(struct sk_buff *skb);
void dev_kfree_skb_any(struct sk_buff *skb);
u16 eth_type_trans(struct sk_buff *skb, struct net_device *netdev);

extern struct lock rtnl;
#define rtnl_lock() lock_take(&rtnl)
#define rtnl_unlock() lock_give(&rtnl)
#define ASSERT_RTNL() CHECK(rtnl.held)

/* Sets the interface up or down, as a user would. */
int net_open(struct net_device *netdev);
void net_stop(struct net_device *netdev);
/* Sends a frame of @head and @rest bytes of @bytes, @rest of them outside the linear part; @more follow at once. */
netdev_tx_t net_send(struct net_device *netdev, const u8 *bytes, u32 head, u32 rest, bool more);
/* The softirq: one call of poll; false when none is due. */
bool net_softirq(struct net_device *netdev, int budget);
/* Called when poll has given up its turn, before it looks a last time. */
extern void (*net_polled)(void);
/* The next skb_linearize() or napi_alloc_skb() finds no memory. */
extern bool net_no_memory;
/* register_netdev() fails with this, if not 0. */
extern int net_register_error;
/* What came up the stack last, with its Ethernet header, and how many have. */
extern u8 net_received[2048];
extern u32 net_received_length;
extern u32 net_received_count;

#endif
