// SPDX-License-Identifier: GPL-2.0-only
/* What must hold before a service appears, in which order it comes to be, and how it goes. */
#include "ion_cell.h"
#include "ion_shim.h"

static const char *const names[NEXUS_SERVICES] = { "nexus-net", "nexus-block", "nexus-input" };

static u32 services(void)
{
	u32 count = 0;
	u32 i;

	for (i = 0; i < NEXUS_SERVICES; i++)
		count += device_named(names[i]) != NULL;
	return count;
}

/* Until the host knows that somebody is there, nothing may ring or be bound. */
static void nothing_is_offered_yet(void)
{
	CHECK(platform_mapped == 1 && !irq_is_requested() && services() == 0 && hypervisor.rung == 0);
}

static void attaches_then_offers(void)
{
	struct nexus_window *window;

	open_cell();
	CHECK(state_is("absent"));
	hypervisor.attaching = nothing_is_offered_yet;
	window = attach_cell();
	CHECK(services() == NEXUS_SERVICES && irq_is_requested() && bridge.probed == 1);
	CHECK(window->irq == 42 && window->slow_poll.pending);
	close_cell();
	CHECK(state_is("absent"));
}

/* Nothing was offered, and nothing is left but the word for it. */
static void refuses(int error, u32 attached)
{
	CHECK(platform_probe() == error);
	CHECK(state_is("refused") && services() == 0 && bridge.probed == 0);
	CHECK(hypervisor.attached == attached && !irq_is_requested() && !platform_mapped && !allocations && !platform_nodes);
	close_cell();
}

static void needs_the_hosts_consent(void)
{
	open_cell();
	hypervisor.epoch = EPOCH + 1;
	refuses(-EACCES, 0);
}

static void needs_rumpk(void)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		open_cell();
		hypervisor.uid[i] ^= 1;
		refuses(-ENXIO, 0);
	}
	open_cell();
	hypervisor.absent = true;
	refuses(-ENXIO, 0);
}

static void needs_its_region(void)
{
	u8 *memory;

	open_cell();
	memory = platform_facts.memory;
	platform_facts.memory = NULL;
	refuses(-ENODEV, 0);
	free(memory);
	open_cell();
	platform_facts.region.size -= 4096;
	refuses(-EINVAL, 0);
	open_cell();
	set_ion_base(ION_WINDOW_IPA + 0x1000);
	refuses(-EINVAL, 0);
	open_cell();
	set_ion_base(ION_WINDOW_IPA - 0x1000);
	refuses(-EINVAL, 0);
	open_cell();
	set_ion_base(ION_WINDOW_IPA);
	attach_cell();
	close_cell();
}

static void needs_room_for_its_window(void)
{
	open_cell();
	platform_facts.no_mapping = true;
	refuses(-ENOMEM, 0);
}

/* What is to be undone at the end is undone at once when nobody can be asked to. */
static void needs_its_end(void)
{
	open_cell();
	platform_facts.action_error = -ENOMEM;
	CHECK(platform_probe() == -ENOMEM && state_is("absent"));
	CHECK(services() == 0 && !irq_is_requested() && !platform_mapped && !allocations && !work_pending);
	close_cell();
}

/* Its bus, then its driver: insmod fails, and what there was already is given back. */
static void begins_as_a_whole(void)
{
	bus_register_error = -EEXIST;
	CHECK(start_module() == -EEXIST);
	bus_register_error = 0;
	platform_facts.register_error = -EBUSY;
	CHECK(start_module() == -EBUSY && platform_nodes == 0);
	platform_facts.register_error = 0;
	open_cell();
	attach_cell();
	close_cell();
}

static void needs_a_layout(void)
{
	open_cell();
	cell_header()->magic++;
	refuses(-EPROTO, 0);
	open_cell();
	cell_rings()[0].slot_count = 3;
	refuses(-EPROTO, 0);
}

