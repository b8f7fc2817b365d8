// SPDX-License-Identifier: GPL-2.0-only
/* What disk there is, and how it comes and goes. */
#include "blk_disk.h"
#include "blk_shim.h"
#include "host.h"
#include "service.h"

static void is_what_the_host_says(void)
{
	static const u64 capacities[] = { 0, 1, SECTORS, 131072, ION_BLOCK_LBA_MASK };
	struct ion_block_info info = disk_info();
	u32 i;

	for (i = 0; i < ARRAY_SIZE(capacities); i++) {
		struct nexus_blk *blk = bind_disk();

		CHECK(blk_disk->added && blk_disk->capacity == 0 && !strcmp(blk_disk->disk_name, "nxblk0"));
		info.capacity_sectors = capacities[i];
		info.read_only = i % 2;
		/* A page at least, and no more than a buffer holds. */
		info.sectors_max = i == 0 ? 8 : 31 + i;
		answer_info(&info, sizeof(info), NEXUS_BLK_INFO_TAG, ION_BLOCK_STATUS_OK);
		CHECK(is_whole(blk) && blk_disk->capacity == capacities[i] && blk_disk->read_only == i % 2);
		CHECK(queue_max_hw_sectors(blk_disk->queue) == (i == 0 ? 8 : 32));
		service_remove();
		stop_module();
		CHECK(allocations == 0);
	}
}

static void refuses(struct ion_block_info info, u32 length, u32 tag)
{
	struct nexus_blk *blk = bind_disk();

	answer_info(&info, length, tag, ION_BLOCK_STATUS_OK);
	CHECK(is_closed(blk) && blk_disk->capacity == 0);
	service_remove();
	stop_module();
}

static void refuses_what_cannot_be(void)
{
	struct ion_block_info info = disk_info();

	info.sector_size = 4096;
	refuses(info, sizeof(info), NEXUS_BLK_INFO_TAG);
	info = disk_info();
	info.capacity_sectors = ION_BLOCK_LBA_MASK + 1;
	refuses(info, sizeof(info), NEXUS_BLK_INFO_TAG);
	info = disk_info();
	info.sectors_max = 7;
	refuses(info, sizeof(info), NEXUS_BLK_INFO_TAG);
	info = disk_info();
	refuses(info, sizeof(info) - 1, NEXUS_BLK_INFO_TAG);
	refuses(info, sizeof(info) + 1, NEXUS_BLK_INFO_TAG);
	refuses(info, 0, NEXUS_BLK_INFO_TAG);
	refuses(info, sizeof(info), 1);
}

/* A second answer could change the disk below a file system. */
static void is_told_once(void)
{
	struct ion_block_info info = disk_info();
	struct nexus_blk *blk = open_disk();

	info.capacity_sectors = 1;
	answer_info(&info, sizeof(info), NEXUS_BLK_INFO_TAG, ION_BLOCK_STATUS_OK);
	CHECK(is_closed(blk) && blk_disk->capacity == SECTORS);
}

/* Whatever the host says went wrong: there is no disk, and no size is read where none was sent. */
static void may_not_be_there(void)
{
	static const u32 statuses[] = { ION_BLOCK_STATUS_REFUSED, ION_BLOCK_STATUS_IO_ERROR, ION_BLOCK_STATUS_REFUSED + 1 };
	const struct ion_block_info info = disk_info();
	u32 i;

	for (i = 0; i < 2 * ARRAY_SIZE(statuses); i++) {
		struct nexus_blk *blk = bind_disk();

		answer_info(&info, i % 2 ? sizeof(info) : 0, NEXUS_BLK_INFO_TAG, statuses[i / 2]);
		CHECK(is_whole(blk) && blk_disk->capacity == 0);
		service_remove();
		stop_module();
	}
}

/* What the host still holds it may use: then, and only then, the rings are closed. */
static void leaves_nothing_in_flight(void)
{
	static u8 data[512];
	struct nexus_ring *requests;

	requests = open_disk()->requests;
	service_remove();
	CHECK(allocations == 0 && !nexus_ring_is_broken(requests));
	stop_module();

	requests = open_disk()->requests;
	CHECK(blk_queue(blk_request(9, REQ_OP_READ, 0, data, 512), true) == BLK_STS_OK);
	service_remove();
	CHECK(allocations == 0 && nexus_ring_is_broken(requests));
	stop_module();

	requests = bind_disk()->requests;
	service_remove();
	CHECK(allocations == 0 && nexus_ring_is_broken(requests));
}

