/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_BLK_H
#define NEXUS_BLK_H

#include <linux/blk-mq.h>
#include <linux/spinlock.h>

#include "nexus_ion.h"

/* Tags of the descriptors: the block layer's tag below, a generation above, so that a late answer is recognised. */
#define NEXUS_BLK_TAG_BITS 16
#define NEXUS_BLK_TAG_MASK ((1u << NEXUS_BLK_TAG_BITS) - 1)
/* The info request is not the block layer's; no request of its can have this tag. */
#define NEXUS_BLK_INFO_TAG U32_MAX

/* The disk nxblk0. */
struct nexus_blk {
	struct nexus_service *service;
	struct nexus_ring *completions;
	struct nexus_ring *requests;
	/* The producer's end of the request ring, and what is in flight. */
	spinlock_t lock;
	struct blk_mq_tag_set tags;
	struct gendisk *disk;
	u32 generation;
	bool info_in_flight;
	/* The bridge is going away: nothing new is begun. */
	bool closing;
};

/* The block layer's request, continued. */
struct nexus_blk_command {
	u32 tag;
	u16 kind;
	bool in_flight;
	blk_status_t status;
};

/* request.c */
extern const struct blk_mq_ops nexus_blk_mq_ops;

/* completion.c */
/* Takes at most @budget answers. True if there may be more. */
bool nexus_blk_take_completions(struct nexus_blk *blk, int budget);
/* Ends every request that waits for an answer that will not come; returns how many. */
u32 nexus_blk_fail_in_flight(struct nexus_blk *blk);
bool nexus_blk_is_broken(const struct nexus_blk *blk);
/* Closes both rings: one without the other is of no use. */
void nexus_blk_break(struct nexus_blk *blk, const char *reason);

/* info.c */
/* Asks the host what the disk is; until it answers its capacity is 0. */
int nexus_blk_ask_info(struct nexus_blk *blk);
void nexus_blk_take_info(struct nexus_blk *blk, const struct ion_descriptor *descriptor);

#endif
