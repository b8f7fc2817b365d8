// SPDX-License-Identifier: Apache-2.0
#include "errno_name.h"

/* asm-generic/errno-base.h and errno.h: those that mounting, opening and loading modules can give. */
static const char *const names[] = {
	[1] = "EPERM",	 [2] = "ENOENT",  [5] = "EIO",	   [6] = "ENXIO",   [8] = "ENOEXEC",
	[9] = "EBADF",	 [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [14] = "EFAULT",
	[16] = "EBUSY",	 [17] = "EEXIST", [19] = "ENODEV", [20] = "ENOTDIR", [21] = "EISDIR",
	[22] = "EINVAL", [28] = "ENOSPC", [30] = "EROFS",  [34] = "ERANGE", [38] = "ENOSYS",
	[61] = "ENODATA", [71] = "EPROTO", [74] = "EBADMSG", [95] = "EOPNOTSUPP", [110] = "ETIMEDOUT",
	[116] = "ESTALE", [126] = "ENOKEY", [129] = "EKEYREJECTED",
};

const char *result_name(long result)
{
	const unsigned long number = (unsigned long)-result;

	if (result >= 0)
		return "ok";
	if (number < sizeof(names) / sizeof(names[0]) && names[number])
		return names[number];
	return "errno";
}
