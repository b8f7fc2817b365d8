// SPDX-License-Identifier: Apache-2.0
/*
 * The system calls of /init on the machine that builds, answered from the command line: `<path>=<content>` is a file,
 * and `<call>:<path>=<result>` what a call says of a path. What /init logs and loads goes to standard output.
 */
#include "../syscall.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENOENT 2
#define EBADF 9
#define LOG "/dev/kmsg"
#define FIRST 3

void init_main(void) __attribute__((noreturn));

static char **words;
/* By descriptor, from FIRST on: the word of the file, and how much of it was read. */
static struct {
	const char *path;
	size_t at;
	bool open;
} files[16];

/* What stands behind `<key>=`, or NULL. */
static const char *said(const char *call, const char *path)
{
	char key[256];
	const int length = snprintf(key, sizeof(key), "%s%s=", call, path);

	for (char **word = words; *word; word++)
		if (!strncmp(*word, key, (size_t)length))
			return *word + length;
	return NULL;
}

static long result_of(const char *call, const char *path, long otherwise)
{
	const char *result = said(call, path);

	return result ? strtol(result, NULL, 0) : otherwise;
}

long sys_open(const char *path, int flags)
{
	const bool known = said("", path) || (flags == O_WRONLY && !strcmp(path, LOG));
	const long result = result_of("open:", path, known ? 0 : -ENOENT);

	if (result < 0)
		return result;
	for (int i = 0; i < (int)(sizeof(files) / sizeof(files[0])); i++) {
		if (files[i].open)
			continue;
		files[i].path = strdup(path);
		files[i].at = 0;
		files[i].open = true;
		return FIRST + i;
	}
	abort();
}

static bool is_open(int fd)
{
	return fd >= FIRST && fd < FIRST + (int)(sizeof(files) / sizeof(files[0])) && files[fd - FIRST].open;
}

long sys_close(int fd)
{
	if (!is_open(fd))
		return -EBADF;
	files[fd - FIRST].open = false;
	return 0;
}

/* Seven bytes at a time: who reads must go on until there is no more. */
long sys_read(int fd, void *buffer, size_t size)
{
	const char *rest;
	size_t length;

	if (!is_open(fd))
		return -EBADF;
	rest = said("", files[fd - FIRST].path) + files[fd - FIRST].at;
	length = strlen(rest) < size ? strlen(rest) : size;
	length = length < 7 ? length : 7;
	memcpy(buffer, rest, length);
	files[fd - FIRST].at += length;
	return (long)length;
}

long sys_write(int fd, const void *buffer, size_t size)
{
	if (fd == 2)
		return (long)fwrite(buffer, 1, size, stderr);
	if (!is_open(fd))
		return -EBADF;
	if (!strcmp(files[fd - FIRST].path, LOG))
		return (long)fwrite(buffer, 1, size, stdout);
	return result_of("write:", files[fd - FIRST].path, (long)size);
}

long sys_fcntl_getfl(int fd)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", fd);
	return result_of("fd:", name, 0);
}

long sys_access(const char *path)
{
	return said("", path) ? 0 : -ENOENT;
}

long sys_mkdir(const char *path, unsigned int mode)
{
	(void)mode;
	return result_of("mkdir:", path, 0);
}

long sys_mount(const char *source, const char *target, const char *type)
{
	(void)source;
	(void)type;
	return result_of("mount:", target, 0);
}

long sys_finit_module(int fd, const char *parameters)
{
	if (!is_open(fd))
		return -EBADF;
	printf("insmod %s %s\n", files[fd - FIRST].path, parameters);
	return result_of("insmod:", files[fd - FIRST].path, 0);
}

long sys_sync(void)
{
	return 0;
}

/* The end of the machine; whatever was opened for reading or loading was closed again. */
long sys_power_off(void)
{
	int left = 0;

	for (int i = 0; i < (int)(sizeof(files) / sizeof(files[0])); i++)
		left += files[i].open && strcmp(files[i].path, LOG);
	exit(left ? 1 : 0);
}

long sys_pause(void)
{
	abort();
}

int main(int argc, char **argv)
{
	(void)argc;
	words = argv + 1;
	init_main();
}
