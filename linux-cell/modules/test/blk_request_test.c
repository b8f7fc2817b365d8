// SPDX-License-Identifier: GPL-2.0-only
/* What the host finds in the request ring, and when. */
#include "blk_disk.h"
#include "blk_shim.h"
#include "host.h"
#include "service.h"

static u8 data[2 * 8192];

/* Any LBA that a request can name, and any tag; the generation makes the tag of a second request another one. */
static void reads_exact_sectors(void)
{
	static const u64 sectors[] = { 0, 1, SECTORS - 1, 0x123456789abcull, ION_BLOCK_LBA_MASK };
	struct ion_descriptor request;
	struct nexus_blk *blk;
	u32 last_tag = 0;
	u32 i;

	blk = open_disk();
	fill_pattern(data, sizeof(data), 3);
	for (i = 0; i < ARRAY_SIZE(sectors); i++) {
		const int tag = i ? (int)blk_tags() - 1 : 0;
		struct request *read = blk_request(tag, REQ_OP_READ, sectors[i], data, 512 * (i + 1));
		const u8 *buffer = host_bytes(nexus_ring_buffer_offset(blk->requests, tag));

		CHECK(blk_queue(read, true) == BLK_STS_OK);
		/* What its pages held before is not the host's to see. */
		CHECK(buffer[0] == 0 && !memcmp(buffer, buffer + 1, 512 * (i + 1) - 1));
		request = take_request();
		CHECK(request.kind == ION_BLOCK_KIND_READ && request.tag != last_tag);
		CHECK((request.tag & NEXUS_BLK_TAG_MASK) == (u32)tag);
		CHECK(request.argument == (sectors[i] | (u64)(i + 1) << ION_BLOCK_COUNT_SHIFT));
		CHECK(!request.length && !request.offset);
		last_tag = request.tag;
		answer(&request, ION_BLOCK_STATUS_OK, data, 512 * (i + 1));
		CHECK(read->ended == 1 && read->status == BLK_STS_OK);
	}
}

static void writes_every_byte(void)
{
	struct nexus_blk *blk = open_disk();
	struct ion_descriptor request;
	struct request *write;

	fill_pattern(data, sizeof(data), 1);
	/* Of three segments, the second from the middle of its page. */
	write = blk_request(5, REQ_OP_WRITE, 77, data, 1024);
	write->segments[1] = (struct bio_vec){ .bv_page = data + 4096, .bv_len = 512, .bv_offset = 1536 };
	write->segments[2] = (struct bio_vec){ .bv_page = data + 8192, .bv_len = 2048 };
	write->segment_count = 3;
	CHECK(blk_queue(write, true) == BLK_STS_OK);
	request = take_request();
	CHECK(request.kind == ION_BLOCK_KIND_WRITE && request.argument == (77 | 7ull << ION_BLOCK_COUNT_SHIFT));
	CHECK(request.length == 3584 && request.offset == nexus_ring_buffer_offset(blk->requests, 5));
	CHECK(!memcmp(host_bytes(request.offset), data, 1024));
	CHECK(!memcmp(host_bytes(request.offset) + 1024, data + 4096 + 1536, 512));
	CHECK(!memcmp(host_bytes(request.offset) + 1536, data + 8192, 2048));
	answer(&request, ION_BLOCK_STATUS_OK, NULL, 0);
	CHECK(write->ended == 1 && write->status == BLK_STS_OK && is_whole(blk));
}

static u32 released;

/* At the instant of the release the host can see the index, so all that it covers must be there. */
static void see_release(enum barrier barrier, const void *place, unsigned long value)
{
	const struct nexus_ring *ring = guest_ring(REQUESTS);
	const struct ion_descriptor *slots = (const struct ion_descriptor *)ring->slots;
	const struct ion_descriptor *slot = &slots[(u32)(value - 1) % ring->capacity];

	if (barrier != BARRIER_RELEASE || place != ring->own_index)
		return;
	CHECK(slot->kind == ION_BLOCK_KIND_WRITE && slot->length == sizeof(data));
	CHECK(!memcmp(host_bytes(slot->offset), data, sizeof(data)));
	released++;
}

static void publishes_what_is_there(void)
{
	struct request *write;

	open_disk();
	fill_pattern(data, sizeof(data), 2);
	write = blk_request(0, REQ_OP_WRITE, 0, data, sizeof(data));
	barrier_watch = see_release;
	CHECK(blk_queue(write, true) == BLK_STS_OK);
	barrier_watch = NULL;
	CHECK(released == 1 && host_waiting(REQUESTS) == 1);
}

/* A batch becomes visible as a whole and rings once; one that breaks off is published by commit_rqs. */
static void rings_once_a_batch(void)
{
	struct ion_descriptor request;
	u32 rung;
	int tag;

	open_disk();
	host_listen(REQUESTS);
	rung = host_doorbells(REQUESTS);
	for (tag = 0; tag < 8; tag++) {
		CHECK(host_waiting(REQUESTS) == 0);
		CHECK(blk_queue(blk_request(tag, REQ_OP_READ, tag, data, 512), tag == 7) == BLK_STS_OK);
	}
	CHECK(host_waiting(REQUESTS) == 8 && host_doorbells(REQUESTS) == rung + 1);
	while (host_take(REQUESTS, &request))
		;
	CHECK(blk_queue(blk_request(8, REQ_OP_READ, 8, data, 512), false) == BLK_STS_OK);
	CHECK(host_waiting(REQUESTS) == 0);
	blk_commit();
	CHECK(host_waiting(REQUESTS) == 1);
}

