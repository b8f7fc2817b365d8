/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices, drivers and the bus between them, as far as the modules touch them. */
#ifndef NEXUS_TEST_DEVICE_SHIM_H
#define NEXUS_TEST_DEVICE_SHIM_H

#include "shim.h"

struct bus_type;
struct device;
struct device_node;
struct module;
struct of_device_id;

struct device_driver {
	const char *name;
	struct bus_type *bus;
	struct module *owner;
	const struct of_device_id *of_match_table;
};

struct device {
	struct device *parent;
	struct bus_type *bus;
	struct device_driver *driver;
	struct device_node *of_node;
	void (*release)(struct device *device);
	void *driver_data;
	char name[32];
};

struct bus_type {
	const char *name;
	int (*match)(struct device *device, struct device_driver *driver);
	int (*probe)(struct device *device);
	void (*remove)(struct device *device);
};

#define dev_set_drvdata(device, data) ((device)->driver_data = (data))
#define dev_get_drvdata(device) ((device)->driver_data)

/* device_shim.c */
int bus_register(struct bus_type *bus);
void bus_unregister(struct bus_type *bus);
int driver_register(struct device_driver *driver);
void driver_unregister(struct device_driver *driver);
int device_register(struct device *device);
void device_unregister(struct device *device);
void put_device(struct device *device);
/* device_register() and bus_register() fail with these, if not 0. */
extern int device_register_error;
extern int bus_register_error;
/* NULL, or called when a device's memory is gone. */
extern void (*device_released)(void);
/* NULL when there is none. */
struct device *device_named(const char *name);
#define dev_set_name(device, ...) snprintf((device)->name, sizeof((device)->name), __VA_ARGS__)

#endif
