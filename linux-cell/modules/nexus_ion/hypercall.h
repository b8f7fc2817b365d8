/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_ION_HYPERCALL_H
#define NEXUS_ION_HYPERCALL_H

#include <linux/types.h>

/* 0 if the hypervisor is Rumpk, by the vendor-hypervisor UID (SMCCC 1.2, §6.2); -ENXIO otherwise, having said why. */
int nexus_hypercall_identify(void);
/* Tells Rumpk that this guest uses the window of @epoch. 0, or -EACCES when it refuses. */
int nexus_hypercall_attach(u64 epoch);
/* Rings @rings, one bit for each entry of the ring table. A hint: Rumpk polls as well. */
void nexus_hypercall_doorbell(u64 rings);

#endif
