/* SPDX-License-Identifier: GPL-2.0-only */
/* What nexus_ion uses of Linux 6.1. */
#ifndef NEXUS_TEST_ION_SHIM_H
#define NEXUS_TEST_ION_SHIM_H

#include "device_shim.h"
#include "hypervisor_shim.h"
#include "interrupt_shim.h"
#include "lock_shim.h"
#include "module_shim.h"
#include "platform_shim.h"

#define KERNEL_VERSION(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 1, 0)

/* Parameters: set as insmod does, and read as from sysfs. */
typedef unsigned long long ullong;
struct kernel_param;
struct kernel_param_ops {
	int (*get)(char *buffer, const struct kernel_param *parameter);
};
#define MODULE_PARM_DESC(name, text)
#define module_param(name, type, mode) void set_##name(type value) { name = value; }
#define module_param_cb(name, ops, context, mode) int get_##name(char *buffer) { return (ops)->get(buffer, NULL); }
void set_ion_base(ullong value);
int get_state(char *buffer);
#define sysfs_emit(buffer, ...) sprintf(buffer, __VA_ARGS__)

#endif
