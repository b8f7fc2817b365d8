// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "window.h"

#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/printk.h>

/*
 * The region must come from the device tree: memremap() of a number that means nothing would succeed just as well, and
 * what it gave would be no window.
 */
static int find_region(struct nexus_window *window, u64 expected_base)
{
	struct device_node *node = of_parse_phandle(window->platform->dev.of_node, "memory-region", 0);
	struct reserved_mem *region = node ? of_reserved_mem_lookup(node) : NULL;

	of_node_put(node);
	if (!region) {
		pr_err("no window: expected memory-region to name a reserved-memory node, found none\n");
		return -ENODEV;
	}
	window->physical = region->base;
	window->size = region->size;
	if (window->size != ION_WINDOW_SIZE) {
		pr_err("window refused: size: expected 0x%x, found 0x%llx\n", ION_WINDOW_SIZE, window->size);
		return -EINVAL;
	}
	if (expected_base && expected_base != window->physical) {
		pr_err("window refused: ion_base: expected 0x%llx as in the device tree, found 0x%llx\n",
		       window->physical, expected_base);
		return -EINVAL;
	}
	return 0;
}

static void report_fault(const struct nexus_fault *fault)
{
	char place[32] = "";

	if (fault->entry >= 0)
		snprintf(place, sizeof(place), " %d", fault->entry);
	if (fault->rule)
		pr_err("window refused: %s%s: %s: expected %s, found 0x%llx\n", fault->table, place, fault->field,
		       fault->rule, fault->found);
	else
		pr_err("window refused: %s%s: %s: expected 0x%llx, found 0x%llx\n", fault->table, place, fault->field,
		       fault->expected, fault->found);
}

int nexus_window_open(struct nexus_window *window, u64 expected_base)
{
	const struct ion_header *header = &window->layout.header;
	struct nexus_fault fault;
	int error = find_region(window, expected_base);

	if (error)
		return error;
	window->base = memremap(window->physical, window->size, MEMREMAP_WB);
	if (!window->base) {
		pr_err("cannot map the window at 0x%llx\n", window->physical);
		return -ENOMEM;
	}
	if (!nexus_layout_read(window->base, window->size, &window->layout, &fault)) {
		report_fault(&fault);
		nexus_window_close(window);
		return -EPROTO;
	}
	pr_info("ION header valid: magic 0x%x, abi %u, epoch %llu, %u sections, %u rings, window 0x%llx size 0x%llx\n",
		header->magic, header->abi_version, header->epoch, header->section_count, header->ring_count,
		window->physical, window->size);
	return 0;
}

void nexus_window_close(struct nexus_window *window)
{
	memunmap(window->base);
	window->base = NULL;
}

bool nexus_window_is_current(struct nexus_window *window)
{
	const struct ion_header *header = window->base;
	u32 i;

	if (READ_ONCE(header->epoch) == window->layout.header.epoch &&
	    READ_ONCE(header->host_state) == ION_HOST_STATE_READY)
		return true;
	for (i = 0; i < window->layout.header.ring_count; i++)
		nexus_ring_break(&window->rings[i], "the host's epoch is over");
	return false;
}
