// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "window.h"

static const struct {
	const char *name;
	u32 receive;
	u32 transmit;
} services[NEXUS_SERVICES] = {
	{ "net", ION_CHANNEL_NET_RECEIVE, ION_CHANNEL_NET_TRANSMIT },
	{ "block", ION_CHANNEL_BLOCK_COMPLETION, ION_CHANNEL_BLOCK_REQUEST },
	{ "input", ION_CHANNEL_INPUT_EVENT, ION_CHANNEL_INPUT_STATUS },
};

static int nexus_bus_match(struct device *device, nexus_match_driver *driver)
{
	return !strcmp(to_nexus_service(device)->name, to_nexus_driver(driver)->service);
}

/* A bridge hears the doorbell from the end of its probe to the beginning of its remove. */
static int nexus_bus_probe(struct device *device)
{
	struct nexus_driver *driver = to_nexus_driver(device->driver);
	struct nexus_service *service = to_nexus_service(device);
	const int error = driver->probe(service);

	/* Pairs with the acquire in bound_driver(). */
	if (!error)
		smp_store_release(&service->bound, driver);
	return error;
}

static void nexus_bus_remove(struct device *device)
{
	struct nexus_service *service = to_nexus_service(device);

	WRITE_ONCE(service->bound, NULL);
	nexus_doorbell_quiesce(dev_get_drvdata(device->parent));
	to_nexus_driver(device->driver)->remove(service);
}

static struct bus_type nexus_bus = {
	.name = "nexus",
	.match = nexus_bus_match,
	.probe = nexus_bus_probe,
	.remove = nexus_bus_remove,
};

int nexus_bus_register(void)
{
	return bus_register(&nexus_bus);
}

void nexus_bus_unregister(void)
{
	bus_unregister(&nexus_bus);
}

int nexus_driver_register(struct nexus_driver *driver, struct module *owner)
{
	driver->driver.bus = &nexus_bus;
	driver->driver.owner = owner;
	return driver_register(&driver->driver);
}
EXPORT_SYMBOL_GPL(nexus_driver_register);

void nexus_driver_unregister(struct nexus_driver *driver)
{
	driver_unregister(&driver->driver);
}
EXPORT_SYMBOL_GPL(nexus_driver_unregister);

static void nexus_service_release(struct device *device)
{
	kfree(to_nexus_service(device));
}

/* The ring of a channel if it is there, goes the right way and is whole. */
static struct nexus_ring *find_ring(struct nexus_window *window, u32 channel, u32 direction)
{
	const int index = nexus_layout_find_ring(&window->layout, channel);

	if (index < 0 || window->layout.rings[index].direction != direction) {
		pr_err("ring table: channel 0x%04x: expected a ring of direction %u, found none\n", channel, direction);
		return NULL;
	}
	return nexus_ring_is_broken(&window->rings[index]) ? NULL : &window->rings[index];
}

static int add_service(struct nexus_window *window, u32 index)
{
	struct nexus_ring *receive = find_ring(window, services[index].receive, ION_DIRECTION_HOST_TO_GUEST);
	struct nexus_ring *transmit = find_ring(window, services[index].transmit, ION_DIRECTION_GUEST_TO_HOST);
	struct nexus_service *service;
	int error;

	if (!receive || !transmit)
		return 0;
	service = kzalloc(sizeof(*service), GFP_KERNEL);
	if (!service)
		return -ENOMEM;
	service->name = services[index].name;
	service->receive = receive;
	service->transmit = transmit;
	service->dev.parent = &window->platform->dev;
	service->dev.bus = &nexus_bus;
	service->dev.release = nexus_service_release;
	dev_set_name(&service->dev, "nexus-%s", service->name);
	error = device_register(&service->dev);
	if (error) {
		put_device(&service->dev);
		return error;
	}
	/* The doorbell is open already. Pairs with the acquire in service_at(). */
	smp_store_release(&window->services[index], service);
	return 0;
}

int nexus_services_add(struct nexus_window *window)
{
	u32 i;

	for (i = 0; i < NEXUS_SERVICES; i++) {
		const int error = add_service(window, i);

		if (error)
			return error;
	}
	return 0;
}

void nexus_services_remove(struct nexus_window *window)
{
	u32 i;

	for (i = 0; i < NEXUS_SERVICES; i++) {
		if (window->services[i])
			device_unregister(&window->services[i]->dev);
		window->services[i] = NULL;
	}
}

/* The bridge that hears the doorbell for a service, or NULL. */
static struct nexus_driver *bound_driver(const struct nexus_service *service)
{
	/* Pairs with the release in nexus_bus_probe(): what probe has set up is visible to kick and poll. */
	return service ? smp_load_acquire(&service->bound) : NULL;
}

/* The service at a place, or NULL. */
static struct nexus_service *service_at(const struct nexus_window *window, u32 index)
{
	/* Pairs with the release in add_service(). */
	return smp_load_acquire(&window->services[index]);
}

void nexus_services_kick(struct nexus_window *window)
{
	u32 i;

	for (i = 0; i < NEXUS_SERVICES; i++) {
		struct nexus_service *service = service_at(window, i);
		struct nexus_driver *driver = bound_driver(service);

		if (driver && driver->kick)
			driver->kick(service);
	}
}

bool nexus_services_poll(struct nexus_window *window)
{
	bool more = false;
	u32 i;

	for (i = 0; i < NEXUS_SERVICES; i++) {
		struct nexus_service *service = service_at(window, i);
		struct nexus_driver *driver = bound_driver(service);

		if (driver && driver->poll && driver->poll(service))
			more = true;
	}
	return more;
}
