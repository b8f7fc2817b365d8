// SPDX-License-Identifier: Apache-2.0
/*
 * /init of the Linux cell: mounts what it needs, loads the bridge modules, looks whether their devices are there,
 * reports each result, and turns the machine off. The hypervisor sees that as PSCI SYSTEM_OFF.
 */
#include "report.h"
#include "steps.h"
#include "syscall.h"

void init_main(void) __attribute__((noreturn));

static void report_end(unsigned int failed)
{
	struct text record;

	report_say(failed ? "finished, with failures" : "finished");
	record_begin(&record, "end");
	record_number(&record, "failed", failed);
	record_end(&record);
}

void init_main(void)
{
	unsigned int failed = 0;
	bool ion_absent;

	report_open();
	report_say("started");
	failed += check_console();
	failed += mount_file_systems();
	failed += report_unlimit() < 0;
	failed += load_modules();
	failed += check_ion(&ion_absent);
	failed += check_devices(ion_absent);
	report_end(failed);
	sys_sync();
	if (sys_power_off() < 0)
		report_say("the kernel refused to power off");
	for (;;)
		sys_pause();
}
