/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's barriers, each told to whoever watches. This machine never shows a test what a missing barrier lets happen,
 * so a test looks at which one was used, on what, and at what lay in memory at that instant.
 */
#ifndef NEXUS_TEST_BARRIER_H
#define NEXUS_TEST_BARRIER_H

enum barrier { BARRIER_RELEASE, BARRIER_ACQUIRE, BARRIER_FULL };

/*
 * NULL, or called for each barrier: before a release has stored @value at @place, after an acquire has loaded it from
 * there; a full one has no place.
 */
extern void (*barrier_watch)(enum barrier barrier, const void *place, unsigned long value);

void tell_barrier(enum barrier barrier, const void *place, unsigned long value);

#define smp_store_release(place, value)                                         \
	do {                                                                    \
		tell_barrier(BARRIER_RELEASE, place, (unsigned long)(value));   \
		__atomic_store_n(place, value, __ATOMIC_RELEASE);               \
	} while (0)

#define smp_load_acquire(place)                                                 \
	({                                                                      \
		const __auto_type loaded = __atomic_load_n(place, __ATOMIC_ACQUIRE); \
		tell_barrier(BARRIER_ACQUIRE, place, (unsigned long)loaded);    \
		loaded;                                                         \
	})

#define smp_mb()                                                                \
	do {                                                                    \
		__atomic_thread_fence(__ATOMIC_SEQ_CST);                        \
		tell_barrier(BARRIER_FULL, NULL, 0);                            \
	} while (0)

#endif
