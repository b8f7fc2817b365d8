// SPDX-License-Identifier: Apache-2.0
#include "report.h"
#include "steps.h"
#include "syscall.h"

#define EBUSY 16

struct mount_point {
	const char *path;
	const char *type;
};

static const struct mount_point mount_points[] = {
	{ "/dev", "devtmpfs" },
	{ "/proc", "proc" },
	{ "/sys", "sysfs" },
	{ "/tmp", "tmpfs" },
};

/* The kernel opens /dev/console as 0, 1 and 2 before it starts init, or says it is unable to. */
unsigned int check_console(void)
{
	struct text record;
	unsigned int open = 0;

	for (int fd = 0; fd < 3; fd++)
		if (sys_fcntl_getfl(fd) >= 0)
			open++;
	record_begin(&record, "console");
	record_number(&record, "open", open);
	record_word(&record, "result", open == 3 ? "ok" : "EBADF");
	record_end(&record);
	return open == 3 ? 0 : 1;
}

static unsigned int mount_one(const struct mount_point *point)
{
	struct text record;
	long result;

	sys_mkdir(point->path, 0755);
	result = sys_mount(point->type, point->path, point->type);
	/* CONFIG_DEVTMPFS_MOUNT has mounted it already. */
	if (result == -EBUSY)
		result = 0;
	record_begin(&record, "mount");
	record_word(&record, "path", point->path);
	record_word(&record, "type", point->type);
	record_result(&record, result);
	record_end(&record);
	return result < 0 ? 1 : 0;
}

unsigned int mount_file_systems(void)
{
	unsigned int failed = 0;

	for (unsigned long i = 0; i < sizeof(mount_points) / sizeof(mount_points[0]); i++)
		failed += mount_one(&mount_points[i]);
	return failed;
}
