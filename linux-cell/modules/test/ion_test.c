// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

extern const struct suite ion_attach;
extern const struct suite ion_doorbell;

int main(int argc, char **argv)
{
	const struct suite *const suites[] = { &ion_attach, &ion_doorbell };

	return run_suites(argc, argv, suites, ARRAY_SIZE(suites));
}
