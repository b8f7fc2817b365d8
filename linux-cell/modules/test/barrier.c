// SPDX-License-Identifier: GPL-2.0-only
#include "shim.h"

void (*barrier_watch)(enum barrier barrier, const void *place, unsigned long value);

void tell_barrier(enum barrier barrier, const void *place, unsigned long value)
{
	if (barrier_watch)
		barrier_watch(barrier, place, value);
}
