/* SPDX-License-Identifier: GPL-2.0-only */
/* Hypercalls, and a hypervisor that answers them. */
#ifndef NEXUS_TEST_HYPERVISOR_SHIM_H
#define NEXUS_TEST_HYPERVISOR_SHIM_H

#include "shim.h"

enum arm_smccc_conduit { SMCCC_CONDUIT_NONE, SMCCC_CONDUIT_SMC, SMCCC_CONDUIT_HVC };

struct arm_smccc_res {
	unsigned long a0;
	unsigned long a1;
	unsigned long a2;
	unsigned long a3;
};

enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void);
void hypercall(u32 function, u64 argument, struct arm_smccc_res *result);
/* With an argument or without; the result is the last. */
#define arm_smccc_1_1_invoke(...) PICK_CALL(__VA_ARGS__, hypercall, hypercall_alone, 0)(__VA_ARGS__)
#define PICK_CALL(first, second, third, call, ...) call
#define hypercall_alone(function, result) hypercall(function, 0, result)

struct hypervisor {
	bool absent;
	u32 uid[4];
	/* The only epoch that can be attached to. */
	u64 epoch;
	/* Called when it is attached to. */
	void (*attaching)(void);
	u32 attached;
	u64 rung;
};
extern struct hypervisor hypervisor;

#endif
