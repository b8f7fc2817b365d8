// SPDX-License-Identifier: GPL-2.0-only
/* nexus_input: the input bridge of a Rumpk cell. A keyboard, a mouse and a tablet in one evdev device. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/input.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "nexus_ion.h"

/* Events taken in one call (R8). */
#define EVENT_BUDGET 256
#define ABSOLUTE_MAX 32767

struct nexus_input {
	struct nexus_ring *events;
	/* Produced under the input device's event lock. */
	struct nexus_ring *status;
	struct input_dev *device;
};

/* What the host may send, and so what the device says it can do: everything else closes the ring. */
static const struct event_range {
	u16 type;
	u16 first_code;
	u16 last_code;
	s32 smallest;
	s32 largest;
} event_ranges[] = {
	{ EV_SYN, SYN_REPORT, SYN_REPORT, 0, 0 },
	/* 2 is autorepeat. */
	{ EV_KEY, KEY_ESC, KEY_MICMUTE, 0, 2 },
	{ EV_KEY, BTN_LEFT, BTN_TASK, 0, 1 },
	{ EV_REL, REL_X, REL_Y, -ABSOLUTE_MAX, ABSOLUTE_MAX },
	{ EV_REL, REL_HWHEEL, REL_WHEEL, -ABSOLUTE_MAX, ABSOLUTE_MAX },
	{ EV_ABS, ABS_X, ABS_Y, 0, ABSOLUTE_MAX },
};

static const u16 leds[] = { LED_NUML, LED_CAPSL, LED_SCROLLL };

static bool is_allowed(u16 type, u16 code, s32 value)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(event_ranges); i++) {
		const struct event_range *range = &event_ranges[i];

		if (type == range->type && code >= range->first_code && code <= range->last_code &&
		    value >= range->smallest && value <= range->largest)
			return true;
	}
	return false;
}

static void take_event(struct nexus_input *input, const struct ion_descriptor *descriptor)
{
	const u16 type = descriptor->argument >> ION_INPUT_TYPE_SHIFT;
	const u16 code = descriptor->argument >> ION_INPUT_CODE_SHIFT;
	const s32 value = lower_32_bits(descriptor->argument);

	if (descriptor->kind != ION_INPUT_KIND_EVENT || descriptor->length)
		nexus_ring_break(input->events, "a descriptor is of an unknown kind");
	else if (!is_allowed(type, code, value))
		nexus_ring_break(input->events, "an event that this device cannot have");
	else
		input_event(input->device, type, code, value);
}

static bool nexus_input_poll(struct nexus_service *service)
{
	struct nexus_input *input = dev_get_drvdata(&service->dev);
	struct ion_descriptor descriptor;
	int taken;

	for (taken = 0; taken < EVENT_BUDGET && nexus_ring_consume(input->events, &descriptor) > 0; taken++)
		take_event(input, &descriptor);
	nexus_ring_release(input->events);
	return nexus_ring_sleep(input->events);
}

/* A keyboard light goes the other way; one that finds the ring full is lost, as it would be on a slow wire. */
static int nexus_input_status(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
	struct nexus_input *input = input_get_drvdata(device);
	const struct ion_descriptor descriptor = {
		.kind = ION_INPUT_KIND_EVENT,
		.argument = (u64)type << ION_INPUT_TYPE_SHIFT | (u64)code << ION_INPUT_CODE_SHIFT | (u32)value,
	};
	int error;

	if (type != EV_LED)
		return -EINVAL;
	error = nexus_ring_produce(input->status, &descriptor);
	nexus_ring_publish(input->status);
	return error;
}

static void declare_abilities(struct input_dev *device)
{
	u32 i;
	u32 code;

	for (i = 0; i < ARRAY_SIZE(event_ranges); i++) {
		const struct event_range *range = &event_ranges[i];

		for (code = range->first_code; code <= range->last_code; code++) {
			if (range->type == EV_ABS)
				input_set_abs_params(device, code, range->smallest, range->largest, 0, 0);
			else if (range->type != EV_SYN)
				input_set_capability(device, range->type, code);
		}
	}
	for (i = 0; i < ARRAY_SIZE(leds); i++)
		input_set_capability(device, EV_LED, leds[i]);
}

static int register_device(struct nexus_input *input, struct nexus_service *service)
{
	int error;

	input->device = input_allocate_device();
	if (!input->device)
		return -ENOMEM;
	input->device->name = "nexus_input";
	input->device->phys = "nexus/input0";
	input->device->id.bustype = BUS_VIRTUAL;
	input->device->dev.parent = &service->dev;
	input->device->event = nexus_input_status;
	input_set_drvdata(input->device, input);
	declare_abilities(input->device);
	error = input_register_device(input->device);
	if (error)
		input_free_device(input->device);
	return error;
}

static int nexus_input_probe(struct nexus_service *service)
{
	struct nexus_input *input = kzalloc(sizeof(*input), GFP_KERNEL);
	int error;

	if (!input)
		return -ENOMEM;
	input->events = service->receive;
	input->status = service->transmit;
	dev_set_drvdata(&service->dev, input);
	error = register_device(input, service);
	if (error) {
		pr_err("cannot register the input device: error %d\n", error);
		kfree(input);
		return error;
	}
	pr_info("input bridge ready\n");
	return 0;
}

static void nexus_input_remove(struct nexus_service *service)
{
	struct nexus_input *input = dev_get_drvdata(&service->dev);

	input_unregister_device(input->device);
	kfree(input);
}

static struct nexus_driver nexus_input_driver = {
	.service = "input",
	.probe = nexus_input_probe,
	.remove = nexus_input_remove,
	.poll = nexus_input_poll,
	.driver = { .name = "nexus_input" },
};

static int __init nexus_input_init(void)
{
	return nexus_driver_register(&nexus_input_driver, THIS_MODULE);
}

static void __exit nexus_input_exit(void)
{
	nexus_driver_unregister(&nexus_input_driver);
}

module_init(nexus_input_init);
module_exit(nexus_input_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Input bridge of a Rumpk cell");
