/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks of a machine with one thread: what would wait for ever, and what was never locked, ends the test. */
#ifndef NEXUS_TEST_LOCK_SHIM_H
#define NEXUS_TEST_LOCK_SHIM_H

#include "check.h"

struct lock {
	bool held;
	/* How often somebody had it. */
	u32 taken;
};

static inline void lock_take(struct lock *lock)
{
	CHECK(!lock->held);
	lock->held = true;
	lock->taken++;
}

static inline void lock_give(struct lock *lock)
{
	CHECK(lock->held);
	lock->held = false;
}

typedef struct lock spinlock_t;
#define spin_lock_init(lock) ((lock)->held = false)
#define spin_lock_irq(lock) lock_take(lock)
#define spin_unlock_irq(lock) lock_give(lock)

#define mutex lock
#define DEFINE_MUTEX(name) struct mutex name
#define mutex_init(lock) ((lock)->held = false)
#define mutex_lock(lock) lock_take(lock)
#define mutex_unlock(lock) lock_give(lock)

#endif
