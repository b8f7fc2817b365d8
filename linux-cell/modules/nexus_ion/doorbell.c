// SPDX-License-Identifier: GPL-2.0-only
/* Rumpk rings by making one spare SPI pending: one interrupt for all rings of the window. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/interrupt.h>
#include <linux/printk.h>

#include "window.h"

/* A doorbell is a hint: one that is lost costs at most this much time (R10). */
#define SLOW_POLL_PERIOD HZ

static irqreturn_t on_doorbell(int irq, void *context)
{
	nexus_services_kick(context);
	return IRQ_WAKE_THREAD;
}

static bool poll_services(struct nexus_window *window)
{
	bool more;

	mutex_lock(&window->polling);
	nexus_window_is_current(window);
	more = nexus_services_poll(window);
	mutex_unlock(&window->polling);
	return more;
}

static irqreturn_t on_doorbell_thread(int irq, void *context)
{
	struct nexus_window *window = context;

	if (poll_services(window))
		mod_delayed_work(system_wq, &window->slow_poll, 0);
	return IRQ_HANDLED;
}

static void on_slow_poll(struct work_struct *work)
{
	struct nexus_window *window = container_of(to_delayed_work(work), struct nexus_window, slow_poll);

	nexus_services_kick(window);
	schedule_delayed_work(&window->slow_poll, poll_services(window) ? 0 : SLOW_POLL_PERIOD);
}

int nexus_doorbell_open(struct nexus_window *window)
{
	int error;

	mutex_init(&window->polling);
	INIT_DELAYED_WORK(&window->slow_poll, on_slow_poll);
	window->irq = platform_get_irq(window->platform, 0);
	if (window->irq < 0) {
		pr_err("no doorbell: expected an interrupt in the device tree, found none\n");
		return window->irq;
	}
	error = request_threaded_irq(window->irq, on_doorbell, on_doorbell_thread, 0, "nexus_ion", window);
	if (error) {
		pr_err("cannot request doorbell interrupt %d: error %d\n", window->irq, error);
		return error;
	}
	schedule_delayed_work(&window->slow_poll, SLOW_POLL_PERIOD);
	return 0;
}

void nexus_doorbell_close(struct nexus_window *window)
{
	free_irq(window->irq, window);
	cancel_delayed_work_sync(&window->slow_poll);
	window->irq = 0;
}

void nexus_doorbell_quiesce(struct nexus_window *window)
{
	if (window->irq > 0)
		synchronize_irq(window->irq);
	mutex_lock(&window->polling);
	mutex_unlock(&window->polling);
}
