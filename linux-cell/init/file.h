/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_FILE_H
#define INIT_FILE_H

#include <stddef.h>

/*
 * Reads a whole file of at most size - 1 bytes and terminates it.
 * Returns its length, or a negative errno; the buffer then holds the empty string.
 */
long file_read(const char *path, char *buffer, size_t size);
/* Writes a string by one write(2), as kernel control files expect. Returns 0 or a negative errno. */
long file_write(const char *path, const char *string);

#endif
