// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>

#include "nexus_blk.h"

/* A request's buffer is the one with its tag's number; it is free again when the request is answered. */
static u32 buffer_of(const struct nexus_blk *blk, const struct request *request)
{
	return nexus_ring_buffer_offset(blk->requests, request->tag);
}

static int copy_out(struct nexus_blk *blk, struct request *request)
{
	u32 offset = buffer_of(blk, request);
	struct req_iterator position;
	struct bio_vec segment;

	rq_for_each_segment(segment, request, position) {
		void *const data = bvec_kmap_local(&segment);
		const int error = nexus_ring_write(blk->requests, offset, data, segment.bv_len);

		kunmap_local(data);
		if (error)
			return error;
		offset += segment.bv_len;
	}
	return 0;
}

/* The answer may come as soon as the descriptor is published, so all of @command is written before. */
static int produce(struct nexus_blk *blk, struct request *request, u16 kind)
{
	struct nexus_blk_command *command = blk_mq_rq_to_pdu(request);
	struct ion_descriptor descriptor = {
		.kind = kind,
		.argument = blk_rq_pos(request) | (u64)blk_rq_sectors(request) << ION_BLOCK_COUNT_SHIFT,
	};
	int error;

	if (kind == ION_BLOCK_KIND_WRITE) {
		descriptor.offset = buffer_of(blk, request);
		descriptor.length = blk_rq_bytes(request);
	}
	spin_lock_irq(&blk->lock);
	if (blk->closing) {
		spin_unlock_irq(&blk->lock);
		return -EPIPE;
	}
	blk->generation++;
	descriptor.tag = blk->generation << NEXUS_BLK_TAG_BITS | request->tag;
	*command = (struct nexus_blk_command){ .tag = descriptor.tag, .kind = kind, .in_flight = true };
	error = nexus_ring_produce(blk->requests, &descriptor);
	if (error)
		command->in_flight = false;
	spin_unlock_irq(&blk->lock);
	return error;
}

static void publish(struct nexus_blk *blk)
{
	spin_lock_irq(&blk->lock);
	nexus_ring_publish(blk->requests);
	spin_unlock_irq(&blk->lock);
}

static blk_status_t nexus_blk_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	struct nexus_blk *blk = hctx->queue->queuedata;
	struct request *request = data->rq;
	u16 kind;
	int error;

	switch (req_op(request)) {
	case REQ_OP_READ:
		kind = ION_BLOCK_KIND_READ;
		break;
	case REQ_OP_WRITE:
		kind = ION_BLOCK_KIND_WRITE;
		break;
	default:
		return BLK_STS_NOTSUPP;
	}
	if (nexus_blk_is_broken(blk))
		return BLK_STS_IOERR;
	if (kind == ION_BLOCK_KIND_WRITE && copy_out(blk, request))
		return BLK_STS_IOERR;
	blk_mq_start_request(request);
	error = produce(blk, request, kind);
	if (data->last || error)
		publish(blk);
	if (error)
		return error == -ENOSPC ? BLK_STS_RESOURCE : BLK_STS_IOERR;
	return BLK_STS_OK;
}

static void nexus_blk_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	publish(hctx->queue->queuedata);
}

static void nexus_blk_complete(struct request *request)
{
	const struct nexus_blk_command *command = blk_mq_rq_to_pdu(request);

	blk_mq_end_request(request, command->status);
}

/*
 * The host may still read the buffer of a request that it has not answered, so neither the buffer nor the ring can be
 * used again: a host that leaves a request unanswered has lost this channel until its next epoch.
 */
static enum blk_eh_timer_return nexus_blk_timeout(struct request *request)
{
	struct nexus_blk_command *command = blk_mq_rq_to_pdu(request);
	struct nexus_blk *blk = request->q->queuedata;
	bool was_in_flight;

	spin_lock_irq(&blk->lock);
	was_in_flight = command->in_flight;
	command->in_flight = false;
	spin_unlock_irq(&blk->lock);
	if (!was_in_flight)
		return BLK_EH_RESET_TIMER;
	nexus_blk_break(blk, "a block request was not answered in time");
	command->status = BLK_STS_TIMEOUT;
	blk_mq_complete_request(request);
	return BLK_EH_DONE;
}

const struct blk_mq_ops nexus_blk_mq_ops = {
	.queue_rq = nexus_blk_queue_rq,
	.commit_rqs = nexus_blk_commit_rqs,
	.complete = nexus_blk_complete,
	.timeout = nexus_blk_timeout,
};
