/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_ION_WINDOW_H
#define NEXUS_ION_WINDOW_H

#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/workqueue.h>

#include "layout.h"
#include "ring.h"

#define NEXUS_SERVICES 3

enum nexus_state {
	NEXUS_ABSENT,
	NEXUS_REFUSED,
	NEXUS_ATTACHED,
	/* The window's epoch changed under us, or the host is closing. */
	NEXUS_STALE,
};

/* The one ION window that a cell has. */
struct nexus_window {
	struct platform_device *platform;
	void *base;
	u64 physical;
	u64 size;
	int irq;
	/* One bridge call at a time, from the interrupt thread or from the slow poll. */
	struct mutex polling;
	struct delayed_work slow_poll;
	struct dentry *debugfs;
	struct nexus_layout layout;
	struct nexus_ring rings[NEXUS_MAX_RINGS];
	struct nexus_service *services[NEXUS_SERVICES];
};

/* Finds the region by the device's memory-region, maps and checks it. Says what is wrong; 0 or a negative errno. */
int nexus_window_open(struct nexus_window *window, u64 expected_base);
void nexus_window_close(struct nexus_window *window);
/* Whether the window is still in the epoch that was attached; if not, every ring is closed (R11). */
bool nexus_window_is_current(struct nexus_window *window);

/* bus.c */
int nexus_bus_register(void);
void nexus_bus_unregister(void);
/* Makes a device for every service both of whose rings exist. After an error those that were made are still there. */
int nexus_services_add(struct nexus_window *window);
/* Only while the doorbell is closed. */
void nexus_services_remove(struct nexus_window *window);
void nexus_services_kick(struct nexus_window *window);
/* True if some bridge has more to do than one call may. */
bool nexus_services_poll(struct nexus_window *window);

/* doorbell.c */
int nexus_doorbell_open(struct nexus_window *window);
void nexus_doorbell_close(struct nexus_window *window);
/* Returns when no bridge call is under way any more. */
void nexus_doorbell_quiesce(struct nexus_window *window);

/* counters.c */
void nexus_counters_add(struct nexus_window *window);
void nexus_counters_remove(struct nexus_window *window);

#endif
