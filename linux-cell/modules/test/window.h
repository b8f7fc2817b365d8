/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_TEST_WINDOW_H
#define NEXUS_TEST_WINDOW_H

#include "layout.h"

/* A zeroed window with header, section table and the eight rings of the reference layout; to be freed. */
u8 *make_window(void);

#endif
