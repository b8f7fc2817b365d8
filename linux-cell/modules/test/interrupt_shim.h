/* SPDX-License-Identifier: GPL-2.0-only */
/* One interrupt line with a handler and its thread, and one piece of work that comes later. */
#ifndef NEXUS_TEST_INTERRUPT_SHIM_H
#define NEXUS_TEST_INTERRUPT_SHIM_H

#include "check.h"

#define HZ 250

typedef enum { IRQ_NONE = 0, IRQ_HANDLED = 1, IRQ_WAKE_THREAD = 2 } irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *context);

int request_threaded_irq(int irq, irq_handler_t handler, irq_handler_t thread, unsigned long flags, const char *name,
			 void *context);
void free_irq(int irq, void *context);
void synchronize_irq(int irq);

struct work_struct {
	void (*function)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	bool pending;
	unsigned long delay;
};

#define system_wq NULL
#define to_delayed_work(of) container_of(of, struct delayed_work, work)
#define INIT_DELAYED_WORK(delayed, of) (*(delayed) = (struct delayed_work){ .work = { .function = (of) } })
bool schedule_delayed_work(struct delayed_work *delayed, unsigned long delay);
bool mod_delayed_work(void *queue, struct delayed_work *delayed, unsigned long delay);
void cancel_delayed_work_sync(struct delayed_work *delayed);

/* The line is raised: the handler, and its thread if it was woken. */
void irq_raise(void);
bool irq_is_requested(void);
/* How often synchronize_irq() was called. */
extern u32 irq_synchronized;
/* request_threaded_irq() fails with this, if not 0. */
extern int irq_request_error;
/* Pieces of work whose time has not come. */
extern u32 work_pending;
/* The time has come for @delayed. */
void work_run(struct delayed_work *delayed);

#endif
