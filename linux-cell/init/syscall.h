/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that /init makes, by the generic 64-bit numbering (asm-generic/unistd.h). */
#ifndef INIT_SYSCALL_H
#define INIT_SYSCALL_H

#include <stddef.h>

/* Flags as in asm-generic/fcntl.h. */
#define O_RDONLY 0
#define O_WRONLY 1

/* Every call returns what the kernel returns: a value, or a negative errno. */
long sys_open(const char *path, int flags);
long sys_close(int fd);
long sys_read(int fd, void *buffer, size_t size);
long sys_write(int fd, const void *buffer, size_t size);
long sys_fcntl_getfl(int fd);
long sys_access(const char *path);
long sys_mkdir(const char *path, unsigned int mode);
long sys_mount(const char *source, const char *target, const char *type);
long sys_finit_module(int fd, const char *parameters);
long sys_sync(void);
long sys_power_off(void);
long sys_pause(void);

#endif
