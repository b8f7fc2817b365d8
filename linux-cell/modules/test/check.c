// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

int run_suites(int argc, char **argv, const struct suite *const *suites, size_t count)
{
	size_t i;
	size_t j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < suites[i]->count; j++) {
			const struct test *const test = &suites[i]->tests[j];

			if (argc == 1) {
				puts(test->name);
			} else if (!strcmp(argv[1], test->name)) {
				test->run();
				return 0;
			}
		}
	}
	return argc == 1 ? 0 : 2;
}

int run_test(int argc, char **argv, const struct test *tests, size_t count)
{
	const struct suite suite = { tests, count };
	const struct suite *const suites[] = { &suite };

	return run_suites(argc, argv, suites, ARRAY_SIZE(suites));
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

void fill_pattern(u8 *bytes, u32 length, u32 seed)
{
	u32 i;

	for (i = 0; i < length; i++)
		bytes[i] = i * 7 + i / 256 * 3 + seed;
}
