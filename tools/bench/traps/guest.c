// SPDX-License-Identifier: Apache-2.0
// A guest that counts what its traps cost. Under QEMU's instruction counting one instruction takes one virtual
// nanosecond, so the virtual counter counts instructions, of the guest and of whoever serves it.
//
// Entered at EL1 with the MMU off, anywhere in memory; it prints one record for each kind of trap and powers off.
#include <stdint.h>

#define UART_DATA (*(volatile uint32_t *)0x09000000)
#define UART_FLAGS (*(volatile uint32_t *)0x09000018)
#define UART_TRANSMIT_FULL (1u << 5)

/* Not mapped at stage-2, neither by Rumpk nor by the bare stub. */
#define NOWHERE 0x0A000000ul

/* Function ids: SMC calling convention (Arm DEN 0028), PSCI (Arm DEN 0022), libs/ion-abi/ion-abi.yaml. */
#define SMCCC_VERSION 0x80000000ul
#define PSCI_SYSTEM_OFF 0x84000008ul
#define ION_DOORBELL 0xC6000001ul
/* The console's guest-to-host ring. */
#define RING_MASK 2ul

#define CALLS 16384ul

static uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value)::"memory");
	return value;
}

static void put(char c)
{
	while (UART_FLAGS & UART_TRANSMIT_FULL)
		;
	UART_DATA = (uint8_t)c;
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

static void put_number(uint64_t value)
{
	char digits[20];
	unsigned int count = 0;

	do
		digits[count++] = (char)('0' + value % 10);
	while (value /= 10);
	while (count)
		put(digits[--count]);
}

static void report(const char *name, uint64_t ticks)
{
	put_text("@bench ");
	put_text(name);
	put_text(" calls=");
	put_number(CALLS);
	put_text(" ticks=");
	put_number(ticks);
	put_text("\r\n");
}

/* The same loop each time, whatever is in it: what `trap` adds to the empty loop is what it costs. A hypercall may
 * change x0 to x17 (SMC calling convention), so its arguments are loaded anew. */
#define MEASURE(name, first, second, trap)                                                      \
	do {                                                                                    \
		uint64_t left = CALLS, argument0 = (first), argument1 = (second);               \
		uint64_t start = counter();                                                     \
												\
		__asm__ volatile("1:\tmov x0, %1\n\tmov x1, %2\n\t" trap                        \
				 "\n\tsubs %0, %0, #1\n\tb.ne 1b"                               \
				 : "+r"(left)                                                   \
				 : "r"(argument0), "r"(argument1)                               \
				 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",  \
				   "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",      \
				   "cc", "memory");                                             \
		report(name, counter() - start);                                                \
	} while (0)

void image_main(void)
{
	uint64_t frequency;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	put_text("@bench frequency hz=");
	put_number(frequency);
	put_text("\r\n");
	MEASURE("empty", 0, 0, "");
	MEASURE("hvc_version", SMCCC_VERSION, 0, "hvc #0");
	MEASURE("hvc_doorbell", ION_DOORBELL, RING_MASK, "hvc #0");
	MEASURE("register_read", 0, 0, "mrs x0, actlr_el1");
	/* Last: a hypervisor that emulates no device ends the guest here. */
	MEASURE("mmio_read", NOWHERE, 0, "ldr w1, [x0]");
	MEASURE("mmio_write", NOWHERE, 0, "str w1, [x0]");
	put_text("@bench end\r\n");
	__asm__ volatile("mov x0, %0\n\thvc #0" ::"r"(PSCI_SYSTEM_OFF) : "x0", "x1", "x2", "x3", "memory");
	for (;;)
		;
}
