// SPDX-License-Identifier: GPL-2.0-only
/*
 * nexus_ion: binds to the ION device of the device tree, makes sure that the hypervisor is Rumpk and that the window
 * is what this module understands, attaches to it, and offers its rings as services on the nexus bus.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "hypercall.h"
#include "window.h"

static unsigned long long ion_base;
module_param(ion_base, ullong, 0444);
MODULE_PARM_DESC(ion_base, "where the window should be; checked against the device tree if not 0");

static enum nexus_state state = NEXUS_ABSENT;

static const char *const state_names[] = {
	[NEXUS_ABSENT] = "absent",
	[NEXUS_REFUSED] = "refused",
	[NEXUS_ATTACHED] = "attached",
	[NEXUS_STALE] = "stale",
};

static struct nexus_window *attached_window;
/* Between a reader of the state and the window going away. */
static DEFINE_MUTEX(attached_lock);

static int state_get(char *buffer, const struct kernel_param *parameter)
{
	mutex_lock(&attached_lock);
	if (attached_window && !nexus_window_is_current(attached_window))
		state = NEXUS_STALE;
	mutex_unlock(&attached_lock);
	return sysfs_emit(buffer, "%s\n", state_names[state]);
}

static const struct kernel_param_ops state_ops = { .get = state_get };
module_param_cb(state, &state_ops, NULL, 0444);
MODULE_PARM_DESC(state, "absent, refused, attached or stale (read only)");

static void attach_rings(struct nexus_window *window)
{
	u32 i;

	for (i = 0; i < window->layout.header.ring_count; i++)
		nexus_ring_attach(&window->rings[i], window->base, &window->layout.rings[i], i);
}

/*
 * Everything that must hold before the first service appears; undone in the opposite order, except that the doorbell is
 * closed before the services that it looks at go.
 */
static int bring_up(struct nexus_window *window)
{
	int error = nexus_hypercall_identify();

	if (error)
		return error;
	error = nexus_window_open(window, ion_base);
	if (error)
		return error;
	attach_rings(window);
	error = nexus_hypercall_attach(window->layout.header.epoch);
	if (error)
		goto close_window;
	error = nexus_doorbell_open(window);
	if (error)
		goto close_window;
	error = nexus_services_add(window);
	if (error)
		goto remove_services;
	return 0;

remove_services:
	nexus_doorbell_close(window);
	nexus_services_remove(window);
close_window:
	nexus_window_close(window);
	return error;
}

/*
 * A managed action in place of the driver's .remove, whose type changed in 6.11. It runs while the window, managed since
 * before it, is still there.
 */
static void detach(void *context)
{
	struct nexus_window *window = context;

	mutex_lock(&attached_lock);
	attached_window = NULL;
	state = NEXUS_ABSENT;
	mutex_unlock(&attached_lock);
	nexus_counters_remove(window);
	nexus_doorbell_close(window);
	nexus_services_remove(window);
	nexus_window_close(window);
}

static int nexus_ion_probe(struct platform_device *platform)
{
	struct nexus_window *window;
	int error;

	if (attached_window)
		return -EBUSY;
	window = devm_kzalloc(&platform->dev, sizeof(*window), GFP_KERNEL);
	if (!window)
		return -ENOMEM;
	window->platform = platform;
	platform_set_drvdata(platform, window);
	error = bring_up(window);
	state = error ? NEXUS_REFUSED : NEXUS_ATTACHED;
	if (error)
		return error;
	attached_window = window;
	nexus_counters_add(window);
	error = devm_add_action_or_reset(&platform->dev, detach, window);
	if (error)
		return error;
	pr_info("attached to epoch %llu, doorbell interrupt %d\n", window->layout.header.epoch, window->irq);
	return 0;
}

static const struct of_device_id nexus_ion_ids[] = {
	{ .compatible = "nexus,ion" },
	{}
};
MODULE_DEVICE_TABLE(of, nexus_ion_ids);

static struct platform_driver nexus_ion_driver = {
	.probe = nexus_ion_probe,
	.driver = {
		.name = "nexus_ion",
		.of_match_table = nexus_ion_ids,
	},
};

static void report_absence(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, nexus_ion_ids[0].compatible);

	if (!node)
		pr_info("no ION device in the device tree\n");
	of_node_put(node);
}

static int __init nexus_ion_init(void)
{
	int error = nexus_bus_register();

	if (error)
		return error;
	report_absence();
	error = platform_driver_register(&nexus_ion_driver);
	if (error)
		nexus_bus_unregister();
	return error;
}

static void __exit nexus_ion_exit(void)
{
	platform_driver_unregister(&nexus_ion_driver);
	nexus_bus_unregister();
}

module_init(nexus_ion_init);
module_exit(nexus_ion_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ION window and rings between a Rumpk cell and its hypervisor");
