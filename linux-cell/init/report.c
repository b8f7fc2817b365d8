// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include "errno_name.h"
#include "file.h"
#include "syscall.h"

/* Severity "critical", so that `quiet` on the command line hides none of it. */
#define SEVERITY "<2>"

static int report_fd = 2;

void report_open(void)
{
	const long fd = sys_open("/dev/kmsg", O_WRONLY);

	if (fd >= 0)
		report_fd = (int)fd;
}

long report_unlimit(void)
{
	return file_write("/proc/sys/kernel/printk_devkmsg", "on\n");
}

void report_say(const char *message)
{
	struct text line;

	text_clear(&line);
	text_add(&line, SEVERITY "nexus-init: ");
	text_add(&line, message);
	text_add(&line, "\n");
	sys_write(report_fd, line.bytes, line.length);
}

void record_begin(struct text *record, const char *name)
{
	text_clear(record);
	text_add(record, SEVERITY "@init ");
	text_add(record, name);
}

void record_word(struct text *record, const char *key, const char *word)
{
	text_add(record, " ");
	text_add(record, key);
	text_add(record, "=");
	text_add(record, word);
}

void record_number(struct text *record, const char *key, unsigned long number)
{
	record_word(record, key, "");
	text_add_decimal(record, number);
}

void record_result(struct text *record, long result)
{
	record_word(record, "result", result_name(result));
}

void record_end(struct text *record)
{
	text_add(record, "\n");
	sys_write(report_fd, record->bytes, record->length);
}
