// SPDX-License-Identifier: Apache-2.0
/* What gcc may call without being asked, even in a freestanding program (GCC manual, "Standards"). */
#include <stddef.h>

void *memset(void *target, int value, size_t size);
void *memcpy(void *target, const void *source, size_t size);

void *memset(void *target, int value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)target)[i] = (char)value;
	return target;
}

void *memcpy(void *target, const void *source, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile char *)target)[i] = ((const char *)source)[i];
	return target;
}