static void write_what_is_dirty(void)
{
	static u8 page[4096];
	struct request *write = blk_request(7, REQ_OP_WRITE, 0, page, sizeof(page));

	CHECK(blk_queue(write, true) == BLK_STS_IOERR && host_waiting(REQUESTS) == 0);
	blk_deleting = NULL;
}

/* What comes while the disk goes fails at once: its answer would find nobody. */
static void takes_nothing_at_the_end(void)
{
	open_disk();
	blk_deleting = write_what_is_dirty;
	service_remove();
	CHECK(!blk_deleting && allocations == 0);
}

/* Its own state, the tags and the disk. */
static void needs_memory(void)
{
	u32 which;
	int error;

	for (which = 1; which <= 3; which++) {
		no_memory = which;
		CHECK(!service_bind(ANSWERS, REQUESTS, &error) && error == -ENOMEM && allocations == 0);
		CHECK(!blk_disk && no_memory == 0);
		stop_module();
	}
	bind_disk();
}

static void needs_its_registration(void)
{
	int error;

	blk_add_error = -EEXIST;
	CHECK(!service_bind(ANSWERS, REQUESTS, &error) && error == -EEXIST && allocations == 0 && !blk_disk);
	stop_module();
	blk_add_error = 0;
	bind_disk();
}

/* Its major number and its driver: insmod fails, and what there was already is given back. */
static void begins_as_a_whole(void)
{
	blk_major_error = -EBUSY;
	CHECK(start_module() == -EBUSY);
	blk_major_error = 0;
	service_register_error = -EEXIST;
	CHECK(start_module() == -EEXIST);
	service_register_error = 0;
	bind_disk();
}

/* A request of a page is one that the block layer may always make. */
static void needs_buffers_of_a_page(void)
{
	int error;

	CHECK(!service_bind(ION_RING_NET_RECEIVE, REQUESTS, &error) && error == -EPROTO && allocations == 0);
	stop_module();
	CHECK(!service_bind(ANSWERS, ION_RING_NET_TRANSMIT, &error) && error == -EPROTO && allocations == 0);
	stop_module();
	bind_disk();
	service_remove();
	host_open();
	guest_ring(ANSWERS)->buffer_size = guest_ring(REQUESTS)->buffer_size = PAGE_SIZE;
	CHECK(!service_probe() && queue_max_hw_sectors(blk_disk->queue) == 8);
}

/* A request has its bytes in one buffer, of the one ring when it writes and of the other when it reads. */
static void fits_the_smaller_buffer(void)
{
	static const u32 rings[] = { ANSWERS, REQUESTS };
	u32 i;

	bind_disk();
	CHECK(queue_max_hw_sectors(blk_disk->queue) == guest_ring(REQUESTS)->buffer_size / 512);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		service_remove();
		host_open();
		guest_ring(rings[i])->buffer_size = 2 * PAGE_SIZE;
		CHECK(!service_probe() && queue_max_hw_sectors(blk_disk->queue) == 16);
	}
}

/* The smallest of what the driver, the pool and the ring allow; a slot is left for the info request. */
static void has_a_slot_for_each_tag(void)
{
	bind_disk();
	CHECK(blk_tags() == 64);
	service_remove();
	host_open();
	guest_ring(REQUESTS)->capacity = 16;
	CHECK(!service_probe() && blk_tags() == 15);
	service_remove();
	host_open();
	guest_ring(REQUESTS)->buffer_count = 8;
	CHECK(!service_probe() && blk_tags() == 8);
}

static void needs_a_whole_ring(void)
{
	struct nexus_blk *blk = open_disk();

	nexus_ring_break(blk->requests, "by the test");
	service_remove();
	CHECK(service_probe() == -EPIPE && allocations == 0);
}

static const struct test tests[] = {
	{ "the disk is what the host says", is_what_the_host_says },
	{ "a disk that cannot be is refused", refuses_what_cannot_be },
	{ "the disk is told once", is_told_once },
	{ "the host may have no disk", may_not_be_there },
	{ "nothing stays in flight behind the bridge", leaves_nothing_in_flight },
	{ "a bridge without memory leaves nothing behind", needs_memory },
	{ "a disk that cannot be registered leaves nothing behind", needs_its_registration },
	{ "a module that cannot begin leaves nothing behind", begins_as_a_whole },
	{ "nothing is begun at the end", takes_nothing_at_the_end },
	{ "each tag has a slot, and the info request too", has_a_slot_for_each_tag },
	{ "a buffer holds a page", needs_buffers_of_a_page },
	{ "a request fits into the smaller buffer", fits_the_smaller_buffer },
	{ "a closed ring is no disk", needs_a_whole_ring },
};

const struct suite blk_disks = SUITE(tests);
