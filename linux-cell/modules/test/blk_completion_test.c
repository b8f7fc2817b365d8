// SPDX-License-Identifier: GPL-2.0-only
/* What the block layer is told of a request, whatever the host answers. */
#include "blk_disk.h"
#include "blk_shim.h"
#include "host.h"
#include "service.h"

static u8 data[8192];
static u8 sent[8192];

static struct ion_descriptor begin(int tag, enum req_op op, u32 length, struct request **request)
{
	*request = blk_request(tag, op, 3, data, length);
	CHECK(blk_queue(*request, true) == BLK_STS_OK);
	return take_request();
}

static void reads_into_every_segment(void)
{
	struct nexus_blk *blk = open_disk();
	struct ion_descriptor asked;
	struct request *read;

	fill_pattern(sent, sizeof(sent), 1);
	read = blk_request(2, REQ_OP_READ, 3, data + 4096, 512);
	read->segments[0].bv_offset = 1024;
	read->segments[1] = (struct bio_vec){ .bv_page = data, .bv_len = 1024 };
	read->segment_count = 2;
	CHECK(blk_queue(read, true) == BLK_STS_OK);
	asked = take_request();
	answer(&asked, ION_BLOCK_STATUS_OK, sent, 1536);
	CHECK(read->ended == 1 && read->status == BLK_STS_OK && is_whole(blk));
	CHECK(!memcmp(data + 4096 + 1024, sent, 512) && !memcmp(data, sent + 512, 1024));
	CHECK(data[1024] == 0 && data[4096 + 1024 + 512] == 0);
}

/* What the host says went wrong, as the block layer has it; what it does not say is no success. */
static void reports_every_error(void)
{
	static const struct {
		u32 status;
		blk_status_t expected;
	} errors[] = {
		{ ION_BLOCK_STATUS_IO_ERROR, BLK_STS_IOERR },	   { ION_BLOCK_STATUS_OUT_OF_RANGE, BLK_STS_TARGET },
		{ ION_BLOCK_STATUS_READ_ONLY, BLK_STS_NOTSUPP },   { ION_BLOCK_STATUS_REFUSED, BLK_STS_IOERR },
		{ ION_BLOCK_STATUS_REFUSED + 1, BLK_STS_IOERR },   { 0x100, BLK_STS_IOERR },
		{ 0xffffffff, BLK_STS_IOERR },
	};
	struct nexus_blk *blk = open_disk();
	u32 i;

	for (i = 0; i < 2 * ARRAY_SIZE(errors); i++) {
		struct request *request;
		const struct ion_descriptor asked = begin(i % 3, i % 2 ? REQ_OP_READ : REQ_OP_WRITE, 512, &request);

		answer(&asked, errors[i / 2].status, NULL, 0);
		CHECK(request->ended == 1 && request->status == errors[i / 2].expected && is_whole(blk));
	}
}

enum wrong { WRONG_GENERATION, WRONG_TAG, TAG_TOO_LARGE, WRONG_KIND, UNKNOWN_KIND };

/* An answer to nothing closes both rings; who waits is told that it failed. */
static void refuses_a_wrong_answer(void)
{
	enum wrong wrong;

	for (wrong = WRONG_GENERATION; wrong <= UNKNOWN_KIND; wrong++) {
		struct nexus_blk *blk = open_disk();
		struct request *read;
		struct ion_descriptor asked = begin(1, REQ_OP_READ, 512, &read);

		switch (wrong) {
		case WRONG_GENERATION:
			asked.tag += 1u << NEXUS_BLK_TAG_BITS;
			break;
		case WRONG_TAG:
			asked.tag++;
			break;
		case TAG_TOO_LARGE:
			asked.tag |= NEXUS_BLK_TAG_MASK;
			break;
		case WRONG_KIND:
			asked.kind = ION_BLOCK_KIND_WRITE;
			break;
		case UNKNOWN_KIND:
			asked.kind = 9;
			break;
		}
		answer(&asked, ION_BLOCK_STATUS_OK, sent, 512);
		CHECK(is_closed(blk) && read->ended == 1 && read->status == BLK_STS_IOERR);
		service_remove();
		stop_module();
	}
}

