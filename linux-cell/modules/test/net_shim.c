// SPDX-License-Identifier: GPL-2.0-only
#include "net_shim.h"

struct lock rtnl;
void (*net_polled)(void);
bool net_no_memory;
int net_register_error;
u32 net_bottom_halves_off;
u8 net_received[2048];
u32 net_received_length;
u32 net_received_count;
static bool more_follow;
static bool in_process;

struct net_device *alloc_etherdev(size_t size)
{
	struct net_device *netdev = kzalloc(sizeof(*netdev) + size, GFP_KERNEL);

	/* Who says nothing of its carrier has one. */
	if (netdev)
		netdev->carrier = true;
	return netdev;
}

void free_netdev(struct net_device *netdev)
{
	CHECK(!netdev->registered);
	kfree(netdev);
}

int register_netdev(struct net_device *netdev)
{
	CHECK(netdev->netdev_ops && netdev->dev.parent && netdev->napi && !strcmp(netdev->name, "nx%d"));
	CHECK(is_valid_ether_addr(netdev->dev_addr));
	if (net_register_error)
		return net_register_error;
	strscpy(netdev->name, "nx0", sizeof(netdev->name));
	netdev->registered = true;
	return 0;
}

/* An interface that is up is set down first. */
void unregister_netdev(struct net_device *netdev)
{
	CHECK(netdev->registered);
	if (netdev->running)
		net_stop(netdev);
	netdev->registered = false;
}

bool is_valid_ether_addr(const u8 *address)
{
	static const u8 zero[ETH_ALEN];

	return !(address[0] & 1) && memcmp(address, zero, ETH_ALEN);
}

int eth_validate_addr(struct net_device *netdev)
{
	return is_valid_ether_addr(netdev->dev_addr) ? 0 : -EADDRNOTAVAIL;
}

int eth_mac_addr(struct net_device *netdev, void *address)
{
	return -EBUSY;
}

u32 ethtool_op_get_link(struct net_device *netdev)
{
	return netdev->carrier;
}

void netif_tx_wake_queue(struct netdev_queue *queue)
{
	CHECK(queue->lock.held && queue->stopped);
	queue->stopped = false;
	queue->woken++;
}

bool netdev_xmit_more(void)
{
	return more_follow;
}

/* Nobody can schedule it before it is enabled. */
void netif_napi_add(struct net_device *netdev, struct napi_struct *napi, int (*poll)(struct napi_struct *napi, int budget))
{
	*napi = (struct napi_struct){ .dev = netdev, .poll = poll };
	netdev->napi = napi;
}

void napi_enable(struct napi_struct *napi)
{
	CHECK(!napi->enabled);
	napi->enabled = true;
}

/* It waits for a poll that is due, which is not scheduled again. */
void napi_disable(struct napi_struct *napi)
{
	CHECK(napi->enabled);
	napi->enabled = false;
	net_softirq(napi->dev, 64);
	napi->scheduled = false;
}

/* In a process the softirq that this raises would wait for the next interrupt, if bottom halves were not off. */
void napi_schedule(struct napi_struct *napi)
{
	CHECK(!in_process || net_bottom_halves_off);
	if (!napi->enabled)
		return;
	napi->missed = napi->scheduled;
	napi->scheduled = true;
}

bool napi_complete_done(struct napi_struct *napi, int done)
{
	CHECK(napi->scheduled && done >= 0);
	if (net_polled)
		net_polled();
	napi->completed = true;
	napi->scheduled = napi->missed;
	napi->missed = false;
	return !napi->scheduled;
}

static struct sk_buff *make_skb(u32 room)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), GFP_KERNEL);

	skb->data = skb->head = kzalloc(room, GFP_KERNEL);
	skb->room = room;
	return skb;
}

struct sk_buff *napi_alloc_skb(struct napi_struct *napi, u32 length)
{
	CHECK(napi->scheduled);
	if (net_no_memory) {
		net_no_memory = false;
		return NULL;
	}
	return make_skb(length);
}

void *skb_put(struct sk_buff *skb, u32 length)
{
	u8 *const tail = skb->data + skb->len;

	CHECK(!skb->data_len && skb->len + length <= skb->room);
	skb->len += length;
	return tail;
}

int skb_linearize(struct sk_buff *skb)
{
	if (!skb->data_len)
		return 0;
	if (net_no_memory) {
		net_no_memory = false;
		return -ENOMEM;
	}
	memcpy(skb->data + skb->len - skb->data_len, skb->rest, skb->data_len);
	skb->data_len = 0;
	return 0;
}

void dev_kfree_skb_any(struct sk_buff *skb)
{
	if (!skb)
		return;
	kfree(skb->head);
	kfree(skb);
}

u16 eth_type_trans(struct sk_buff *skb, struct net_device *netdev)
{
	CHECK(skb->len >= ETH_HLEN);
	skb->dev = netdev;
	skb->data += ETH_HLEN;
	skb->len -= ETH_HLEN;
	return skb->head[12] | skb->head[13] << 8;
}

void napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb)
{
	CHECK(napi->scheduled && skb->dev == napi->dev && skb->protocol && skb->data == skb->head + ETH_HLEN);
	net_received_length = skb->len + ETH_HLEN;
	memcpy(net_received, skb->head, net_received_length);
	net_received_count++;
	dev_kfree_skb_any(skb);
}

int net_open(struct net_device *netdev)
{
	int error;

	rtnl_lock();
	netdev->running = true;
	in_process = true;
	error = netdev->netdev_ops->ndo_open(netdev);
	in_process = false;
	CHECK(!net_bottom_halves_off);
	if (error)
		netdev->running = false;
	rtnl_unlock();
	return error;
}

void net_stop(struct net_device *netdev)
{
	rtnl_lock();
	netdev->running = false;
	netdev->netdev_ops->ndo_stop(netdev);
	rtnl_unlock();
}

netdev_tx_t net_send(struct net_device *netdev, const u8 *bytes, u32 head, u32 rest, bool more)
{
	struct sk_buff *skb = make_skb(head + rest);
	netdev_tx_t result;

	memcpy(skb->data, bytes, head);
	skb->len = head + rest;
	skb->data_len = rest;
	skb->rest = bytes + head;
	more_follow = more;
	lock_take(&netdev->queue.lock);
	result = netdev->netdev_ops->ndo_start_xmit(skb, netdev);
	lock_give(&netdev->queue.lock);
	/* One that the driver did not take is the stack's still. */
	if (result == NETDEV_TX_BUSY)
		dev_kfree_skb_any(skb);
	return result;
}

/* A poll that has used its budget up must keep its turn; one that has not must have given it up. */
bool net_softirq(struct net_device *netdev, int budget)
{
	struct napi_struct *napi = netdev->napi;
	int done;

	if (!napi->scheduled)
		return false;
	napi->completed = false;
	done = napi->poll(napi, budget);
	CHECK(done >= 0 && done <= budget && napi->completed == (done < budget));
	return true;
}
