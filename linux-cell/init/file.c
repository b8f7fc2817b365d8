// SPDX-License-Identifier: Apache-2.0
#include "file.h"

#include "syscall.h"
#include "text.h"

long file_read(const char *path, char *buffer, size_t size)
{
	const long fd = sys_open(path, O_RDONLY);
	size_t length = 0;
	long got = fd;

	while (fd >= 0 && length + 1 < size) {
		got = sys_read((int)fd, buffer + length, size - 1 - length);
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	if (fd >= 0)
		sys_close((int)fd);
	if (got < 0)
		length = 0;
	buffer[length] = '\0';
	return got < 0 ? got : (long)length;
}

long file_write(const char *path, const char *string)
{
	const long fd = sys_open(path, O_WRONLY);
	long result;

	if (fd < 0)
		return fd;
	result = sys_write((int)fd, string, length_of(string));
	sys_close((int)fd);
	return result < 0 ? result : 0;
}