static void refuses_a_wrong_length(void)
{
	static const struct {
		enum req_op op;
		u32 status;
		u32 length;
	} answers[] = {
		{ REQ_OP_READ, ION_BLOCK_STATUS_OK, 0 },	{ REQ_OP_READ, ION_BLOCK_STATUS_OK, 512 },
		{ REQ_OP_READ, ION_BLOCK_STATUS_OK, 1023 },	{ REQ_OP_READ, ION_BLOCK_STATUS_OK, 1025 },
		{ REQ_OP_READ, ION_BLOCK_STATUS_IO_ERROR, 1024 }, { REQ_OP_WRITE, ION_BLOCK_STATUS_OK, 1024 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		struct nexus_blk *blk = open_disk();
		struct request *request;
		const struct ion_descriptor asked = begin(1, answers[i].op, 1024, &request);

		answer(&asked, answers[i].status, sent, answers[i].length);
		CHECK(is_closed(blk) && request->ended == 1 && request->status == BLK_STS_IOERR);
		service_remove();
		stop_module();
	}
}

/* The tag is in use again, and the answer to its last request comes a second time. */
static void refuses_a_late_answer(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *request;
	const struct ion_descriptor first = begin(4, REQ_OP_READ, 512, &request);

	answer(&first, ION_BLOCK_STATUS_OK, sent, 512);
	CHECK(request->ended == 1 && is_whole(blk));
	begin(4, REQ_OP_READ, 512, &request);
	answer(&first, ION_BLOCK_STATUS_OK, sent, 512);
	CHECK(is_closed(blk) && request->ended == 1 && request->status == BLK_STS_IOERR);
}

static void refuses_a_second_answer(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *request;
	const struct ion_descriptor asked = begin(4, REQ_OP_WRITE, 512, &request);

	answer(&asked, ION_BLOCK_STATUS_OK, NULL, 0);
	CHECK(is_whole(blk));
	answer(&asked, ION_BLOCK_STATUS_OK, NULL, 0);
	CHECK(is_closed(blk) && request->ended == 1 && request->status == BLK_STS_OK);
}

/* No more than the budget in one call; then it says that there is more, and gives back what it has taken. */
static void keeps_to_its_budget(void)
{
	struct nexus_blk *blk = open_disk();
	const u32 before = host_consumed(ANSWERS);
	struct request *requests[5];
	struct ion_descriptor asked[5];
	u32 i;

	for (i = 0; i < 5; i++)
		asked[i] = begin(i, REQ_OP_WRITE, 512, &requests[i]);
	for (i = 0; i < 5; i++)
		host_send(ANSWERS, (struct ion_descriptor){ .kind = asked[i].kind, .tag = asked[i].tag });
	CHECK(nexus_blk_take_completions(blk, 3) && host_consumed(ANSWERS) == before + 3);
	CHECK(requests[2]->ended == 1 && requests[3]->ended == 0);
	CHECK(!nexus_blk_take_completions(blk, 3) && host_consumed(ANSWERS) == before + 5);
	CHECK(requests[4]->ended == 1 && host_must_ring(ANSWERS));
}

static void fails_what_is_late(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *late;
	struct request *other;
	const struct ion_descriptor asked = begin(0, REQ_OP_READ, 512, &late);

	begin(1, REQ_OP_READ, 512, &other);
	CHECK(blk_time_out(late) == BLK_EH_DONE);
	CHECK(is_closed(blk) && late->ended == 1 && late->status == BLK_STS_TIMEOUT);
	answer(&asked, ION_BLOCK_STATUS_OK, sent, 512);
	CHECK(late->ended == 1 && other->ended == 1 && other->status == BLK_STS_IOERR);
	/* One that an answer has overtaken is the answer's. */
	other->state = MQ_RQ_IN_FLIGHT;
	CHECK(blk_time_out(other) == BLK_EH_RESET_TIMER && other->ended == 1);
}

/* Between the driver's word and the softirq that ends it a request is nobody's to complete again. */
static void completes_once(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *late;

	begin(0, REQ_OP_READ, 512, &late);
	blk_softirq_late = true;
	CHECK(blk_time_out(late) == BLK_EH_DONE && late->state == MQ_RQ_COMPLETE);
	CHECK(!service_poll() && nexus_blk_fail_in_flight(blk) == 0);
	blk_softirq();
	CHECK(late->ended == 1 && late->status == BLK_STS_TIMEOUT);
}

static void fails_all_when_a_ring_closes(void)
{
	struct nexus_blk *blk = open_disk();
	struct request *requests[3];
	u32 i;

	for (i = 0; i < 3; i++)
		begin(i, REQ_OP_READ, 512, &requests[i]);
	nexus_ring_break(blk->requests, "by the test");
	CHECK(!service_poll() && is_closed(blk));
	for (i = 0; i < 3; i++)
		CHECK(requests[i]->ended == 1 && requests[i]->status == BLK_STS_IOERR);
}

static const struct test tests[] = {
	{ "a read brings every byte", reads_into_every_segment },
	{ "no error of the host is a success", reports_every_error },
	{ "an answer to nothing closes both rings", refuses_a_wrong_answer },
	{ "an answer of the wrong length is none", refuses_a_wrong_length },
	{ "an answer to the tag's last request is none", refuses_a_late_answer },
	{ "a request is answered once", refuses_a_second_answer },
	{ "answers are taken within the budget", keeps_to_its_budget },
	{ "a request that is not answered in time fails", fails_what_is_late },
	{ "a request is completed once", completes_once },
	{ "what is in flight fails when a ring closes", fails_all_when_a_ring_closes },
};

const struct suite blk_completions = SUITE(tests);
