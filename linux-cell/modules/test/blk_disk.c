// SPDX-License-Identifier: GPL-2.0-only
#include "blk_disk.h"

#include "blk_shim.h"
#include "host.h"
#include "service.h"

struct ion_block_info disk_info(void)
{
	return (struct ion_block_info){ .capacity_sectors = SECTORS, .sector_size = 512, .sectors_max = 32 };
}

struct nexus_blk *bind_disk(void)
{
	struct ion_descriptor question;
	int error;
	struct nexus_service *service = service_bind(ANSWERS, REQUESTS, &error);

	CHECK(service && !strcmp(service->name, "block"));
	question = take_request();
	CHECK(question.kind == ION_BLOCK_KIND_INFO && !question.length && !question.offset && !question.argument);
	CHECK(question.tag == NEXUS_BLK_INFO_TAG);
	return dev_get_drvdata(&service->dev);
}

struct nexus_blk *open_disk(void)
{
	const struct ion_block_info info = disk_info();
	struct nexus_blk *blk = bind_disk();

	answer_info(&info, sizeof(info), NEXUS_BLK_INFO_TAG, ION_BLOCK_STATUS_OK);
	CHECK(is_whole(blk) && blk_disk->capacity == SECTORS);
	return blk;
}

void answer_info(const struct ion_block_info *info, u32 length, u32 tag, u32 status)
{
	const struct ion_descriptor question = { .kind = ION_BLOCK_KIND_INFO, .tag = tag };
	u8 payload[2 * sizeof(*info)] = { 0 };

	if (info)
		memcpy(payload, info, sizeof(*info));
	answer(&question, status, payload, length);
}

struct ion_descriptor take_request(void)
{
	struct ion_descriptor descriptor;

	CHECK(host_waiting(REQUESTS) == 1 && host_take(REQUESTS, &descriptor));
	host_release(REQUESTS);
	return descriptor;
}

void answer(const struct ion_descriptor *request, u32 status, const void *data, u32 length)
{
	struct ion_descriptor descriptor = { .kind = request->kind, .tag = request->tag, .argument = status, .length = length };

	if (length)
		descriptor.offset = host_fill(ANSWERS, data, length);
	host_send(ANSWERS, descriptor);
	CHECK(!service_poll());
}

bool is_closed(const struct nexus_blk *blk)
{
	return nexus_ring_is_broken(blk->completions) && nexus_ring_is_broken(blk->requests);
}

bool is_whole(const struct nexus_blk *blk)
{
	return !nexus_ring_is_broken(blk->completions) && !nexus_ring_is_broken(blk->requests);
}
