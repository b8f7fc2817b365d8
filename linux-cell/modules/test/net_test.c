// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

extern const struct suite net_transmits;
extern const struct suite net_receives;

int main(int argc, char **argv)
{
	const struct suite *const suites[] = { &net_transmits, &net_receives };

	return run_suites(argc, argv, suites, ARRAY_SIZE(suites));
}
