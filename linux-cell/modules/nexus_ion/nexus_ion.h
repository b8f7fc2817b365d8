/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nexus_ion offers the bridge modules: services (a pair of rings each) on a bus of their own, and the ring
 * operations.
 *
 * A ring has one producer and one consumer. Indices are free-running; an end's own index is kept privately and only
 * published to the window, the other end's is a claim that is checked (rules R1-R4). Each descriptor is copied out of
 * the window once and checked before anyone sees it (R5). A ring that was found wrong stays broken (R12).
 */
#ifndef NEXUS_ION_H
#define NEXUS_ION_H

#include <linux/device.h>
#include <linux/types.h>

#include "ion_abi.h"

struct nexus_driver;
struct nexus_ring;

/* A pair of rings for one purpose. Its device is the parent of whatever the bridge registers. */
struct nexus_service {
	struct device dev;
	const char *name;
	/* Host to guest: this side consumes. */
	struct nexus_ring *receive;
	/* Guest to host: this side produces. */
	struct nexus_ring *transmit;
	/* The bridge whose calls are due when the doorbell rings; NULL while none is bound. Kept by the bus. */
	struct nexus_driver *bound;
	/* What the host last said of the link, for a network bridge that is bound again; 0 until it has. */
	u64 link;
};

#define to_nexus_service(device) container_of(device, struct nexus_service, dev)

struct nexus_driver {
	/* The name of the service to bind to: "net", "block" or "input". */
	const char *service;
	int (*probe)(struct nexus_service *service);
	void (*remove)(struct nexus_service *service);
	/* The doorbell rang: called in hard interrupt context. Optional. */
	void (*kick)(struct nexus_service *service);
	/*
	 * The doorbell rang, or the slow poll came round: called in a thread, one call at a time. Does a bounded
	 * amount of work (R8) and returns true if there is more. Optional.
	 */
	bool (*poll)(struct nexus_service *service);
	struct device_driver driver;
};

#define to_nexus_driver(drv) container_of(drv, struct nexus_driver, driver)

int nexus_driver_register(struct nexus_driver *driver, struct module *owner);
void nexus_driver_unregister(struct nexus_driver *driver);

/* Both ends. */
bool nexus_ring_is_broken(const struct nexus_ring *ring);
/* Closes the ring for good; @reason has static lifetime. */
void nexus_ring_break(struct nexus_ring *ring, const char *reason);
u32 nexus_ring_capacity(const struct nexus_ring *ring);
u32 nexus_ring_pool_size(const struct nexus_ring *ring);
u32 nexus_ring_buffer_size(const struct nexus_ring *ring);
u32 nexus_ring_buffer_count(const struct nexus_ring *ring);
/* The window offset of buffer @buffer of the ring's pool. */
u32 nexus_ring_buffer_offset(const struct nexus_ring *ring, u32 buffer);

/* Producer. */
/* The slot number (0 to capacity - 1) that the next descriptor takes. */
u32 nexus_ring_next_slot(const struct nexus_ring *ring);
/* How many descriptors fit now; 0 when full or broken. */
u32 nexus_ring_space(struct nexus_ring *ring);
/* Fills the next slot; sequence and reserved are set here. 0, -ENOSPC when full, -EPIPE when broken. */
int nexus_ring_produce(struct nexus_ring *ring, const struct ion_descriptor *descriptor);
/* Makes everything produced so far visible, and rings the doorbell if the host asked for it. */
void nexus_ring_publish(struct nexus_ring *ring);
/* Asks for a doorbell once the host has consumed more; true if there is space already. */
bool nexus_ring_want_space(struct nexus_ring *ring);
/* Copies into the ring's pool. 0, or -ERANGE when the range is not inside it. */
int nexus_ring_write(struct nexus_ring *ring, u32 offset, const void *from, u32 length);

/* Consumer. */
/* Copies the next descriptor out and checks it. 1 when there was one, 0 when empty, -EPIPE when broken. */
int nexus_ring_consume(struct nexus_ring *ring, struct ion_descriptor *descriptor);
/* Gives the slots and buffers of everything consumed so far back to the host. */
void nexus_ring_release(struct nexus_ring *ring);
/* Asks for a doorbell on the next descriptor; true if there is one already and the caller must go on. */
bool nexus_ring_sleep(struct nexus_ring *ring);
/* Copies out of the ring's pool. 0, or -ERANGE when the range is not inside it. */
int nexus_ring_read(struct nexus_ring *ring, u32 offset, void *to, u32 length);

#endif
