/* SPDX-License-Identifier: GPL-2.0-only */
/* What nexus_ion uses of the kernel and what differs between the supported ones, 6.1 and 6.12. */
#ifndef NEXUS_ION_COMPAT_H
#define NEXUS_ION_COMPAT_H

#include <linux/device.h>
#include <linux/version.h>

/* What the match() of a bus is given: const since 6.11. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
typedef const struct device_driver nexus_match_driver;
#else
typedef struct device_driver nexus_match_driver;
#endif

#endif
