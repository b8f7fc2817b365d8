/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block layer as nexus_blk sees it: tags, requests of segments, and a disk. Of Linux 6.1, or of 6.12 where a source says
 * so before it includes anything. Below them what a test does in the place of the file systems above.
 */
#ifndef NEXUS_TEST_BLK_SHIM_H
#define NEXUS_TEST_BLK_SHIM_H

#include "check.h"
#include "device_shim.h"
#include "lock_shim.h"
#include "module_shim.h"

#define KERNEL_VERSION(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))
#ifndef LINUX_VERSION_CODE
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 1, 0)
#endif
#define HZ 250
#define NUMA_NO_NODE (-1)
#define SECTOR_SHIFT 9

/* include/linux/blk_types.h */
typedef u8 blk_status_t;
#define BLK_STS_OK 0
#define BLK_STS_NOTSUPP 1
#define BLK_STS_TIMEOUT 2
#define BLK_STS_TARGET 5
#define BLK_STS_RESOURCE 9
#define BLK_STS_IOERR 10

enum req_op { REQ_OP_READ = 0, REQ_OP_WRITE = 1, REQ_OP_FLUSH = 2, REQ_OP_DISCARD = 3 };
enum mq_rq_state { MQ_RQ_IDLE, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE };
enum blk_eh_timer_return { BLK_EH_DONE, BLK_EH_RESET_TIMER };

struct bio_vec {
	u8 *bv_page;
	u32 bv_len;
	u32 bv_offset;
};

struct queue_limits {
	u32 logical_block_size;
	u32 max_hw_sectors;
	/* Between the start of an update and its commit. */
	bool updating;
};

struct gendisk;
struct request_queue {
	void *queuedata;
	struct queue_limits limits;
	bool nonrot;
};

#define MAX_SEGMENTS 4
struct request {
	struct request_queue *q;
	enum req_op op;
	enum mq_rq_state state;
	int tag;
	u64 sector;
	u32 segment_count;
	struct bio_vec segments[MAX_SEGMENTS];
	/* What the block layer was told, and how often. */
	blk_status_t status;
	u32 ended;
};

struct blk_mq_hw_ctx {
	struct request_queue *queue;
};

struct blk_mq_queue_data {
	struct request *rq;
	bool last;
};

struct blk_mq_ops {
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data);
	void (*commit_rqs)(struct blk_mq_hw_ctx *hctx);
	void (*complete)(struct request *request);
	enum blk_eh_timer_return (*timeout)(struct request *request);
};

struct blk_mq_tags {
	u32 nr_tags;
	/* By tag: the request that had it last. */
	struct request **rqs;
};

#define BLK_MQ_F_SHOULD_MERGE 1
struct blk_mq_tag_set {
	const struct blk_mq_ops *ops;
	u32 nr_hw_queues;
	u32 queue_depth;
	u32 cmd_size;
	int numa_node;
	u32 timeout;
	u32 flags;
	struct blk_mq_tags **tags;
};

#define req_op(request) ((request)->op)
#define blk_rq_pos(request) ((request)->sector)
#define blk_rq_sectors(request) (blk_rq_bytes(request) >> SECTOR_SHIFT)
u32 blk_rq_bytes(const struct request *request);
/* The driver's part follows the request. */
#define blk_mq_rq_to_pdu(request) ((void *)((request) + 1))

struct req_iterator {
	u32 next;
};
bool next_segment(const struct request *request, struct req_iterator *iterator, struct bio_vec *segment);
#define rq_for_each_segment(segment, request, iterator) \
	for ((iterator).next = 0; next_segment(request, &(iterator), &(segment));)
void *bvec_kmap_local(const struct bio_vec *segment);
void kunmap_local(const void *mapped);

int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set);
void blk_mq_free_tag_set(struct blk_mq_tag_set *set);
struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, u32 tag);
void blk_mq_start_request(struct request *request);
void blk_mq_complete_request(struct request *request);
void blk_mq_end_request(struct request *request, blk_status_t status);
void blk_mq_tagset_busy_iter(struct blk_mq_tag_set *set, bool (*each)(struct request *request, void *context), void *context);

struct block_device_operations {
	struct module *owner;
};

#define GENHD_FL_NO_PART 4
struct gendisk {
	int major;
	int first_minor;
	int minors;
	int flags;
	char disk_name[32];
	const struct block_device_operations *fops;
	void *private_data;
	struct request_queue *queue;
	/* Kept by the block layer. */
	u64 capacity;
	bool read_only;
	bool added;
};

#define queue_max_hw_sectors(queue) ((queue)->limits.max_hw_sectors)

#define IS_ERR(pointer) ((unsigned long)(pointer) >= -4095ul)
#define PTR_ERR(pointer) ((long)(pointer))

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define blk_mq_alloc_disk(set, limits, data) alloc_disk_with_limits(set, limits, data)
struct queue_limits queue_limits_start_update(struct request_queue *queue);
int queue_limits_commit_update(struct request_queue *queue, const struct queue_limits *limits);
#else
#define blk_mq_alloc_disk(set, data) alloc_disk(set, data)
#define QUEUE_FLAG_NONROT 6
#define blk_queue_flag_set(flag, queue) ((queue)->nonrot = (flag) == QUEUE_FLAG_NONROT)
#define blk_queue_logical_block_size(queue, size) ((queue)->limits.logical_block_size = (size))
void blk_queue_max_hw_sectors(struct request_queue *queue, u32 sectors);
#endif
struct gendisk *alloc_disk(struct blk_mq_tag_set *set, void *data);
/* With them a disk has no moving parts unless they say so. */
struct gendisk *alloc_disk_with_limits(struct blk_mq_tag_set *set, const struct queue_limits *limits, void *data);

int device_add_disk(struct device *parent, struct gendisk *disk, const void *groups);
void del_gendisk(struct gendisk *disk);
void put_disk(struct gendisk *disk);
#define set_capacity(disk, sectors) ((disk)->capacity = (sectors))
#define set_capacity_and_notify(disk, sectors) ((disk)->capacity = (sectors))
#define set_disk_ro(disk, yes) ((disk)->read_only = (yes))
int register_blkdev(int major, const char *name);
void unregister_blkdev(int major, const char *name);

/* The disk, while there is one. */
extern struct gendisk *blk_disk;
u32 blk_tags(void);

/* A request of one segment on the given tag; NULL for @data: of no bytes. */
struct request *blk_request(int tag, enum req_op op, u64 sector, void *data, u32 length);
/* Hands it to the driver, as one of a batch unless @last. */
blk_status_t blk_queue(struct request *request, bool last);
void blk_commit(void);
enum blk_eh_timer_return blk_time_out(struct request *request);
/* Requests that the driver completes end in blk_softirq(), not at once. */
extern bool blk_softirq_late;
void blk_softirq(void);
/* queue_limits_commit_update() fails with this, if not 0. */
extern int blk_limits_error;
/* device_add_disk() and register_blkdev() fail with these, if not 0. */
extern int blk_add_error;
extern int blk_major_error;
/* NULL, or what the file systems do when the disk is deleted: what is dirty is written before. */
extern void (*blk_deleting)(void);

#endif
