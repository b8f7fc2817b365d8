/* SPDX-License-Identifier: GPL-2.0-only */
/* nexus_ion loaded in a cell: device tree, window and hypervisor, and a bridge for its net service. */
#ifndef NEXUS_TEST_ION_CELL_H
#define NEXUS_TEST_ION_CELL_H

#include "../nexus_ion/window.h"

#define EPOCH 77

/* A cell in which all is as it should be, and the module loaded; a test spoils it and lets the device appear. */
void open_cell(void);
void close_cell(void);
struct ion_header *cell_header(void);
struct ion_ring *cell_rings(void);
/* The device appears, and all went well. */
struct nexus_window *attach_cell(void);
bool state_is(const char *name);

/* What the bridge was asked for so far, and what it says to the next. */
struct bridge {
	int probe_error;
	bool more;
	u32 probed;
	u32 removed;
	u32 kicks;
	u32 polls;
};
extern struct bridge bridge;
extern struct nexus_driver bridge_driver;

#endif
