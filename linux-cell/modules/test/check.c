// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

int run_test(int argc, char **argv, const struct test *tests, size_t count)
{
	size_t i;

	for (i = 0; argc == 2 && i < count; i++) {
		if (strcmp(argv[1], tests[i].name))
			continue;
		tests[i].run();
		return 0;
	}
	for (i = 0; i < count; i++)
		puts(tests[i].name);
	return argc == 1 ? 0 : 2;
}

u32 random_word(void)
{
	static u64 state = 0x9e3779b97f4a7c15ull;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull) >> 32;
}

u32 random_below(u32 limit)
{
	return random_word() % limit;
}
