/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of /init. Each reports what it finds and returns how many things failed. */
#ifndef INIT_STEPS_H
#define INIT_STEPS_H

#include <stdbool.h>

unsigned int check_console(void);
unsigned int mount_file_systems(void);
/* Loads what /etc/modules lists, in its order; nexus_ion is told the ion_base of the kernel's command line. */
unsigned int load_modules(void);
unsigned int check_ion(bool *absent);
/* Without an ION device there is nothing to bind to: then no device may exist, and that is no failure. */
unsigned int check_devices(bool ion_absent);

#endif
