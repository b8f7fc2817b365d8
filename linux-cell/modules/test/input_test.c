// SPDX-License-Identifier: GPL-2.0-only
/* Events from the host, and lights to it. */
#include "host.h"
#include "input_shim.h"
#include "service.h"

#define EVENTS ION_RING_INPUT_EVENT
#define STATUS ION_RING_INPUT_STATUS
#define LARGEST 32767

static void bind_input(void)
{
	int error;
	struct nexus_service *service = service_bind(EVENTS, STATUS, &error);

	CHECK(service && !strcmp(service->name, "input") && input_device->registered);
	input_seen_count = 0;
}

static void unbind_input(void)
{
	service_remove();
	stop_module();
	CHECK(allocations == 0 && !input_device);
}

static u64 argument_of(u16 type, u16 code, s32 value)
{
	return (u64)type << ION_INPUT_TYPE_SHIFT | (u64)code << ION_INPUT_CODE_SHIFT | (u32)value;
}

static void host_sends_event(u16 type, u16 code, s32 value)
{
	host_send(EVENTS, (struct ion_descriptor){ .kind = ION_INPUT_KIND_EVENT, .argument = argument_of(type, code, value) });
}

static void passes_events_on(void)
{
	static const struct input_seen events[] = {
		{ EV_KEY, KEY_ESC, 1 },		{ EV_KEY, KEY_ESC, 2 },	       { EV_KEY, KEY_ESC, 0 },
		{ EV_SYN, SYN_REPORT, 0 },	{ EV_KEY, KEY_MICMUTE, 1 },    { EV_KEY, BTN_LEFT, 1 },
		{ EV_KEY, BTN_TASK, 0 },	{ EV_REL, REL_X, -1 },	       { EV_REL, REL_Y, LARGEST },
		{ EV_REL, REL_Y, -LARGEST },	{ EV_REL, REL_HWHEEL, -1 },    { EV_REL, REL_WHEEL, 1 },
		{ EV_ABS, ABS_X, 0 },		{ EV_ABS, ABS_Y, LARGEST },    { EV_SYN, SYN_REPORT, 0 },
	};
	u32 i;

	bind_input();
	for (i = 0; i < ARRAY_SIZE(events); i++)
		host_sends_event(events[i].type, events[i].code, events[i].value);
	CHECK(!service_poll() && input_seen_count == ARRAY_SIZE(events));
	CHECK(!memcmp(input_seen, events, sizeof(events)));
	CHECK(host_consumed(EVENTS) == ARRAY_SIZE(events) && host_must_ring(EVENTS));
	CHECK(!nexus_ring_is_broken(guest_ring(EVENTS)));
	unbind_input();
}

/* What the device says it can do is what is passed on, code by code; the rest closes the ring. */
static void passes_on_what_it_declares(void)
{
	static const u16 types[] = { EV_KEY, EV_REL, EV_ABS, EV_MSC, EV_SW, EV_LED, EV_SND, EV_REP, EV_FF };
	u32 declared = 0;
	u32 i;
	u32 code;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (code = 0; code < (types[i] == EV_KEY ? KEY_CNT : ABS_CNT); code++) {
			bool can;

			bind_input();
			can = types[i] != EV_LED && input_device->abilities[types[i]][code];
			host_sends_event(types[i], code, 0);
			service_poll();
			CHECK(nexus_ring_is_broken(guest_ring(EVENTS)) == !can && input_seen_count == can);
			declared += can;
			unbind_input();
		}
	}
	CHECK(declared == (KEY_MICMUTE - KEY_ESC + 1) + (BTN_TASK - BTN_LEFT + 1) + 2 + (REL_WHEEL - REL_HWHEEL + 1) + 2);
}

static void refuses(u16 type, u16 code, s32 value)
{
	bind_input();
	host_sends_event(type, code, value);
	host_sends_event(EV_SYN, SYN_REPORT, 0);
	CHECK(!service_poll());
	CHECK(nexus_ring_is_broken(guest_ring(EVENTS)) && input_seen_count == 0);
	unbind_input();
}

static void refuses_impossible_values(void)
{
	refuses(EV_KEY, KEY_A, 3);
	refuses(EV_KEY, KEY_A, -1);
	refuses(EV_KEY, BTN_LEFT, 2);
	refuses(EV_REL, REL_X, LARGEST + 1);
	refuses(EV_REL, REL_WHEEL, -LARGEST - 1);
	refuses(EV_ABS, ABS_X, -1);
	refuses(EV_ABS, ABS_Y, LARGEST + 1);
	refuses(EV_SYN, SYN_REPORT, 1);
	refuses(EV_SYN, SYN_DROPPED, 0);
	refuses(EV_CNT, 0, 0);
	refuses(0xffff, 0xffff, -1);
}

static void refuses_what_is_no_event(void)
{
	struct ion_descriptor descriptor = { .kind = ION_INPUT_KIND_EVENT + 1 };

	bind_input();
	host_send(EVENTS, descriptor);
	service_poll();
	CHECK(nexus_ring_is_broken(guest_ring(EVENTS)) && input_seen_count == 0);
	unbind_input();

	bind_input();
	descriptor = (struct ion_descriptor){ .kind = ION_INPUT_KIND_EVENT, .length = 1, .offset = host_fill(EVENTS, "x", 1) };
	host_send(EVENTS, descriptor);
	service_poll();
	CHECK(nexus_ring_is_broken(guest_ring(EVENTS)) && input_seen_count == 0);
	unbind_input();
}

