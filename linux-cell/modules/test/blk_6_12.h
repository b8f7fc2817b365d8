/* SPDX-License-Identifier: GPL-2.0-only */
/* For the sources in which compat.h tells the kernels apart: they are compiled a second time, for Linux 6.12. */
#ifndef NEXUS_TEST_BLK_6_12_H
#define NEXUS_TEST_BLK_6_12_H

#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)

#endif
