// SPDX-License-Identifier: GPL-2.0-only
#include "blk_shim.h"

#define MAJOR 254

struct gendisk *blk_disk;
bool blk_softirq_late;
void (*blk_deleting)(void);
int blk_limits_error;
int blk_add_error;
int blk_major_error;
static bool has_major;
static struct blk_mq_tag_set *tag_set;
static u32 mapped_segments;

u32 blk_rq_bytes(const struct request *request)
{
	u32 bytes = 0;
	u32 i;

	for (i = 0; i < request->segment_count; i++)
		bytes += request->segments[i].bv_len;
	return bytes;
}

bool next_segment(const struct request *request, struct req_iterator *iterator, struct bio_vec *segment)
{
	if (iterator->next == request->segment_count)
		return false;
	*segment = request->segments[iterator->next++];
	return true;
}

void *bvec_kmap_local(const struct bio_vec *segment)
{
	mapped_segments++;
	return segment->bv_page + segment->bv_offset;
}

void kunmap_local(const void *mapped)
{
	CHECK(mapped && mapped_segments);
	mapped_segments--;
}

/* A tag's request and the driver's part behind it are made once and used again and again. */
int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)
{
	struct blk_mq_tags *tags = kzalloc(sizeof(*tags), GFP_KERNEL);

	CHECK(set->ops && set->nr_hw_queues == 1 && set->queue_depth && set->cmd_size && set->timeout);
	CHECK(set->numa_node == NUMA_NO_NODE && set->flags == BLK_MQ_F_SHOULD_MERGE);
	if (!tags)
		return -ENOMEM;
	tags->nr_tags = set->queue_depth;
	tags->rqs = calloc(set->queue_depth, sizeof(*tags->rqs));
	set->tags = calloc(1, sizeof(*set->tags));
	CHECK(tags->rqs && set->tags);
	set->tags[0] = tags;
	tag_set = set;
	return 0;
}

void blk_mq_free_tag_set(struct blk_mq_tag_set *set)
{
	u32 i;

	CHECK(set == tag_set && !blk_disk);
	for (i = 0; i < set->queue_depth; i++)
		free(set->tags[0]->rqs[i]);
	free(set->tags[0]->rqs);
	kfree(set->tags[0]);
	free(set->tags);
	tag_set = NULL;
}

struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, u32 tag)
{
	return tag < tags->nr_tags ? tags->rqs[tag] : NULL;
}

void blk_mq_start_request(struct request *request)
{
	CHECK(request->state == MQ_RQ_IDLE);
	request->state = MQ_RQ_IN_FLIGHT;
}

void blk_mq_complete_request(struct request *request)
{
	CHECK(request->state == MQ_RQ_IN_FLIGHT);
	request->state = MQ_RQ_COMPLETE;
	if (!blk_softirq_late)
		tag_set->ops->complete(request);
}

void blk_softirq(void)
{
	u32 i;

	for (i = 0; i < blk_tags(); i++)
		if (tag_set->tags[0]->rqs[i] && tag_set->tags[0]->rqs[i]->state == MQ_RQ_COMPLETE)
			tag_set->ops->complete(tag_set->tags[0]->rqs[i]);
}

void blk_mq_end_request(struct request *request, blk_status_t status)
{
	CHECK(!mapped_segments);
	request->state = MQ_RQ_IDLE;
	request->status = status;
	request->ended++;
}

/* Requests that were started and have not ended. */
void blk_mq_tagset_busy_iter(struct blk_mq_tag_set *set, bool (*each)(struct request *request, void *context), void *context)
{
	u32 i;

	for (i = 0; i < set->queue_depth; i++) {
		struct request *request = set->tags[0]->rqs[i];

		if (request && request->state != MQ_RQ_IDLE && !each(request, context))
			return;
	}
}

void blk_queue_max_hw_sectors(struct request_queue *queue, u32 sectors)
{
	const u32 least = PAGE_SIZE >> SECTOR_SHIFT;

	queue->limits.max_hw_sectors = sectors < least ? least : sectors;
}

struct gendisk *alloc_disk(struct blk_mq_tag_set *set, void *data)
{
	CHECK(set == tag_set);
	blk_disk = kzalloc(sizeof(*blk_disk), GFP_KERNEL);
	if (!blk_disk)
		return (struct gendisk *)(long)-ENOMEM;
	blk_disk->queue = calloc(1, sizeof(*blk_disk->queue));
	CHECK(blk_disk->queue);
	blk_disk->queue->queuedata = data;
	return blk_disk;
}