/* Each tag has a buffer of its own, and with all in flight there is still a slot. */
static void takes_a_request_for_each_tag(void)
{
	struct nexus_blk *blk = open_disk();
	struct ion_descriptor request;
	u32 tag;

	CHECK(blk_tags() < nexus_ring_capacity(blk->requests) && blk_tags() <= nexus_ring_buffer_count(blk->requests));
	for (tag = 0; tag < blk_tags(); tag++) {
		memset(data, tag, 512);
		CHECK(blk_queue(blk_request(tag, REQ_OP_WRITE, tag, data, 512), true) == BLK_STS_OK);
	}
	CHECK(nexus_ring_space(blk->requests) > 0);
	for (tag = 0; host_take(REQUESTS, &request); tag++)
		CHECK(host_bytes(request.offset)[0] == tag && host_bytes(request.offset)[511] == tag);
	CHECK(tag == blk_tags());
}

/* A host that answers and gives no slot back; the last request that found one. */
static struct ion_descriptor fill_ring(struct nexus_blk *blk)
{
	struct ion_descriptor request;
	u32 i;

	for (i = 0; i < nexus_ring_capacity(blk->requests); i++) {
		CHECK(blk_queue(blk_request(0, REQ_OP_READ, i, data, 512), true) == BLK_STS_OK);
		CHECK(host_take(REQUESTS, &request));
		answer(&request, ION_BLOCK_STATUS_OK, data, 512);
	}
	return request;
}

/* It is kept until there is room. */
static void keeps_what_finds_no_slot(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *read;

	fill_ring(blk);
	read = blk_request(0, REQ_OP_READ, 9, data, 512);
	CHECK(blk_queue(read, true) == BLK_STS_RESOURCE && read->ended == 0 && is_whole(blk));
	CHECK(nexus_blk_fail_in_flight(blk) == 0);
	host_release(REQUESTS);
	CHECK(blk_queue(read, true) == BLK_STS_OK && host_waiting(REQUESTS) == 1);
}

/* The host guesses the tag of what it was never asked: nothing waits for an answer to it. */
static void awaits_only_what_was_sent(void)
{
	struct nexus_blk *blk = open_disk();
	struct ion_descriptor next = fill_ring(blk);
	struct request *read = blk_request(0, REQ_OP_READ, 9, data, 512);

	CHECK(blk_queue(read, true) == BLK_STS_RESOURCE);
	next.tag += 1u << NEXUS_BLK_TAG_BITS;
	answer(&next, ION_BLOCK_STATUS_OK, data, 512);
	CHECK(is_closed(blk) && read->ended == 0);
}

static void refuses_what_fits_no_pool(void)
{
	struct nexus_blk *blk = open_disk();
	const u32 length = nexus_ring_pool_size(blk->requests) + 512;
	u8 *much = calloc(1, length);

	CHECK(blk_queue(blk_request(0, REQ_OP_WRITE, 0, much, length), true) == BLK_STS_IOERR);
	CHECK(host_waiting(REQUESTS) == 0);
	free(much);
}

static void refuses_other_operations(void)
{
	struct nexus_blk *blk = open_disk();

	CHECK(blk_queue(blk_request(0, REQ_OP_FLUSH, 0, NULL, 0), true) == BLK_STS_NOTSUPP);
	CHECK(blk_queue(blk_request(0, REQ_OP_DISCARD, 0, data, 512), true) == BLK_STS_NOTSUPP);
	CHECK(host_waiting(REQUESTS) == 0 && is_whole(blk));
}

static void refuses_closed_rings(void)
{
	struct nexus_blk *blk = open_disk();

	nexus_ring_break(blk->completions, "by the test");
	CHECK(blk_queue(blk_request(0, REQ_OP_READ, 0, data, 512), true) == BLK_STS_IOERR);
	CHECK(blk_queue(blk_request(1, REQ_OP_WRITE, 0, data, 512), true) == BLK_STS_IOERR);
	CHECK(host_waiting(REQUESTS) == 0);
}

static void begins_nothing_while_closing(void)
{
	struct nexus_blk *blk = open_disk();

	blk->closing = true;
	CHECK(blk_queue(blk_request(0, REQ_OP_READ, 0, data, 512), true) == BLK_STS_IOERR);
	CHECK(host_waiting(REQUESTS) == 0);
}

/* Behind one that fails none of its batch may come: what went before it does not wait. */
static void publishes_before_a_failure(void)
{
	struct nexus_blk *blk = open_disk();

	CHECK(blk_queue(blk_request(0, REQ_OP_READ, 0, data, 512), false) == BLK_STS_OK && host_waiting(REQUESTS) == 0);
	blk->closing = true;
	CHECK(blk_queue(blk_request(1, REQ_OP_READ, 1, data, 512), false) == BLK_STS_IOERR);
	CHECK(host_waiting(REQUESTS) == 1);
}

static const struct test tests[] = {
	{ "a read names exactly its sectors", reads_exact_sectors },
	{ "a write carries every byte", writes_every_byte },
	{ "bytes and descriptor are there before the index", publishes_what_is_there },
	{ "the doorbell is rung once a batch", rings_once_a_batch },
	{ "each tag has a slot and a buffer", takes_a_request_for_each_tag },
	{ "a request without a slot is kept", keeps_what_finds_no_slot },
	{ "what was not sent has no answer", awaits_only_what_was_sent },
	{ "a write that fits no pool is refused", refuses_what_fits_no_pool },
	{ "other operations are refused", refuses_other_operations },
	{ "closed rings take no request", refuses_closed_rings },
	{ "nothing is begun while the bridge goes away", begins_nothing_while_closing },
	{ "a batch goes out though one of it fails", publishes_before_a_failure },
};

const struct suite blk_requests = SUITE(tests);