/* A tablet's range is told, or nobody could scale it. */
static void tells_its_range(void)
{
	u32 code;

	bind_input();
	for (code = ABS_X; code <= ABS_Y; code++)
		CHECK(input_device->absinfo[code].minimum == 0 && input_device->absinfo[code].maximum == LARGEST);
	for (code = 0; code < LED_CNT; code++)
		CHECK(input_device->abilities[EV_LED][code] == (code <= LED_SCROLLL));
	CHECK(input_device->id.bustype == BUS_VIRTUAL && !strcmp(input_device->name, "nexus_input"));
	CHECK(!strcmp(input_device->phys, "nexus/input0"));
	unbind_input();
}

static void send_one_more(enum barrier barrier, const void *place, unsigned long value)
{
	if (barrier != BARRIER_FULL)
		return;
	barrier_watch = NULL;
	host_sends_event(EV_SYN, SYN_REPORT, 0);
}

/* What comes behind the last look at the ring is not forgotten: the call says that there is more. */
static void misses_no_event(void)
{
	bind_input();
	host_sends_event(EV_REL, REL_X, 1);
	barrier_watch = send_one_more;
	CHECK(service_poll() && input_seen_count == 1 && host_consumed(EVENTS) == 1);
	CHECK(!service_poll() && input_seen_count == 2 && host_must_ring(EVENTS));
	unbind_input();
}

/* However often the guest looks there is another event, in a slot that it has not given back. */
static void never_run_dry(enum barrier barrier, const void *place, unsigned long value)
{
	const struct nexus_ring *ring = guest_ring(EVENTS);
	struct ion_descriptor *slots = (struct ion_descriptor *)ring->slots;

	if (barrier != BARRIER_ACQUIRE || place != ring->peer_index)
		return;
	slots[value % ring->capacity] = (struct ion_descriptor){ .kind = ION_INPUT_KIND_EVENT, .sequence = value };
	WRITE_ONCE(*(u32 *)ring->peer_index, value + 1);
}

static void keeps_to_its_budget(void)
{
	bind_input();
	barrier_watch = never_run_dry;
	service_poll();
	input_seen_count = 0;
	CHECK(service_poll() && input_seen_count == 256);
	barrier_watch = NULL;
	unbind_input();
}

static void sends_lights_to_the_host(void)
{
	static const u16 lights[] = { LED_NUML, LED_CAPSL, LED_SCROLLL };
	struct ion_descriptor status;
	u32 i;

	bind_input();
	for (i = 0; i < 2 * ARRAY_SIZE(lights); i++) {
		const u16 light = lights[i / 2];

		host_listen(STATUS);
		CHECK(!input_send(EV_LED, light, i % 2) && host_doorbells(STATUS) == i + 1);
		CHECK(host_waiting(STATUS) == 1 && host_take(STATUS, &status));
		CHECK(status.kind == ION_INPUT_KIND_EVENT && !status.length && !status.offset);
		CHECK(status.argument == argument_of(EV_LED, light, i % 2));
		host_release(STATUS);
	}
	CHECK(input_send(EV_SND, SND_BELL, 1) == -EINVAL && input_send(EV_REP, REP_DELAY, 1) == -EINVAL);
	CHECK(host_waiting(STATUS) == 0);
	unbind_input();
}

/* A light more than fits is lost; those that were sent are not, and the next that finds room is not either. */
static void loses_a_light_when_full(void)
{
	struct ion_descriptor status;
	u32 i;

	bind_input();
	for (i = 0; i < nexus_ring_capacity(guest_ring(STATUS)); i++)
		CHECK(!input_send(EV_LED, LED_CAPSL, i));
	CHECK(input_send(EV_LED, LED_NUML, 1) == -ENOSPC);
	for (i = 0; host_take(STATUS, &status); i++)
		CHECK(status.argument == argument_of(EV_LED, LED_CAPSL, i));
	CHECK(i == nexus_ring_capacity(guest_ring(STATUS)) && !nexus_ring_is_broken(guest_ring(STATUS)));
	host_release(STATUS);
	CHECK(!input_send(EV_LED, LED_NUML, 1) && host_take(STATUS, &status));
	CHECK(status.argument == argument_of(EV_LED, LED_NUML, 1));
	unbind_input();
}

static void comes_and_goes(void)
{
	int error;
	u32 which;

	bind_input();
	service_remove();
	CHECK(!service_probe() && input_device->registered);
	unbind_input();
	/* Its own state, and the device. */
	for (which = 1; which <= 2; which++) {
		no_memory = which;
		CHECK(!service_bind(EVENTS, STATUS, &error) && error == -ENOMEM && allocations == 0 && no_memory == 0);
		stop_module();
	}
	input_register_error = -EEXIST;
	CHECK(!service_bind(EVENTS, STATUS, &error) && error == -EEXIST && allocations == 0 && !input_device);
}

static const struct test tests[] = {
	{ "events are passed on in order", passes_events_on },
	{ "what is declared is what is passed on", passes_on_what_it_declares },
	{ "an impossible value closes the ring", refuses_impossible_values },
	{ "what is no event closes the ring", refuses_what_is_no_event },
	{ "ranges and lights are declared", tells_its_range },
	{ "an event behind the last look is not missed", misses_no_event },
	{ "a host that never stops is taken within the budget", keeps_to_its_budget },
	{ "lights go to the host", sends_lights_to_the_host },
	{ "a light that finds the ring full is lost", loses_a_light_when_full },
	{ "the device comes and goes", comes_and_goes },
};

int main(int argc, char **argv)
{
	return run_test(argc, argv, tests, ARRAY_SIZE(tests));
}