struct gendisk *alloc_disk_with_limits(struct blk_mq_tag_set *set, const struct queue_limits *limits, void *data)
{
	struct gendisk *disk = alloc_disk(set, data);

	if (IS_ERR(disk))
		return disk;
	disk->queue->limits = *limits;
	disk->queue->nonrot = true;
	return disk;
}

/* Only one can change them at a time. */
struct queue_limits queue_limits_start_update(struct request_queue *queue)
{
	CHECK(!queue->limits.updating);
	queue->limits.updating = true;
	return queue->limits;
}

int queue_limits_commit_update(struct request_queue *queue, const struct queue_limits *limits)
{
	CHECK(queue->limits.updating);
	queue->limits.updating = false;
	if (blk_limits_error || limits->max_hw_sectors << SECTOR_SHIFT < PAGE_SIZE)
		return blk_limits_error ? blk_limits_error : -EINVAL;
	queue->limits = *limits;
	queue->limits.updating = false;
	return 0;
}

int device_add_disk(struct device *parent, struct gendisk *disk, const void *groups)
{
	CHECK(parent && !groups && disk->fops && disk->fops->owner && disk->disk_name[0] && disk->private_data);
	CHECK(disk->major == MAJOR && disk->minors == 1 && disk->flags == GENHD_FL_NO_PART);
	CHECK(disk->queue->limits.logical_block_size == 512 && disk->queue->nonrot);
	disk->added = !blk_add_error;
	return blk_add_error;
}

/* It waits until the last request has ended: for ever, if the driver holds one. */
void del_gendisk(struct gendisk *disk)
{
	u32 i;

	if (blk_deleting)
		blk_deleting();
	for (i = 0; i < blk_tags(); i++)
		CHECK(!tag_set->tags[0]->rqs[i] || tag_set->tags[0]->rqs[i]->state == MQ_RQ_IDLE);
	disk->added = false;
}

void put_disk(struct gendisk *disk)
{
	CHECK(disk == blk_disk && !disk->added);
	free(disk->queue);
	kfree(disk);
	blk_disk = NULL;
}

int register_blkdev(int major, const char *name)
{
	CHECK(!major && name && !has_major);
	if (blk_major_error)
		return blk_major_error;
	has_major = true;
	return MAJOR;
}

void unregister_blkdev(int major, const char *name)
{
	CHECK(major == MAJOR && name && has_major);
	has_major = false;
}

u32 blk_tags(void)
{
	return tag_set->queue_depth;
}

struct request *blk_request(int tag, enum req_op op, u64 sector, void *data, u32 length)
{
	struct request **place = &tag_set->tags[0]->rqs[tag];

	if (!*place)
		*place = calloc(1, sizeof(**place) + tag_set->cmd_size);
	CHECK(*place && (*place)->state == MQ_RQ_IDLE);
	**place = (struct request){ .q = blk_disk->queue, .op = op, .tag = tag, .sector = sector };
	if (data) {
		(*place)->segments[0] = (struct bio_vec){ .bv_page = data, .bv_len = length };
		(*place)->segment_count = 1;
	}
	return *place;
}

/* What the driver does not take is ended, or, for want of resources, kept back as if it had not been begun. */
blk_status_t blk_queue(struct request *request, bool last)
{
	struct blk_mq_hw_ctx hctx = { .queue = blk_disk->queue };
	const struct blk_mq_queue_data data = { .rq = request, .last = last };
	const blk_status_t status = tag_set->ops->queue_rq(&hctx, &data);

	CHECK(!mapped_segments);
	if (status == BLK_STS_RESOURCE)
		request->state = MQ_RQ_IDLE;
	else if (status)
		blk_mq_end_request(request, status);
	else
		CHECK(request->state == MQ_RQ_IN_FLIGHT);
	return status;
}

void blk_commit(void)
{
	struct blk_mq_hw_ctx hctx = { .queue = blk_disk->queue };

	tag_set->ops->commit_rqs(&hctx);
}

enum blk_eh_timer_return blk_time_out(struct request *request)
{
	return tag_set->ops->timeout(request);
}
