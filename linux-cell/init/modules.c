// SPDX-License-Identifier: Apache-2.0
#include "file.h"
#include "report.h"
#include "steps.h"
#include "syscall.h"

#define MODULE_LIST "/etc/modules"
#define MODULE_FOLDER "/lib/modules/"
#define ION_BASE "ion_base="

/* "ion_base=0x..." as it stands on the kernel's command line, or the empty string. */
static void find_ion_base(struct text *parameter)
{
	char command_line[2048];
	const char *found;

	text_clear(parameter);
	file_read("/proc/cmdline", command_line, sizeof(command_line));
	found = find(command_line, ION_BASE);
	if (found && (found == command_line || found[-1] == ' '))
		text_add_part(parameter, found, span_until(found, " \n"));
}

static void report_ion_base(const struct text *parameter)
{
	struct text record;

	record_begin(&record, "cmdline");
	record_word(&record, "ion_base", parameter->length ? parameter->bytes + sizeof(ION_BASE) - 1 : "absent");
	record_end(&record);
}

static long load_module(const char *name, const char *parameters)
{
	struct text path;
	long fd;
	long result;

	text_clear(&path);
	text_add(&path, MODULE_FOLDER);
	text_add(&path, name);
	text_add(&path, ".ko");
	fd = sys_open(path.bytes, O_RDONLY);
	if (fd < 0)
		return fd;
	result = sys_finit_module((int)fd, parameters);
	sys_close((int)fd);
	return result;
}

static unsigned int load_and_report(const char *name, const struct text *ion_base)
{
	const bool takes_base = starts_with(name, "nexus_ion") && !name[sizeof("nexus_ion") - 1];
	const long result = load_module(name, takes_base ? ion_base->bytes : "");
	struct text record;

	record_begin(&record, "module");
	record_word(&record, "name", name);
	record_result(&record, result);
	record_end(&record);
	return result < 0 ? 1 : 0;
}

unsigned int load_modules(void)
{
	char list[1024];
	struct text ion_base;
	unsigned int failed = 0;
	char *line = list;

	find_ion_base(&ion_base);
	report_ion_base(&ion_base);
	if (file_read(MODULE_LIST, list, sizeof(list)) < 0) {
		report_say("cannot read " MODULE_LIST);
		return 1;
	}
	while (*line) {
		const size_t length = span_until(line, "\n");
		char *const next = line + length + (line[length] ? 1 : 0);

		line[length] = '\0';
		if (length)
			failed += load_and_report(line, &ion_base);
		line = next;
	}
	return failed;
}
