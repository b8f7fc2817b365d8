/* SPDX-License-Identifier: GPL-2.0-only */
/* nexus_net bound to its rings, and the host at their other ends: what the tests of the bridge begin with. */
#ifndef NEXUS_TEST_NET_INTERFACE_H
#define NEXUS_TEST_NET_INTERFACE_H

#include "nexus_net.h"

#define RECEIVE ION_RING_NET_RECEIVE
#define TRANSMIT ION_RING_NET_TRANSMIT
#define FRAME_MAX 2048
#define BUDGET 64

/* The interface, down; with net_open() it goes up. */
struct nexus_net *bind_interface(void);
struct nexus_net *open_interface(void);
/* Lets softirqs run until none is due. */
void settle(struct nexus_net *net);
/* Bytes that differ from place to place and from seed to seed. */
const u8 *frame_bytes(u8 seed);
void host_sends_frame(u8 seed, u32 length);
void host_sends_link(u64 argument);

#endif
