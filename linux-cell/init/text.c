// SPDX-License-Identifier: Apache-2.0
#include "text.h"

void text_clear(struct text *text)
{
	text->length = 0;
	text->bytes[0] = '\0';
}

void text_add_part(struct text *text, const char *start, size_t length)
{
	for (size_t i = 0; i < length && text->length + 1 < TEXT_CAPACITY; i++)
		text->bytes[text->length++] = start[i];
	text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_part(text, string, length_of(string));
}

void text_add_decimal(struct text *text, unsigned long value)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	text_add_part(text, digits + first, sizeof(digits) - first);
}

size_t length_of(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}

bool starts_with(const char *string, const char *prefix)
{
	while (*prefix)
		if (*string++ != *prefix++)
			return false;
	return true;
}

size_t span_until(const char *string, const char *stops)
{
	size_t length = 0;

	for (; string[length]; length++)
		for (const char *stop = stops; *stop; stop++)
			if (string[length] == *stop)
				return length;
	return length;
}

const char *find(const char *string, const char *needle)
{
	for (; *string; string++)
		if (starts_with(string, needle))
			return string;
	return NULL;
}
