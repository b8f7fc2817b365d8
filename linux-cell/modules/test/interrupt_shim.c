// SPDX-License-Identifier: GPL-2.0-only
#include "interrupt_shim.h"

u32 irq_synchronized;
int irq_request_error;
u32 work_pending;

static struct {
	int irq;
	irq_handler_t handler;
	irq_handler_t thread;
	void *context;
} line;

int request_threaded_irq(int irq, irq_handler_t handler, irq_handler_t thread, unsigned long flags, const char *name,
			 void *context)
{
	CHECK(irq > 0 && !line.irq && handler && name && !flags);
	if (irq_request_error)
		return irq_request_error;
	line.irq = irq;
	line.handler = handler;
	line.thread = thread;
	line.context = context;
	return 0;
}

void free_irq(int irq, void *context)
{
	CHECK(irq == line.irq && context == line.context);
	line.irq = 0;
}

void synchronize_irq(int irq)
{
	CHECK(irq > 0 && irq == line.irq);
	irq_synchronized++;
}

static void set_pending(struct delayed_work *delayed, bool pending)
{
	work_pending += pending - delayed->pending;
	delayed->pending = pending;
}

/* Work that waits already keeps its time. */
bool schedule_delayed_work(struct delayed_work *delayed, unsigned long delay)
{
	if (delayed->pending)
		return false;
	set_pending(delayed, true);
	delayed->delay = delay;
	return true;
}

bool mod_delayed_work(void *queue, struct delayed_work *delayed, unsigned long delay)
{
	const bool pending = delayed->pending;

	set_pending(delayed, true);
	delayed->delay = delay;
	return pending;
}

void cancel_delayed_work_sync(struct delayed_work *delayed)
{
	set_pending(delayed, false);
}

void irq_raise(void)
{
	irqreturn_t result;

	CHECK(line.irq);
	result = line.handler(line.irq, line.context);
	CHECK(result != IRQ_NONE);
	if (result == IRQ_WAKE_THREAD) {
		CHECK(line.thread);
		line.thread(line.irq, line.context);
	}
}

bool irq_is_requested(void)
{
	return line.irq;
}

void work_run(struct delayed_work *delayed)
{
	CHECK(delayed->pending);
	set_pending(delayed, false);
	delayed->work.function(&delayed->work);
}
