/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Process entry: at exec the kernel leaves argc on the stack and SP 16-byte aligned (AAPCS64 §6.4.5.1).
 * The frame pointer is cleared so that an unwinder stops here.
 */
	.globl	_start
	.type	_start, %function
_start:
	mov	x29, #0
	mov	x30, #0
	bl	init_main
	brk	#0
	.size	_start, . - _start

	.section .note.GNU-stack, "", %progbits
