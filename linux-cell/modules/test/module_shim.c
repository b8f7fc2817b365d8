// SPDX-License-Identifier: GPL-2.0-only
#include "module_shim.h"

u32 allocations;
u32 no_memory;

void *kzalloc(size_t size, int flags)
{
	void *memory;

	if (no_memory && --no_memory == 0)
		return NULL;
	memory = calloc(1, size);
	CHECK(memory);
	allocations++;
	return memory;
}

void kfree(const void *memory)
{
	allocations -= memory != NULL;
	free((void *)memory);
}
