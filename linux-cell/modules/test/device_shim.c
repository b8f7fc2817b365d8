// SPDX-License-Identifier: GPL-2.0-only
/* One bus: a device and a driver that match are bound as soon as both are there. */
#include "device_shim.h"

#include "check.h"

#define MOST 4

void (*device_released)(void);
int device_register_error;
int bus_register_error;
static struct bus_type *the_bus;
static struct device *devices[MOST];
static struct device_driver *drivers[MOST];

static void **place_of(void **places, const void *what)
{
	u32 i;

	for (i = 0; i < MOST; i++)
		if (places[i] == what)
			return &places[i];
	CHECK(!"found");
	return NULL;
}

static void bind(struct device *device, struct device_driver *driver)
{
	if (!device || !driver || device->driver || !the_bus->match(device, driver))
		return;
	device->driver = driver;
	if (the_bus->probe(device))
		device->driver = NULL;
}

static void unbind(struct device *device)
{
	if (device && device->driver) {
		the_bus->remove(device);
		device->driver = NULL;
	}
}

int bus_register(struct bus_type *bus)
{
	CHECK(!the_bus && bus->match && bus->probe && bus->remove);
	if (bus_register_error)
		return bus_register_error;
	the_bus = bus;
	return 0;
}

void bus_unregister(struct bus_type *bus)
{
	CHECK(bus == the_bus);
	the_bus = NULL;
}

int driver_register(struct device_driver *driver)
{
	u32 i;

	CHECK(the_bus && driver->bus == the_bus && driver->owner);
	*place_of((void **)drivers, NULL) = driver;
	for (i = 0; i < MOST; i++)
		bind(devices[i], driver);
	return 0;
}

void driver_unregister(struct device_driver *driver)
{
	u32 i;

	*place_of((void **)drivers, driver) = NULL;
	for (i = 0; i < MOST; i++)
		if (devices[i] && devices[i]->driver == driver)
			unbind(devices[i]);
}

int device_register(struct device *device)
{
	u32 i;

	CHECK(the_bus && device->bus == the_bus && device->parent && device->release && device->name[0]);
	if (device_register_error)
		return device_register_error;
	*place_of((void **)devices, NULL) = device;
	for (i = 0; i < MOST; i++)
		bind(device, drivers[i]);
	return 0;
}

void device_unregister(struct device *device)
{
	unbind(device);
	*place_of((void **)devices, device) = NULL;
	put_device(device);
}

void put_device(struct device *device)
{
	device->release(device);
	if (device_released)
		device_released();
}

struct device *device_named(const char *name)
{
	u32 i;

	for (i = 0; i < MOST; i++)
		if (devices[i] && !strcmp(devices[i]->name, name))
			return devices[i];
	return NULL;
}
