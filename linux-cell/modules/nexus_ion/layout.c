// SPDX-License-Identifier: GPL-2.0-only
#include "layout.h"

#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define PAGE 4096u

/* What the host lets the guest do with a section of each kind, and whether there must be one. */
static const struct {
	u32 access;
	bool required;
} section_kinds[] = {
	[ION_SECTION_KIND_HEADER] = { ION_ACCESS_READ_ONLY, true },
	[ION_SECTION_KIND_HOST_CONTROL] = { ION_ACCESS_READ_ONLY, true },
	[ION_SECTION_KIND_GUEST_CONTROL] = { ION_ACCESS_READ_WRITE, true },
	[ION_SECTION_KIND_SPARE] = { ION_ACCESS_READ_ONLY, false },
	[ION_SECTION_KIND_HOST_TO_GUEST] = { ION_ACCESS_READ_ONLY, true },
	[ION_SECTION_KIND_GUEST_TO_HOST] = { ION_ACCESS_READ_WRITE, true },
};

bool nexus_expect(struct nexus_fault *fault, const char *field, u64 expected, u64 found)
{
	if (expected == found)
		return true;
	fault->field = field;
	fault->expected = expected;
	fault->rule = NULL;
	fault->found = found;
	return false;
}

bool nexus_require(struct nexus_fault *fault, bool holds, const char *field, const char *rule, u64 found)
{
	if (holds)
		return true;
	fault->field = field;
	fault->rule = rule;
	fault->found = found;
	return false;
}

static bool check_header(const struct ion_header *header, u32 window_size, struct nexus_fault *fault)
{
	const u32 sections_end = header->section_table_offset + header->section_count * sizeof(struct ion_section);

	*fault = (struct nexus_fault){ .table = "header", .entry = -1 };
	return nexus_expect(fault, "magic", ION_MAGIC, header->magic) &&
	       nexus_expect(fault, "abi_version", ION_ABI_VERSION, header->abi_version) &&
	       nexus_expect(fault, "header_size", sizeof(struct ion_header), header->header_size) &&
	       nexus_expect(fault, "window_size", window_size, header->window_size) &&
	       nexus_require(fault, header->epoch != 0, "epoch", "not 0", header->epoch) &&
	       nexus_require(fault, header->section_count >= 1 && header->section_count <= NEXUS_MAX_SECTIONS,
			     "section_count", "1 to 16", header->section_count) &&
	       nexus_require(fault, header->ring_count >= 1 && header->ring_count <= NEXUS_MAX_RINGS, "ring_count",
			     "1 to 32", header->ring_count) &&
	       nexus_require(fault,
			     IS_ALIGNED(header->section_table_offset, 16) &&
				     header->section_table_offset >= sizeof(struct ion_header) &&
				     header->section_table_offset <= PAGE - sizeof(struct ion_section) * NEXUS_MAX_SECTIONS,
			     "section_table_offset", "behind the header, in the first page", header->section_table_offset) &&
	       nexus_require(fault,
			     IS_ALIGNED(header->ring_table_offset, 16) && header->ring_table_offset >= sections_end &&
				     header->ring_table_offset <= PAGE - sizeof(struct ion_ring) * header->ring_count,
			     "ring_table_offset", "behind the section table, in the first page",
			     header->ring_table_offset) &&
	       nexus_expect(fault, "host_state", ION_HOST_STATE_READY, header->host_state) &&
	       nexus_expect(fault, "reserved", 0, header->reserved);
}

static bool check_section(const struct ion_section *section, u32 begin, u32 window_size, struct nexus_fault *fault)
{
	return nexus_require(fault, section->kind >= ION_SECTION_KIND_HEADER && section->kind < ARRAY_SIZE(section_kinds),
			     "kind", "a known kind", section->kind) &&
	       nexus_expect(fault, "access", section_kinds[section->kind].access, section->access) &&
	       nexus_require(fault, section->offset == begin, "offset",
			     "the end of the section before", section->offset) &&
	       nexus_require(fault,
			     IS_ALIGNED(section->size, PAGE) && section->size > 0 && section->offset < window_size &&
				     section->size <= window_size - section->offset,
			     "size", "whole pages inside the window", section->size);
}

static bool check_sections(const struct nexus_layout *layout, struct nexus_fault *fault)
{
	u32 begin = 0;
	u32 kind;
	u32 i;

	*fault = (struct nexus_fault){ .table = "section" };
	for (i = 0; i < layout->header.section_count; i++) {
		const struct ion_section *section = &layout->sections[i];

		fault->entry = i;
		if (!check_section(section, begin, layout->header.window_size, fault))
			return false;
		if (!nexus_require(fault, section->kind == ION_SECTION_KIND_SPARE ||
					  nexus_layout_section(layout, section->kind) == section,
				   "kind", "a kind that no other section has", section->kind))
			return false;
		begin = section->offset + section->size;
	}
	fault->entry = -1;
	if (!nexus_expect(fault, "size", layout->header.window_size, begin))
		return false;
	for (kind = 0; kind < ARRAY_SIZE(section_kinds); kind++)
		if (section_kinds[kind].required && !nexus_layout_section(layout, kind))
			return nexus_require(fault, false, "kind", "a section of every required kind; missing is", kind);
	return true;
}

const struct ion_section *nexus_layout_section(const struct nexus_layout *layout, u32 kind)
{
	u32 i;

	for (i = 0; i < layout->header.section_count; i++)
		if (layout->sections[i].kind == kind)
			return &layout->sections[i];
	return NULL;
}

int nexus_layout_find_ring(const struct nexus_layout *layout, u32 channel)
{
	u32 i;

	for (i = 0; i < layout->header.ring_count; i++)
		if (layout->rings[i].channel == channel)
			return i;
	return -1;
}

bool nexus_layout_read(const void *window, u32 window_size, struct nexus_layout *layout, struct nexus_fault *fault)
{
	const struct ion_header *header = &layout->header;

	memcpy(&layout->header, window, sizeof(layout->header));
	if (!check_header(header, window_size, fault))
		return false;
	memcpy(layout->sections, window + header->section_table_offset, header->section_count * sizeof(layout->sections[0]));
	memcpy(layout->rings, window + header->ring_table_offset, header->ring_count * sizeof(layout->rings[0]));
	return check_sections(layout, fault) && nexus_layout_check_rings(layout, fault);
}
