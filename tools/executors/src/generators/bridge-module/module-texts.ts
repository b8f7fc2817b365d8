// SPDX-License-Identifier: Apache-2.0

export interface Bridge {
  /** Name of the service. */
  name: string;
  /** Rings, as ion-abi.yaml names them. */
  receive: string;
  transmit: string;
  /** Path of the schema of module.yaml. */
  schema: string;
  /** Kernel that it is for, where it has to be said. */
  kernel?: string;
}

/** The files of a bridge, by their paths in its folder. They are kernel code, and so is their licence. */
export function moduleTexts(bridge: Bridge): Record<string, string> {
  return {
    Kbuild: kbuild(bridge),
    'module.yaml': description(bridge),
    'main.c': source(bridge),
    [`test/${bridge.name}_shim.h`]: shim(bridge),
    [`test/${bridge.name}_test.c`]: test(bridge),
  };
}

function kbuild({ name }: Bridge): string {
  return `# SPDX-License-Identifier: GPL-2.0-only
# The ${name} bridge.
obj-m := nexus_${name}.o
ccflags-y += -I$(src)/../nexus_ion
nexus_${name}-y := main.o
`;
}

function description({ name, schema, kernel }: Bridge): string {
  const named = kernel === undefined ? '' : `kernel: ${kernel}\n`;
  return `# SPDX-License-Identifier: GPL-2.0-only
# yaml-language-server: $schema=${schema}
${named}# The whole bridge and nexus_ion's rings, with a host that the test plays.
tests:
  programs:
    ${name}_test:
      - main.c
      - test/${name}_test.c
      - ../nexus_ion/ring.c
      - ../nexus_ion/ring_payload.c
      - ../test/barrier.c
      - ../test/check.c
      - ../test/host.c
      - ../test/module_shim.c
      - ../test/service.c
      - ../test/window.c
  include: [test, ../nexus_ion, ../test]
  shim: test/${name}_shim.h
  kernel_headers:
    - asm/barrier.h
    - linux/device.h
    - linux/errno.h
    - linux/export.h
    - linux/module.h
    - linux/printk.h
    - linux/slab.h
    - linux/stddef.h
    - linux/string.h
    - linux/types.h
`;
}

function source({ name }: Bridge): string {
  return `// SPDX-License-Identifier: GPL-2.0-only
/* nexus_${name}: the ${name} bridge of a Rumpk cell. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>

#include "nexus_ion.h"

/* Descriptors taken in one call (R8). */
#define BUDGET 64

struct nexus_${name} {
	struct nexus_ring *receive;
	struct nexus_ring *transmit;
	u64 taken;
};

/* What the host sends: to be replaced by what it is for. A descriptor that cannot be meant closes the ring. */
static void take(struct nexus_${name} *bridge, const struct ion_descriptor *descriptor)
{
	if (!descriptor->kind)
		nexus_ring_break(bridge->receive, "a descriptor is of an unknown kind");
	else
		bridge->taken++;
}

static bool nexus_${name}_poll(struct nexus_service *service)
{
	struct nexus_${name} *bridge = dev_get_drvdata(&service->dev);
	struct ion_descriptor descriptor;
	int taken;

	for (taken = 0; taken < BUDGET && nexus_ring_consume(bridge->receive, &descriptor) > 0; taken++)
		take(bridge, &descriptor);
	nexus_ring_release(bridge->receive);
	return nexus_ring_sleep(bridge->receive);
}

static int nexus_${name}_probe(struct nexus_service *service)
{
	struct nexus_${name} *bridge = kzalloc(sizeof(*bridge), GFP_KERNEL);

	if (!bridge)
		return -ENOMEM;
	bridge->receive = service->receive;
	bridge->transmit = service->transmit;
	dev_set_drvdata(&service->dev, bridge);
	pr_info("${name} bridge ready\\n");
	return 0;
}

static void nexus_${name}_remove(struct nexus_service *service)
{
	kfree(dev_get_drvdata(&service->dev));
}

static struct nexus_driver nexus_${name}_driver = {
	.service = "${name}",
	.probe = nexus_${name}_probe,
	.remove = nexus_${name}_remove,
	.poll = nexus_${name}_poll,
	.driver = { .name = "nexus_${name}" },
};

static int __init nexus_${name}_init(void)
{
	return nexus_driver_register(&nexus_${name}_driver, THIS_MODULE);
}

static void __exit nexus_${name}_exit(void)
{
	nexus_driver_unregister(&nexus_${name}_driver);
}

module_init(nexus_${name}_init);
module_exit(nexus_${name}_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The ${name} bridge of a Rumpk cell");
`;
}

function shim({ name }: Bridge): string {
  const guard = `NEXUS_${name.toUpperCase()}_TEST_SHIM_H`;
  return `/* SPDX-License-Identifier: GPL-2.0-only */
/* What nexus_${name} uses of the kernel. */
#ifndef ${guard}
#define ${guard}

#include "device_shim.h"
#include "module_shim.h"

#endif
`;
}

function test({ name, receive, transmit }: Bridge): string {
  return `// SPDX-License-Identifier: GPL-2.0-only
/* What the host sends is taken, once and within the budget; what cannot be meant closes the ring. */
#include "host.h"
#include "module_shim.h"
#include "service.h"

#define RECEIVE ION_RING_${receive.toUpperCase()}
#define TRANSMIT ION_RING_${transmit.toUpperCase()}
#define BUDGET 64

static void bind_bridge(void)
{
	int error;
	struct nexus_service *service = service_bind(RECEIVE, TRANSMIT, &error);

	CHECK(service && !strcmp(service->name, "${name}"));
}

static void unbind_bridge(void)
{
	service_remove();
	stop_module();
	CHECK(allocations == 0);
}

static void takes_what_the_host_sends(void)
{
	u32 i;

	bind_bridge();
	for (i = 0; i < 3; i++)
		host_send(RECEIVE, (struct ion_descriptor){ .kind = 1 });
	CHECK(!service_poll() && host_consumed(RECEIVE) == 3 && host_must_ring(RECEIVE));
	CHECK(!nexus_ring_is_broken(guest_ring(RECEIVE)) && host_waiting(TRANSMIT) == 0);
	unbind_bridge();
}

static void keeps_to_its_budget(void)
{
	u32 i;

	bind_bridge();
	for (i = 0; i < BUDGET + 1; i++)
		host_send(RECEIVE, (struct ion_descriptor){ .kind = 1 });
	CHECK(service_poll() && host_consumed(RECEIVE) == BUDGET);
	CHECK(!service_poll() && host_consumed(RECEIVE) == BUDGET + 1);
	unbind_bridge();
}

static void refuses_an_unknown_kind(void)
{
	bind_bridge();
	host_send(RECEIVE, (struct ion_descriptor){ .kind = 0 });
	service_poll();
	CHECK(nexus_ring_is_broken(guest_ring(RECEIVE)));
	unbind_bridge();
}

static void comes_and_goes(void)
{
	int error;

	bind_bridge();
	service_remove();
	CHECK(!service_probe());
	unbind_bridge();
	no_memory = 1;
	CHECK(!service_bind(RECEIVE, TRANSMIT, &error) && error == -ENOMEM && allocations == 0);
}

static const struct test tests[] = {
	{ "what the host sends is taken", takes_what_the_host_sends },
	{ "a call keeps to its budget", keeps_to_its_budget },
	{ "an unknown kind closes the ring", refuses_an_unknown_kind },
	{ "the bridge comes and goes", comes_and_goes },
};

int main(int argc, char **argv)
{
	return run_test(argc, argv, tests, ARRAY_SIZE(tests));
}
`;
}
