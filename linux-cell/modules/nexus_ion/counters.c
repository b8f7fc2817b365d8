// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/nexus_ion/rings: one line a ring. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "window.h"

static int rings_show(struct seq_file *file, void *unused)
{
	const struct nexus_window *window = file->private;
	u32 i;

	for (i = 0; i < window->layout.header.ring_count; i++) {
		const struct nexus_ring *ring = &window->rings[i];
		const struct nexus_ring_counters *counters = &ring->counters;

		seq_printf(file, "ring=%u channel=0x%04x end=%s local=%u peer=%u descriptors=%llu doorbells=%llu full=%llu sleeps=%llu state=\"%s\"\n",
			   i, ring->channel, ring->producer ? "producer" : "consumer", ring->local, ring->peer,
			   counters->descriptors, counters->doorbells, counters->full, counters->sleeps,
			   ring->broken ?: "open");
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(rings);

/* debugfs is optional: its calls are made to have their errors ignored. */
void nexus_counters_add(struct nexus_window *window)
{
	window->debugfs = debugfs_create_dir("nexus_ion", NULL);
	debugfs_create_file("rings", 0444, window->debugfs, window, &rings_fops);
}

void nexus_counters_remove(struct nexus_window *window)
{
	debugfs_remove_recursive(window->debugfs);
}
