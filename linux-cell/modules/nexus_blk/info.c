// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/printk.h>

#include "compat.h"
#include "nexus_blk.h"

int nexus_blk_ask_info(struct nexus_blk *blk)
{
	const struct ion_descriptor descriptor = { .kind = ION_BLOCK_KIND_INFO, .tag = NEXUS_BLK_INFO_TAG };
	int error;

	spin_lock_irq(&blk->lock);
	error = nexus_ring_produce(blk->requests, &descriptor);
	blk->info_in_flight = !error;
	nexus_ring_publish(blk->requests);
	spin_unlock_irq(&blk->lock);
	return error;
}

static const char *info_fault(const struct ion_block_info *info)
{
	if (info->sector_size != ION_BLOCK_SECTOR_SIZE)
		return "the disk's sectors are not of 512 bytes";
	if (info->capacity_sectors > ION_BLOCK_LBA_MASK)
		return "the disk is larger than a request can name";
	if (info->sectors_max < PAGE_SIZE / ION_BLOCK_SECTOR_SIZE)
		return "the disk takes less than a page in one request";
	return NULL;
}

static void use_info(struct nexus_blk *blk, const struct ion_block_info *info)
{
	const u32 sectors_max = min(info->sectors_max, queue_max_hw_sectors(blk->disk->queue));

	if (nexus_blk_set_sectors_max(blk->disk, sectors_max)) {
		nexus_blk_break(blk, "the disk's largest request is one that the kernel does not take");
		return;
	}
	set_disk_ro(blk->disk, info->read_only);
	set_capacity_and_notify(blk->disk, info->capacity_sectors);
	pr_info("%s: %llu sectors%s\n", blk->disk->disk_name, info->capacity_sectors,
		info->read_only ? ", read-only" : "");
}

void nexus_blk_take_info(struct nexus_blk *blk, const struct ion_descriptor *descriptor)
{
	struct ion_block_info info;
	const char *fault;

	if (!blk->info_in_flight || descriptor->tag != NEXUS_BLK_INFO_TAG) {
		nexus_blk_break(blk, "an answer to an info request that is not in flight");
		return;
	}
	blk->info_in_flight = false;
	if (lower_32_bits(descriptor->argument) != ION_BLOCK_STATUS_OK) {
		pr_info("%s: the host has no disk (status %u)\n", blk->disk->disk_name,
			lower_32_bits(descriptor->argument));
		return;
	}
	if (descriptor->length != sizeof(info) ||
	    nexus_ring_read(blk->completions, descriptor->offset, &info, sizeof(info))) {
		nexus_blk_break(blk, "an info answer of the wrong length");
		return;
	}
	fault = info_fault(&info);
	if (fault)
		nexus_blk_break(blk, fault);
	else
		use_info(blk, &info);
}
