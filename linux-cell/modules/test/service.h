/* SPDX-License-Identifier: GPL-2.0-only */
/* The nexus bus with the one service that a bridge binds to. */
#ifndef NEXUS_TEST_SERVICE_H
#define NEXUS_TEST_SERVICE_H

#include "nexus_ion.h"

/* Loads the module into a fresh window and lets it bind: the service, or NULL when its probe fails, with @error. */
struct nexus_service *service_bind(u32 receive, u32 transmit, int *error);
/* Lets it bind once more, as it was left. */
int service_probe(void);
void service_remove(void);
/* The doorbell rang, or the slow poll came round: what the thread does. */
bool service_poll(void);
/* What the interrupt does. */
void service_kick(void);
/* nexus_driver_register() fails with this, if not 0. */
extern int service_register_error;

#endif
