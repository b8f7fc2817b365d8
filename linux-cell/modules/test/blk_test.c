// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

extern const struct suite blk_requests;
extern const struct suite blk_completions;
extern const struct suite blk_disks;

int main(int argc, char **argv)
{
	const struct suite *const suites[] = { &blk_requests, &blk_completions, &blk_disks };

	return run_suites(argc, argv, suites, ARRAY_SIZE(suites));
}
