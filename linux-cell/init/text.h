/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of fixed capacity: there is no allocator and no C library here. */
#ifndef INIT_TEXT_H
#define INIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Below the record limit of /dev/kmsg (LOG_LINE_MAX, 976 bytes). */
#define TEXT_CAPACITY 512

/* Always terminated; what does not fit is cut off. */
struct text {
	size_t length;
	char bytes[TEXT_CAPACITY];
};

void text_clear(struct text *text);
void text_add(struct text *text, const char *string);
void text_add_part(struct text *text, const char *start, size_t length);
void text_add_decimal(struct text *text, unsigned long value);

bool starts_with(const char *string, const char *prefix);
size_t length_of(const char *string);
/* The length of the run at the start of string that holds none of the bytes of stops. */
size_t span_until(const char *string, const char *stops);
/* The first occurrence of needle, or NULL. */
const char *find(const char *string, const char *needle);

#endif
