/* SPDX-License-Identifier: GPL-2.0-only */
/* The host's ends of the rings. It keeps the rules, except where a test hands it something else to write. */
#ifndef NEXUS_TEST_HOST_H
#define NEXUS_TEST_HOST_H

#include "ring.h"

/* A fresh window with all rings at 0. The guest's end of each is guest_ring(). */
void host_open(void);
struct nexus_ring *guest_ring(u32 ring);

/* Produces @descriptor, whose sequence is set here. */
void host_send(u32 ring, struct ion_descriptor descriptor);
/* Copies into the next buffer of the ring's pool; the offset for a descriptor. */
u32 host_fill(u32 ring, const void *bytes, u32 length);
/* The index up to which the guest has given slots back. */
u32 host_consumed(u32 ring);

/* The next descriptor that the guest has published; false when there is none. */
bool host_take(u32 ring, struct ion_descriptor *descriptor);
/* What the guest has published and the host has not taken. */
u32 host_waiting(u32 ring);
/* Gives the guest back the slots of all that was taken. */
void host_release(u32 ring);
const u8 *host_bytes(u32 offset);

/* Asks to be told of the next descriptor. */
void host_listen(u32 ring);
u32 host_doorbells(u32 ring);
/* Whether the guest has asked to be told of what the host does next. */
bool host_must_ring(u32 ring);

#endif
