// SPDX-License-Identifier: Apache-2.0
#include "syscall.h"

enum {
	NR_FCNTL = 25,
	NR_MKDIRAT = 34,
	NR_MOUNT = 40,
	NR_FACCESSAT = 48,
	NR_OPENAT = 56,
	NR_CLOSE = 57,
	NR_READ = 63,
	NR_WRITE = 64,
	NR_PPOLL = 73,
	NR_SYNC = 81,
	NR_REBOOT = 142,
	NR_FINIT_MODULE = 273,
};

enum {
	AT_FDCWD = -100,
	F_GETFL = 3,
	/* linux/reboot.h */
	LINUX_REBOOT_MAGIC1 = (int)0xfee1dead,
	LINUX_REBOOT_MAGIC2 = 672274793,
	LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedc,
};

struct arguments {
	long a, b, c, d, e;
};

/* x8 holds the number, x0-x5 the arguments, x0 the result (arm64 system call convention). */
static long call(long number, struct arguments args)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = args.a;
	register long x1 __asm__("x1") = args.b;
	register long x2 __asm__("x2") = args.c;
	register long x3 __asm__("x3") = args.d;
	register long x4 __asm__("x4") = args.e;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory", "cc");
	return x0;
}

long sys_open(const char *path, int flags)
{
	return call(NR_OPENAT, (struct arguments){ AT_FDCWD, (long)path, flags, 0, 0 });
}

long sys_close(int fd)
{
	return call(NR_CLOSE, (struct arguments){ fd, 0, 0, 0, 0 });
}

long sys_read(int fd, void *buffer, size_t size)
{
	return call(NR_READ, (struct arguments){ fd, (long)buffer, (long)size, 0, 0 });
}

long sys_write(int fd, const void *buffer, size_t size)
{
	return call(NR_WRITE, (struct arguments){ fd, (long)buffer, (long)size, 0, 0 });
}

long sys_fcntl_getfl(int fd)
{
	return call(NR_FCNTL, (struct arguments){ fd, F_GETFL, 0, 0, 0 });
}

long sys_access(const char *path)
{
	return call(NR_FACCESSAT, (struct arguments){ AT_FDCWD, (long)path, 0, 0, 0 });
}

long sys_mkdir(const char *path, unsigned int mode)
{
	return call(NR_MKDIRAT, (struct arguments){ AT_FDCWD, (long)path, mode, 0, 0 });
}

long sys_mount(const char *source, const char *target, const char *type)
{
	return call(NR_MOUNT, (struct arguments){ (long)source, (long)target, (long)type, 0, 0 });
}

long sys_finit_module(int fd, const char *parameters)
{
	return call(NR_FINIT_MODULE, (struct arguments){ fd, (long)parameters, 0, 0, 0 });
}

long sys_sync(void)
{
	return call(NR_SYNC, (struct arguments){ 0, 0, 0, 0, 0 });
}

long sys_power_off(void)
{
	return call(NR_REBOOT, (struct arguments){ LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
						   LINUX_REBOOT_CMD_POWER_OFF, 0, 0 });
}

/* Waits for ever: init must not return, the kernel would panic. */
long sys_pause(void)
{
	return call(NR_PPOLL, (struct arguments){ 0, 0, 0, 0, 0 });
}
