// SPDX-License-Identifier: GPL-2.0-only
#include "platform_shim.h"

#include "module_shim.h"

struct platform_facts platform_facts;
u32 platform_mapped;
u32 platform_nodes;

static struct device_node device_node;
static struct device_node region_node = { .is_region = true };
static struct platform_device the_device = { .dev = { .of_node = &device_node } };
static struct platform_driver *the_driver;

/* What is managed, undone in the opposite order. */
static void *managed;
static void (*at_end)(void *context);
static void *at_end_context;

struct device_node *of_parse_phandle(const struct device_node *node, const char *property, int index)
{
	CHECK(node == &device_node && !strcmp(property, "memory-region") && !index);
	if (!platform_facts.memory)
		return NULL;
	platform_nodes++;
	return &region_node;
}

struct device_node *of_find_compatible_node(struct device_node *from, const char *type, const char *compatible)
{
	CHECK(!from && !type && !strcmp(compatible, "nexus,ion"));
	platform_nodes++;
	return &device_node;
}

void of_node_put(struct device_node *node)
{
	platform_nodes -= node != NULL;
}

struct reserved_mem *of_reserved_mem_lookup(struct device_node *node)
{
	CHECK(node->is_region);
	return &platform_facts.region;
}

void *memremap(u64 base, size_t size, unsigned long flags)
{
	CHECK(flags == MEMREMAP_WB && base == platform_facts.region.base && size == platform_facts.region.size);
	if (platform_facts.no_mapping)
		return NULL;
	platform_mapped++;
	return platform_facts.memory;
}

void memunmap(void *memory)
{
	CHECK(memory == platform_facts.memory && platform_mapped);
	platform_mapped--;
}

int platform_get_irq(struct platform_device *platform, unsigned int index)
{
	CHECK(platform == &the_device && !index);
	return platform_facts.irq;
}

int platform_driver_register(struct platform_driver *driver)
{
	CHECK(!the_driver && driver->probe);
	if (platform_facts.register_error)
		return platform_facts.register_error;
	the_driver = driver;
	return 0;
}

static void release_managed(void)
{
	if (at_end)
		at_end(at_end_context);
	at_end = NULL;
	kfree(managed);
	managed = NULL;
	the_device.dev.driver_data = NULL;
}

void platform_driver_unregister(struct platform_driver *driver)
{
	CHECK(driver == the_driver);
	release_managed();
	the_driver = NULL;
}

void *devm_kzalloc(struct device *device, size_t size, int flags)
{
	CHECK(device == &the_device.dev && !managed);
	managed = kzalloc(size, flags);
	return managed;
}

int devm_add_action_or_reset(struct device *device, void (*action)(void *context), void *context)
{
	CHECK(device == &the_device.dev && !at_end);
	if (platform_facts.action_error) {
		action(context);
		return platform_facts.action_error;
	}
	at_end = action;
	at_end_context = context;
	return 0;
}

int platform_probe(void)
{
	const int error = the_driver->probe(&the_device);

	if (error)
		release_managed();
	return error;
}

void platform_unbind(void)
{
	release_managed();
}

int platform_probe_another(void)
{
	struct platform_device another = { .dev = { .of_node = &device_node } };

	return the_driver->probe(&another);
}

void *platform_data(void)
{
	return the_device.dev.driver_data;
}
