// SPDX-License-Identifier: GPL-2.0-only
#include "nexus_blk.h"

bool nexus_blk_is_broken(const struct nexus_blk *blk)
{
	return nexus_ring_is_broken(blk->completions) || nexus_ring_is_broken(blk->requests);
}

void nexus_blk_break(struct nexus_blk *blk, const char *reason)
{
	nexus_ring_break(blk->requests, reason);
	nexus_ring_break(blk->completions, reason);
}

/* The request that @descriptor answers, taken out of flight; NULL if there is none. */
static struct request *claim(struct nexus_blk *blk, const struct ion_descriptor *descriptor)
{
	const u32 index = descriptor->tag & NEXUS_BLK_TAG_MASK;
	struct request *request = NULL;
	struct nexus_blk_command *command;

	if (index >= blk->tags.queue_depth)
		return NULL;
	spin_lock_irq(&blk->lock);
	request = blk_mq_tag_to_rq(blk->tags.tags[0], index);
	command = request ? blk_mq_rq_to_pdu(request) : NULL;
	if (command && command->in_flight && command->tag == descriptor->tag && command->kind == descriptor->kind)
		command->in_flight = false;
	else
		request = NULL;
	spin_unlock_irq(&blk->lock);
	return request;
}

static blk_status_t status_of(u32 status)
{
	switch (status) {
	case ION_BLOCK_STATUS_OK:
		return BLK_STS_OK;
	case ION_BLOCK_STATUS_OUT_OF_RANGE:
		return BLK_STS_TARGET;
	case ION_BLOCK_STATUS_READ_ONLY:
		return BLK_STS_NOTSUPP;
	default:
		return BLK_STS_IOERR;
	}
}

static blk_status_t copy_in(struct nexus_blk *blk, struct request *request, u32 offset)
{
	struct req_iterator position;
	struct bio_vec segment;

	rq_for_each_segment(segment, request, position) {
		void *const data = bvec_kmap_local(&segment);
		const int error = nexus_ring_read(blk->completions, offset, data, segment.bv_len);

		kunmap_local(data);
		if (error)
			return BLK_STS_IOERR;
		offset += segment.bv_len;
	}
	return BLK_STS_OK;
}

static void take(struct nexus_blk *blk, const struct ion_descriptor *descriptor)
{
	struct request *request = claim(blk, descriptor);
	struct nexus_blk_command *command;
	u32 expected;

	if (!request) {
		nexus_blk_break(blk, "an answer to a request that is not in flight");
		return;
	}
	command = blk_mq_rq_to_pdu(request);
	command->status = status_of(lower_32_bits(descriptor->argument));
	expected = command->kind == ION_BLOCK_KIND_READ && command->status == BLK_STS_OK ? blk_rq_bytes(request) : 0;
	if (descriptor->length != expected) {
		command->status = BLK_STS_IOERR;
		nexus_blk_break(blk, "an answer of the wrong length");
	} else if (expected) {
		command->status = copy_in(blk, request, descriptor->offset);
	}
	blk_mq_complete_request(request);
}

bool nexus_blk_take_completions(struct nexus_blk *blk, int budget)
{
	struct ion_descriptor descriptor;
	int taken;

	for (taken = 0; taken < budget && nexus_ring_consume(blk->completions, &descriptor) > 0; taken++) {
		if (descriptor.kind == ION_BLOCK_KIND_INFO)
			nexus_blk_take_info(blk, &descriptor);
		else
			take(blk, &descriptor);
	}
	nexus_ring_release(blk->completions);
	if (nexus_blk_is_broken(blk)) {
		nexus_blk_break(blk, "the other ring of the pair is closed");
		nexus_blk_fail_in_flight(blk);
		return false;
	}
	return nexus_ring_sleep(blk->completions);
}

struct failing {
	struct nexus_blk *blk;
	u32 count;
};

static bool fail_one(struct request *request, void *context)
{
	struct nexus_blk_command *command = blk_mq_rq_to_pdu(request);
	struct failing *failing = context;
	bool was_in_flight;

	spin_lock_irq(&failing->blk->lock);
	was_in_flight = command->in_flight;
	command->in_flight = false;
	spin_unlock_irq(&failing->blk->lock);
	if (was_in_flight) {
		failing->count++;
		command->status = BLK_STS_IOERR;
		blk_mq_complete_request(request);
	}
	return true;
}

u32 nexus_blk_fail_in_flight(struct nexus_blk *blk)
{
	struct failing failing = { .blk = blk };

	blk_mq_tagset_busy_iter(&blk->tags, fail_one, &failing);
	return failing.count;
}
