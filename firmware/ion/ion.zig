// SPDX-License-Identifier: Apache-2.0
//! ION: the window that Rumpk and one cell share (seeding, validation, single-producer single-consumer rings, buffer pools)
//! and the kernel-internal rings and slabs. The rules R1-R13 that the comments name are in docs/ion-abi.md.
pub const abi = @import("ion_abi");

pub const Window = @import("window.zig").Window;
pub const layout = @import("layout.zig");
pub const seed = @import("seed.zig").seed;
pub const SeedParameters = @import("seed.zig").Parameters;
pub const setHostState = @import("seed.zig").setHostState;

pub const Producer = @import("producer.zig").Producer;
pub const ProducerOver = @import("producer.zig").ProducerOver;
pub const Consumer = @import("consumer.zig").Consumer;
pub const ConsumerOver = @import("consumer.zig").ConsumerOver;
pub const Outbox = @import("outbox.zig").Outbox;
pub const Policy = @import("policy.zig").Policy;
pub const Tags = @import("policy.zig").Tags;
pub const TagSet = @import("tags.zig").TagSet;
pub const BufferPool = @import("pool.zig").BufferPool;
pub const Broken = @import("fault.zig").Broken;
pub const Reason = @import("fault.zig").Reason;
pub const index = @import("index.zig");

pub const IonPacket = @import("packet.zig").IonPacket;
pub const CmdPacket = @import("packet.zig").CmdPacket;
pub const native_ring = @import("native_ring.zig");
pub const NativeRing = native_ring.NativeRing;
pub const SlabPool = @import("slab.zig").SlabPool;
