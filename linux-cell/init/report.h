/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /init has to say goes to /dev/kmsg: one write is one printk record, so no other message can tear it.
 * A record is a line "@init <name> key=value ..." that a proof compares field by field.
 */
#ifndef INIT_REPORT_H
#define INIT_REPORT_H

#include "text.h"

/* Opens /dev/kmsg; standard error stands in when that fails. */
void report_open(void);
/* Lifts the kernel's rate limit of ten lines in five seconds. Needs /proc. Returns 0 or a negative errno. */
long report_unlimit(void);

/* A line for people. */
void report_say(const char *message);

void record_begin(struct text *record, const char *name);
void record_word(struct text *record, const char *key, const char *word);
void record_number(struct text *record, const char *key, unsigned long number);
void record_result(struct text *record, long result);
void record_end(struct text *record);

#endif
