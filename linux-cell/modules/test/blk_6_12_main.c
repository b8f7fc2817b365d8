// SPDX-License-Identifier: GPL-2.0-only
#include "blk_6_12.h"
#include "../nexus_blk/main.c"
