// SPDX-License-Identifier: Apache-2.0
#include "file.h"
#include "report.h"
#include "steps.h"
#include "syscall.h"

#define ION_STATE "/sys/module/nexus_ion/parameters/state"
#define INPUT_DEVICES "/proc/bus/input/devices"

/* Adds what there is to say of the device to the record; true if it exists. */
typedef bool (*probe_fn)(struct text *record);

struct device {
	const char *name;
	const char *kind;
	probe_fn probe;
};

static bool probe_net(struct text *record)
{
	(void)record;
	return sys_access("/sys/class/net/nx0") >= 0;
}

/* /sys/block/<disk>/dev holds "major:minor". */
static bool probe_block(struct text *record)
{
	char numbers[32];

	if (file_read("/sys/block/nxblk0/dev", numbers, sizeof(numbers)) <= 0)
		return false;
	numbers[span_until(numbers, ":\n")] = '\0';
	record_word(record, "major", numbers);
	return true;
}

static bool probe_input(struct text *record)
{
	char devices[4096];

	(void)record;
	file_read(INPUT_DEVICES, devices, sizeof(devices));
	return find(devices, "Name=\"nexus_input\"") != NULL;
}

static const struct device devices[] = {
	{ "nx0", "net", probe_net },
	{ "nxblk0", "block", probe_block },
	{ "nexus_input", "input", probe_input },
};

unsigned int check_ion(bool *absent)
{
	char state[32];
	struct text record;
	bool attached;

	file_read(ION_STATE, state, sizeof(state));
	state[span_until(state, "\n")] = '\0';
	*absent = starts_with(state, "absent");
	attached = starts_with(state, "attached");
	if (*absent)
		report_say("no ION device: the bridge modules have nothing to bind to");
	record_begin(&record, "ion");
	record_word(&record, "state", state[0] ? state : "unknown");
	record_end(&record);
	return *absent || attached ? 0 : 1;
}

static unsigned int check_device(const struct device *device, bool ion_absent)
{
	struct text record;
	bool present;

	record_begin(&record, "device");
	record_word(&record, "name", device->name);
	record_word(&record, "kind", device->kind);
	present = device->probe(&record);
	record_word(&record, "result", present ? "ok" : ion_absent ? "absent" : "ENODEV");
	record_end(&record);
	return present == ion_absent ? 1 : 0;
}

unsigned int check_devices(bool ion_absent)
{
	unsigned int failed = 0;

	for (unsigned long i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		failed += check_device(&devices[i], ion_absent);
	return failed;
}
