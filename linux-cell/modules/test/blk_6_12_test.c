// SPDX-License-Identifier: GPL-2.0-only
/* Where Linux 6.12 differs from 6.1: limits change as a whole, and the kernel may refuse them. */
#include "blk_disk.h"
#include "blk_shim.h"
#include "service.h"

extern const struct suite blk_disks;

static void closes_over_refused_limits(void)
{
	const struct ion_block_info info = disk_info();
	struct nexus_blk *blk = bind_disk();

	blk_limits_error = -EINVAL;
	answer_info(&info, sizeof(info), NEXUS_BLK_INFO_TAG, ION_BLOCK_STATUS_OK);
	CHECK(is_closed(blk) && blk_disk->capacity == 0);
}

static const struct test tests[] = {
	{ "limits that the kernel refuses close the rings", closes_over_refused_limits },
};

static const struct suite limits = SUITE(tests);

int main(int argc, char **argv)
{
	const struct suite *const suites[] = { &blk_disks, &limits };

	return run_suites(argc, argv, suites, ARRAY_SIZE(suites));
}
