/* SPDX-License-Identifier: GPL-2.0-only */
/* The input core as nexus_input sees it. Below it what a test does in the place of the handlers above. */
#ifndef NEXUS_TEST_INPUT_SHIM_H
#define NEXUS_TEST_INPUT_SHIM_H

#include "check.h"
#include "device_shim.h"
#include "lock_shim.h"
#include "module_shim.h"

/* Types and codes: the kernel's own. */
#include <linux/input-event-codes.h>
/* include/uapi/linux/input.h */
#define BUS_VIRTUAL 0x06

struct input_absinfo {
	s32 minimum;
	s32 maximum;
	s32 fuzz;
	s32 flat;
};

struct input_dev {
	const char *name;
	const char *phys;
	struct {
		u16 bustype;
	} id;
	struct device dev;
	int (*event)(struct input_dev *device, unsigned int type, unsigned int code, int value);
	/* Kept by the core. */
	bool abilities[EV_CNT][KEY_CNT];
	struct input_absinfo absinfo[ABS_CNT];
	bool registered;
	struct lock event_lock;
};

#define input_set_drvdata(device, data) dev_set_drvdata(&(device)->dev, data)
#define input_get_drvdata(device) dev_get_drvdata(&(device)->dev)
struct input_dev *input_allocate_device(void);
void input_free_device(struct input_dev *device);
int input_register_device(struct input_dev *device);
void input_unregister_device(struct input_dev *device);
void input_set_capability(struct input_dev *device, unsigned int type, unsigned int code);
void input_set_abs_params(struct input_dev *device, unsigned int code, s32 minimum, s32 maximum, s32 fuzz, s32 flat);
void input_event(struct input_dev *device, unsigned int type, unsigned int code, int value);

/* The device, while there is one. */
extern struct input_dev *input_device;
/* input_register_device() fails with this, if not 0. */
extern int input_register_error;

struct input_seen {
	u16 type;
	u16 code;
	s32 value;
};

/* What the handlers were given, oldest first, and how many. */
extern struct input_seen input_seen[512];
extern u32 input_seen_count;
/* A handler sets a light, or something else of the device's own. */
int input_send(u16 type, u16 code, s32 value);

#endif
