// SPDX-License-Identifier: GPL-2.0-only
#include "ion_cell.h"

#include "ion_shim.h"
#include "window.h"

struct bridge bridge;
static bool has_counters;

void nexus_counters_add(struct nexus_window *window)
{
	CHECK(window->base && !has_counters);
	has_counters = true;
}

void nexus_counters_remove(struct nexus_window *window)
{
	CHECK(window->base && has_counters);
	has_counters = false;
}

static int bridge_probe(struct nexus_service *service)
{
	CHECK(!strcmp(service->name, "net") && !strcmp(service->dev.name, "nexus-net"));
	CHECK(service->receive->channel == ION_CHANNEL_NET_RECEIVE && !service->receive->producer);
	CHECK(service->transmit->channel == ION_CHANNEL_NET_TRANSMIT && service->transmit->producer);
	bridge.probed += !bridge.probe_error;
	return bridge.probe_error;
}

static void bridge_remove(struct nexus_service *service)
{
	bridge.removed++;
}

static void bridge_kick(struct nexus_service *service)
{
	bridge.kicks++;
}

/* Nobody may be told of a bridge that is gone, and one call comes at a time. */
static bool bridge_poll(struct nexus_service *service)
{
	struct nexus_window *window = dev_get_drvdata(service->dev.parent);

	CHECK(bridge.probed > bridge.removed && window->polling.held);
	bridge.polls++;
	return bridge.more;
}

struct nexus_driver bridge_driver = {
	.service = "net",
	.probe = bridge_probe,
	.remove = bridge_remove,
	.kick = bridge_kick,
	.poll = bridge_poll,
	.driver = { .name = "bridge" },
};

void open_cell(void)
{
	free(platform_facts.memory);
	platform_facts = (struct platform_facts){
		.memory = make_window(),
		.region = { ION_WINDOW_IPA, ION_WINDOW_SIZE },
		.irq = 42,
	};
	cell_header()->epoch = EPOCH;
	hypervisor = (struct hypervisor){
		.uid = { ION_VENDOR_UID_WORD0, ION_VENDOR_UID_WORD1, ION_VENDOR_UID_WORD2, ION_VENDOR_UID_WORD3 },
		.epoch = EPOCH,
	};
	bridge = (struct bridge){ 0 };
	set_ion_base(0);
	CHECK(!start_module());
	CHECK(!nexus_driver_register(&bridge_driver, THIS_MODULE));
}

/* Nothing is left of it. */
void close_cell(void)
{
	nexus_driver_unregister(&bridge_driver);
	stop_module();
	CHECK(!allocations && !platform_mapped && !platform_nodes && !irq_is_requested() && !work_pending && !has_counters);
	CHECK(bridge.probed == bridge.removed);
}

struct ion_header *cell_header(void)
{
	return (struct ion_header *)platform_facts.memory;
}

struct ion_ring *cell_rings(void)
{
	return (struct ion_ring *)(platform_facts.memory + ION_RING_TABLE_OFFSET);
}

struct nexus_window *attach_cell(void)
{
	CHECK(!platform_probe() && state_is("attached") && hypervisor.attached == 1);
	return platform_data();
}

bool state_is(const char *name)
{
	char buffer[16];

	return get_state(buffer) > 0 && !strncmp(buffer, name, strlen(name)) && buffer[strlen(name)] == '\n';
}
