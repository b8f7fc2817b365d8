// SPDX-License-Identifier: GPL-2.0-only
/* Who hears the doorbell, when, and for how long. */
#include "ion_cell.h"
#include "ion_shim.h"

/* The handler kicks at once; the thread that it wakes polls. */
static void wakes_its_thread(void)
{
	open_cell();
	attach_cell();
	irq_raise();
	CHECK(bridge.kicks == 1 && bridge.polls == 1);
	irq_raise();
	CHECK(bridge.kicks == 2 && bridge.polls == 2);
	close_cell();
}

/* A bridge with more to do is called again at once, without a further doorbell. */
static void goes_on_while_there_is_more(void)
{
	struct nexus_window *window;

	open_cell();
	window = attach_cell();
	CHECK(window->slow_poll.delay == HZ);
	bridge.more = true;
	irq_raise();
	CHECK(window->slow_poll.pending && window->slow_poll.delay == 0);
	work_run(&window->slow_poll);
	CHECK(bridge.polls == 2 && window->slow_poll.pending && window->slow_poll.delay == 0);
	bridge.more = false;
	work_run(&window->slow_poll);
	CHECK(bridge.polls == 3 && window->slow_poll.pending && window->slow_poll.delay == HZ);
	close_cell();
}

/* A doorbell that was lost costs a period of the slow poll, no more (R10). */
static void polls_without_a_doorbell(void)
{
	struct nexus_window *window;
	u32 i;

	open_cell();
	window = attach_cell();
	for (i = 1; i <= 3; i++) {
		CHECK(window->slow_poll.pending && window->slow_poll.delay == HZ);
		work_run(&window->slow_poll);
		CHECK(bridge.kicks == i && bridge.polls == i);
	}
	close_cell();
}

static void is_heard_by_who_is_bound(void)
{
	struct nexus_window *window;
	u32 turns;

	open_cell();
	bridge.probe_error = -ENOMEM;
	window = attach_cell();
	irq_raise();
	CHECK(bridge.kicks == 0 && bridge.polls == 0);
	nexus_driver_unregister(&bridge_driver);
	bridge.probe_error = 0;
	CHECK(!nexus_driver_register(&bridge_driver, THIS_MODULE) && bridge.probed == 1);
	irq_raise();
	CHECK(bridge.kicks == 1 && bridge.polls == 1);

	/* It goes when no call of it is under way, and hears nothing afterwards. */
	irq_synchronized = 0;
	turns = window->polling.taken;
	nexus_driver_unregister(&bridge_driver);
	CHECK(bridge.removed == 1 && irq_synchronized == 1 && !window->polling.held && window->polling.taken > turns);
	irq_raise();
	CHECK(bridge.kicks == 1 && bridge.polls == 1);
	CHECK(!nexus_driver_register(&bridge_driver, THIS_MODULE));
	close_cell();
}

/* nexus_blk has nothing to kick: a bridge hears what it has ears for. */
static void need_not_hear_both(void)
{
	open_cell();
	bridge_driver.kick = NULL;
	attach_cell();
	irq_raise();
	CHECK(bridge.kicks == 0 && bridge.polls == 1);
	bridge_driver.poll = NULL;
	irq_raise();
	CHECK(bridge.polls == 1);
	close_cell();
}

static void check_stale(const struct nexus_window *window)
{
	u32 i;

	irq_raise();
	for (i = 0; i < ION_RING_COUNT; i++)
		CHECK(nexus_ring_is_broken(&window->rings[i]));
	CHECK(state_is("stale"));
	close_cell();
}

/* The host began anew, or ends: no ring is used from then on (R11). */
static void ends_with_the_epoch(void)
{
	struct nexus_window *window;
	u32 i;

	open_cell();
	window = attach_cell();
	irq_raise();
	for (i = 0; i < ION_RING_COUNT; i++)
		CHECK(!nexus_ring_is_broken(&window->rings[i]));
	cell_header()->epoch++;
	check_stale(window);

	open_cell();
	window = attach_cell();
	cell_header()->host_state = ION_HOST_STATE_CLOSING;
	check_stale(window);
}

/* Each ring has a bit of its own in the mask. */
static void rings_its_own_bit(void)
{
	const struct ion_descriptor descriptor = { .kind = 1 };
	struct nexus_window *window;
	u32 i;

	open_cell();
	window = attach_cell();
	for (i = 1; i < ION_RING_COUNT; i += 2) {
		hypervisor.rung = 0;
		CHECK(!nexus_ring_produce(&window->rings[i], &descriptor));
		nexus_ring_publish(&window->rings[i]);
		CHECK(hypervisor.rung == 1ull << i);
	}
	close_cell();
}

static const struct test tests[] = {
	{ "the doorbell wakes its thread", wakes_its_thread },
	{ "a bridge with more to do is called again", goes_on_while_there_is_more },
	{ "a lost doorbell costs one period", polls_without_a_doorbell },
	{ "who is bound hears the doorbell", is_heard_by_who_is_bound },
	{ "a bridge need not hear both", need_not_hear_both },
	{ "all ends with the epoch", ends_with_the_epoch },
	{ "a ring rings its own bit", rings_its_own_bit },
};

const struct suite ion_doorbell = SUITE(tests);
