/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NEXUS_TEST_CHECK_H
#define NEXUS_TEST_CHECK_H

#include "shim.h"

/* Ends the test, naming the place. */
#define CHECK(condition)                                                                        \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			exit(1);                                                                \
		}                                                                               \
	} while (0)

struct test {
	const char *name;
	void (*run)(void);
};

/* The tests of one file, where a program is made of several. */
struct suite {
	const struct test *tests;
	size_t count;
};

#define SUITE(tests) { tests, ARRAY_SIZE(tests) }

/* Runs the test that the command line names; names them all if it names none. */
int run_suites(int argc, char **argv, const struct suite *const *suites, size_t count);
int run_test(int argc, char **argv, const struct test *tests, size_t count);

/* xorshift64*: the same numbers in every run. */
u32 random_word(void);
u32 random_below(u32 limit);

/* Bytes that differ from place to place, also from one sector to the next, and from seed to seed. */
void fill_pattern(u8 *bytes, u32 length, u32 seed);

#endif