static void needs_its_interrupt(void)
{
	open_cell();
	platform_facts.irq = -ENXIO;
	refuses(-ENXIO, 1);
	open_cell();
	irq_request_error = -EBUSY;
	refuses(-EBUSY, 1);
	irq_request_error = 0;
}

/* Whoever looks at a service now looks at memory that is gone. */
static void raise_if_open(void)
{
	if (irq_is_requested())
		irq_raise();
}

/* Memory for its own state and for each service; the doorbell is closed before the first service goes. */
static void needs_memory(void)
{
	u32 which;

	device_released = raise_if_open;
	for (which = 1; which <= 1 + NEXUS_SERVICES; which++) {
		open_cell();
		no_memory = which;
		CHECK(platform_probe() == -ENOMEM && no_memory == 0);
		CHECK(services() == 0 && !irq_is_requested() && !platform_mapped && !allocations && !work_pending);
		close_cell();
	}
}

/* The device is the driver core's from the first step of its registration, and the core's to free (put_device()). */
static void needs_its_devices(void)
{
	open_cell();
	device_register_error = -EEXIST;
	refuses(-EEXIST, 1);
	device_register_error = 0;
}

static void comes_again(void)
{
	open_cell();
	attach_cell();
	device_released = raise_if_open;
	platform_unbind();
	CHECK(services() == 0 && bridge.removed == 1 && !irq_is_requested() && !platform_mapped && !work_pending);
	CHECK(state_is("absent"));
	CHECK(!platform_probe() && state_is("attached") && services() == NEXUS_SERVICES && bridge.probed == 2);
	close_cell();
}

/* Two rings of three pairs: a service has both of its own or is not there. */
static void offers_what_is_whole(void)
{
	u32 *index;

	open_cell();
	index = (u32 *)(platform_facts.memory + cell_rings()[ION_RING_NET_RECEIVE].consumer_offset);
	*index = 1;
	attach_cell();
	CHECK(services() == NEXUS_SERVICES - 1 && !device_named("nexus-net") && bridge.probed == 0);
	close_cell();

	open_cell();
	cell_rings()[ION_RING_INPUT_STATUS].channel = 0x7777;
	attach_cell();
	CHECK(services() == NEXUS_SERVICES - 1 && !device_named("nexus-input"));
	close_cell();
}

/* The channels of a pair stand at each other's rings: neither goes the way that the service needs. */
static void offers_what_goes_the_right_way(void)
{
	open_cell();
	cell_rings()[ION_RING_NET_RECEIVE].channel = ION_CHANNEL_NET_TRANSMIT;
	cell_rings()[ION_RING_NET_TRANSMIT].channel = ION_CHANNEL_NET_RECEIVE;
	attach_cell();
	CHECK(services() == 2 && !device_named("nexus-net") && bridge.probed == 0);
	close_cell();
}

static void is_there_once(void)
{
	open_cell();
	attach_cell();
	CHECK(platform_probe_another() == -EBUSY && hypervisor.attached == 1 && state_is("attached"));
	close_cell();
}

static const struct test tests[] = {
	{ "the host is told before anything is offered", attaches_then_offers },
	{ "a host that refuses is left alone", needs_the_hosts_consent },
	{ "only Rumpk is attached to", needs_rumpk },
	{ "the window is the device tree's region", needs_its_region },
	{ "a window that cannot be mapped is refused", needs_room_for_its_window },
	{ "a device that cannot be let go is not taken", needs_its_end },
	{ "a module that cannot begin leaves nothing behind", begins_as_a_whole },
	{ "a window without a layout is refused", needs_a_layout },
	{ "without a doorbell nothing is offered", needs_its_interrupt },
	{ "without memory nothing is left behind", needs_memory },
	{ "without its devices nothing is left behind", needs_its_devices },
	{ "what is unbound comes again", comes_again },
	{ "a service has both of its rings", offers_what_is_whole },
	{ "a service has rings of the right direction", offers_what_goes_the_right_way },
	{ "there is one window", is_there_once },
};

const struct suite ion_attach = SUITE(tests);
