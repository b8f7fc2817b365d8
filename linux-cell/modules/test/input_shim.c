// SPDX-License-Identifier: GPL-2.0-only
#include "input_shim.h"

struct input_dev *input_device;
int input_register_error;
struct input_seen input_seen[512];
u32 input_seen_count;

struct input_dev *input_allocate_device(void)
{
	input_device = kzalloc(sizeof(*input_device), GFP_KERNEL);
	return input_device;
}

void input_free_device(struct input_dev *device)
{
	CHECK(device == input_device && !device->registered);
	kfree(device);
	input_device = NULL;
}

/* Every device can mark the end of a packet. */
int input_register_device(struct input_dev *device)
{
	CHECK(device->name && device->dev.parent);
	if (input_register_error)
		return input_register_error;
	device->abilities[EV_SYN][SYN_REPORT] = true;
	device->registered = true;
	return 0;
}

void input_unregister_device(struct input_dev *device)
{
	CHECK(device->registered);
	device->registered = false;
	input_free_device(device);
}

void input_set_capability(struct input_dev *device, unsigned int type, unsigned int code)
{
	CHECK(!device->registered && type < EV_CNT && code < KEY_CNT);
	device->abilities[type][code] = true;
}

void input_set_abs_params(struct input_dev *device, unsigned int code, s32 minimum, s32 maximum, s32 fuzz, s32 flat)
{
	input_set_capability(device, EV_ABS, code);
	device->absinfo[code] = (struct input_absinfo){ minimum, maximum, fuzz, flat };
}

/* The core drops what a device has not said that it can do; a test wants to know. */
void input_event(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
	CHECK(device->registered && type < EV_CNT && code < KEY_CNT && device->abilities[type][code]);
	lock_take(&device->event_lock);
	CHECK(input_seen_count < ARRAY_SIZE(input_seen));
	input_seen[input_seen_count++] = (struct input_seen){ type, code, value };
	lock_give(&device->event_lock);
}

int input_send(u16 type, u16 code, s32 value)
{
	int error;

	lock_take(&input_device->event_lock);
	error = input_device->event(input_device, type, code, value);
	lock_give(&input_device->event_lock);
	return error;
}
