/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nexus_blk uses of the kernel and what differs between the supported ones, 6.1 and 6.12. Since 6.11 all that a
 * disk can do is in its queue_limits, which are given when it is made and changed as a whole; before, a call sets each.
 */
#ifndef NEXUS_BLK_COMPAT_H
#define NEXUS_BLK_COMPAT_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)

/* A disk without moving parts; an ERR_PTR if there can be none. */
static inline struct gendisk *nexus_blk_alloc_disk(struct blk_mq_tag_set *tags, u32 sector_size, u32 sectors_max, void *data)
{
	struct queue_limits limits = { .logical_block_size = sector_size, .max_hw_sectors = sectors_max };

	return blk_mq_alloc_disk(tags, &limits, data);
}

/* Most sectors of one request. Only while there is no capacity, and so no request that the new limit could cut. */
static inline int nexus_blk_set_sectors_max(struct gendisk *disk, u32 sectors_max)
{
	struct queue_limits limits = queue_limits_start_update(disk->queue);

	limits.max_hw_sectors = sectors_max;
	return queue_limits_commit_update(disk->queue, &limits);
}

#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)

static inline struct gendisk *nexus_blk_alloc_disk(struct blk_mq_tag_set *tags, u32 sector_size, u32 sectors_max, void *data)
{
	struct gendisk *disk = blk_mq_alloc_disk(tags, data);

	if (IS_ERR(disk))
		return disk;
	blk_queue_logical_block_size(disk->queue, sector_size);
	blk_queue_max_hw_sectors(disk->queue, sectors_max);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, disk->queue);
	return disk;
}

static inline int nexus_blk_set_sectors_max(struct gendisk *disk, u32 sectors_max)
{
	blk_queue_max_hw_sectors(disk->queue, sectors_max);
	return 0;
}

#else
#error "nexus_blk: Linux 6.9 and 6.10 have queue_limits but not all of them; use 6.1 or 6.12"
#endif

#endif
