// SPDX-License-Identifier: GPL-2.0-only
/* nexus_blk: the block bridge of a Rumpk cell. Reads and writes go over the block rings; the disk is nxblk0. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "compat.h"
#include "nexus_blk.h"

#define QUEUE_DEPTH 64u
/* Answers taken in one call (R8). */
#define COMPLETION_BUDGET 256
#define REQUEST_TIMEOUT (30 * HZ)

static int nexus_blk_major;

static const struct block_device_operations nexus_blk_operations = {
	.owner = THIS_MODULE,
};

static bool nexus_blk_poll(struct nexus_service *service)
{
	return nexus_blk_take_completions(dev_get_drvdata(&service->dev), COMPLETION_BUDGET);
}

/* Each tag has a buffer of its own, and a slot is left for the info request, so the ring can't fill up. */
static int set_up_tags(struct nexus_blk *blk)
{
	const u32 buffers = nexus_ring_buffer_count(blk->requests);
	const u32 slots = nexus_ring_capacity(blk->requests);

	if (nexus_ring_buffer_size(blk->requests) < PAGE_SIZE || nexus_ring_buffer_size(blk->completions) < PAGE_SIZE) {
		pr_err("block rings: expected buffers of %lu bytes or more, found %u and %u\n", PAGE_SIZE,
		       nexus_ring_buffer_size(blk->requests), nexus_ring_buffer_size(blk->completions));
		return -EPROTO;
	}
	blk->tags.ops = &nexus_blk_mq_ops;
	blk->tags.nr_hw_queues = 1;
	blk->tags.queue_depth = min3(QUEUE_DEPTH, buffers, slots - 1);
	blk->tags.numa_node = NUMA_NO_NODE;
	blk->tags.cmd_size = sizeof(struct nexus_blk_command);
	blk->tags.flags = BLK_MQ_F_SHOULD_MERGE;
	blk->tags.timeout = REQUEST_TIMEOUT;
	return blk_mq_alloc_tag_set(&blk->tags);
}

static void set_up_disk(struct nexus_blk *blk)
{
	struct gendisk *disk = blk->disk;

	disk->major = nexus_blk_major;
	disk->first_minor = 0;
	disk->minors = 1;
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &nexus_blk_operations;
	disk->private_data = blk;
	strscpy(disk->disk_name, "nxblk0", sizeof(disk->disk_name));
	/* Unknown until the host answers. */
	set_capacity(disk, 0);
}

static int add_disk_of(struct nexus_blk *blk)
{
	const u32 largest = min(nexus_ring_buffer_size(blk->requests), nexus_ring_buffer_size(blk->completions));
	int error = set_up_tags(blk);

	if (error)
		return error;
	blk->disk = nexus_blk_alloc_disk(&blk->tags, ION_BLOCK_SECTOR_SIZE, largest / ION_BLOCK_SECTOR_SIZE, blk);
	if (IS_ERR(blk->disk)) {
		error = PTR_ERR(blk->disk);
		goto free_tags;
	}
	set_up_disk(blk);
	error = device_add_disk(&blk->service->dev, blk->disk, NULL);
	if (error)
		goto put_disk;
	error = nexus_blk_ask_info(blk);
	if (error)
		goto delete_disk;
	return 0;

delete_disk:
	del_gendisk(blk->disk);
put_disk:
	put_disk(blk->disk);
free_tags:
	blk_mq_free_tag_set(&blk->tags);
	return error;
}

static int nexus_blk_probe(struct nexus_service *service)
{
	struct nexus_blk *blk = kzalloc(sizeof(*blk), GFP_KERNEL);
	int error;

	if (!blk)
		return -ENOMEM;
	blk->service = service;
	blk->completions = service->receive;
	blk->requests = service->transmit;
	spin_lock_init(&blk->lock);
	dev_set_drvdata(&service->dev, blk);
	error = add_disk_of(blk);
	if (error) {
		pr_err("cannot register the disk: error %d\n", error);
		kfree(blk);
		return error;
	}
	pr_info("block bridge ready (%s major=%d)\n", blk->disk->disk_name, blk->disk->major);
	return 0;
}

/*
 * No answers come any more, and del_gendisk() waits for all requests, so they are ended first. What the host still
 * holds it may yet answer, and use the buffers for: then the rings can't be used again in this epoch.
 */
static void nexus_blk_remove(struct nexus_service *service)
{
	struct nexus_blk *blk = dev_get_drvdata(&service->dev);

	spin_lock_irq(&blk->lock);
	blk->closing = true;
	spin_unlock_irq(&blk->lock);
	if (nexus_blk_fail_in_flight(blk) || blk->info_in_flight)
		nexus_blk_break(blk, "the bridge went away with requests in flight");
	del_gendisk(blk->disk);
	put_disk(blk->disk);
	blk_mq_free_tag_set(&blk->tags);
	kfree(blk);
}

static struct nexus_driver nexus_blk_driver = {
	.service = "block",
	.probe = nexus_blk_probe,
	.remove = nexus_blk_remove,
	.poll = nexus_blk_poll,
	.driver = { .name = "nexus_blk" },
};

static int __init nexus_blk_init(void)
{
	int error;

	nexus_blk_major = register_blkdev(0, "nxblk");
	if (nexus_blk_major < 0)
		return nexus_blk_major;
	error = nexus_driver_register(&nexus_blk_driver, THIS_MODULE);
	if (error)
		unregister_blkdev(nexus_blk_major, "nxblk");
	return error;
}

static void __exit nexus_blk_exit(void)
{
	nexus_driver_unregister(&nexus_blk_driver);
	unregister_blkdev(nexus_blk_major, "nxblk");
}

module_init(nexus_blk_init);
module_exit(nexus_blk_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Block bridge of a Rumpk cell");
