/* SPDX-License-Identifier: GPL-2.0-only */
/* nexus_blk bound to its rings, and the host at their other ends: what the tests of the bridge begin with. */
#ifndef NEXUS_TEST_BLK_DISK_H
#define NEXUS_TEST_BLK_DISK_H

#include "nexus_blk.h"

#define ANSWERS ION_RING_BLOCK_COMPLETION
#define REQUESTS ION_RING_BLOCK_REQUEST
#define SECTORS 8191

/* The info that the tests' host gives. */
struct ion_block_info disk_info(void);
/* The bridge before the host has said what the disk is; its question is taken from the ring. */
struct nexus_blk *bind_disk(void);
/* And after it has. */
struct nexus_blk *open_disk(void);
/* Answers an info request; @length bytes of @info. */
void answer_info(const struct ion_block_info *info, u32 length, u32 tag, u32 status);

/* The host takes the one request that is there. */
struct ion_descriptor take_request(void);
/* The answer to @request, with @length bytes of @data, and the thread that takes it. */
void answer(const struct ion_descriptor *request, u32 status, const void *data, u32 length);
/* Both rings are closed, and nothing goes into them any more. */
bool is_closed(const struct nexus_blk *blk);
bool is_whole(const struct nexus_blk *blk);

#endif
