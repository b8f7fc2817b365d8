// SPDX-License-Identifier: GPL-2.0-only
#include "service.h"

#include "check.h"
#include "host.h"
#include "module_shim.h"

int service_register_error;
static struct nexus_driver *bridge;
static struct nexus_service service;

int nexus_driver_register(struct nexus_driver *driver, struct module *owner)
{
	CHECK(!bridge && driver->driver.name && driver->probe && driver->remove && owner);
	if (service_register_error)
		return service_register_error;
	driver->driver.owner = owner;
	bridge = driver;
	return 0;
}

void nexus_driver_unregister(struct nexus_driver *driver)
{
	CHECK(bridge == driver);
	bridge = NULL;
}

struct nexus_service *service_bind(u32 receive, u32 transmit, int *error)
{
	host_open();
	service = (struct nexus_service){ 0 };
	CHECK(start_module() == 0 && bridge);
	service.name = bridge->service;
	service.receive = guest_ring(receive);
	service.transmit = guest_ring(transmit);
	*error = service_probe();
	return *error ? NULL : &service;
}

int service_probe(void)
{
	return bridge->probe(&service);
}

void service_remove(void)
{
	bridge->remove(&service);
}

bool service_poll(void)
{
	return bridge->poll(&service);
}

void service_kick(void)
{
	if (bridge->kick)
		bridge->kick(&service);
}
