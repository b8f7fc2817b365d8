/* SPDX-License-Identifier: GPL-2.0-only */
/* The platform device of the device tree, its memory region and interrupt, and what is managed with it. */
#ifndef NEXUS_TEST_PLATFORM_SHIM_H
#define NEXUS_TEST_PLATFORM_SHIM_H

#include "device_shim.h"

struct device_node {
	bool is_region;
};

struct of_device_id {
	const char *compatible;
};

#define MODULE_DEVICE_TABLE(bus, table)
struct device_node *of_parse_phandle(const struct device_node *node, const char *property, int index);
struct device_node *of_find_compatible_node(struct device_node *from, const char *type, const char *compatible);
void of_node_put(struct device_node *node);

struct reserved_mem {
	u64 base;
	u64 size;
};
struct reserved_mem *of_reserved_mem_lookup(struct device_node *node);

#define MEMREMAP_WB 1
void *memremap(u64 base, size_t size, unsigned long flags);
void memunmap(void *memory);

struct platform_device {
	struct device dev;
};

struct platform_driver {
	int (*probe)(struct platform_device *platform);
	struct device_driver driver;
};

#define platform_set_drvdata(platform, data) dev_set_drvdata(&(platform)->dev, data)
int platform_get_irq(struct platform_device *platform, unsigned int index);
int platform_driver_register(struct platform_driver *driver);
void platform_driver_unregister(struct platform_driver *driver);
void *devm_kzalloc(struct device *device, size_t size, int flags);
int devm_add_action_or_reset(struct device *device, void (*action)(void *context), void *context);

/* What the device tree says; memory is NULL when there is no region, and irq negative when there is none. */
struct platform_facts {
	u8 *memory;
	struct reserved_mem region;
	int irq;
	/* memremap() finds no room, and the others fail with what is not 0. */
	bool no_mapping;
	int register_error;
	int action_error;
};
extern struct platform_facts platform_facts;
/* Mappings of the region that are there now. */
extern u32 platform_mapped;
/* References to nodes that were not given back. */
extern u32 platform_nodes;
/* The device appears: what its probe returns. */
int platform_probe(void);
/* The driver is unbound from it, as through sysfs. */
void platform_unbind(void);
/* Another one appears beside it. */
int platform_probe_another(void);
/* What the driver keeps of the device; NULL while it is not bound. */
void *platform_data(void);

#endif
