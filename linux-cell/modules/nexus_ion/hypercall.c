// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hypercall.h"

#include <linux/arm-smccc.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "ion_abi.h"

int nexus_hypercall_identify(void)
{
	struct arm_smccc_res uid;

	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_NONE) {
		pr_err("no hypercalls: expected SMCCC 1.1 or later through PSCI, found none\n");
		return -ENXIO;
	}
	arm_smccc_1_1_invoke(ION_HYPERCALL_VENDOR_UID, &uid);
	if (lower_32_bits(uid.a0) == ION_VENDOR_UID_WORD0 && lower_32_bits(uid.a1) == ION_VENDOR_UID_WORD1 &&
	    lower_32_bits(uid.a2) == ION_VENDOR_UID_WORD2 && lower_32_bits(uid.a3) == ION_VENDOR_UID_WORD3)
		return 0;
	pr_err("not Rumpk: expected vendor UID %08x %08x %08x %08x, found %08x %08x %08x %08x\n", ION_VENDOR_UID_WORD0, ION_VENDOR_UID_WORD1,
	       ION_VENDOR_UID_WORD2, ION_VENDOR_UID_WORD3, lower_32_bits(uid.a0), lower_32_bits(uid.a1), lower_32_bits(uid.a2),
	       lower_32_bits(uid.a3));
	return -ENXIO;
}

int nexus_hypercall_attach(u64 epoch)
{
	struct arm_smccc_res result;

	arm_smccc_1_1_invoke(ION_HYPERCALL_ATTACH, epoch, &result);
	if (result.a0 == 0)
		return 0;
	pr_err("ion_attach refused: epoch %llu, expected 0, found %ld\n", epoch, (long)result.a0);
	return -EACCES;
}

void nexus_hypercall_doorbell(u64 rings)
{
	struct arm_smccc_res result;

	arm_smccc_1_1_invoke(ION_HYPERCALL_DOORBELL, rings, &result);
}
