// SPDX-License-Identifier: GPL-2.0-only
#include "hypervisor_shim.h"

#include "check.h"
#include "ion_abi.h"

struct hypervisor hypervisor;

enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void)
{
	return hypervisor.absent ? SMCCC_CONDUIT_NONE : SMCCC_CONDUIT_HVC;
}

static u64 attach(u64 epoch)
{
	if (epoch != hypervisor.epoch)
		return -1;
	if (hypervisor.attaching)
		hypervisor.attaching();
	hypervisor.attached++;
	return 0;
}

/* A function that it does not know is answered with -1, as SMCCC has it. */
void hypercall(u32 function, u64 argument, struct arm_smccc_res *result)
{
	CHECK(!hypervisor.absent);
	*result = (struct arm_smccc_res){ .a0 = -1 };
	switch (function) {
	case ION_HYPERCALL_VENDOR_UID:
		*result = (struct arm_smccc_res){ hypervisor.uid[0], hypervisor.uid[1], hypervisor.uid[2], hypervisor.uid[3] };
		break;
	case ION_HYPERCALL_ATTACH:
		result->a0 = attach(argument);
		break;
	case ION_HYPERCALL_DOORBELL:
		hypervisor.rung |= argument;
		result->a0 = 0;
		break;
	}
}
