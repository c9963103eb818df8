//! The library's map in Zig: entries in the order of their insertion, found by an index of their numbers.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Slot = struct { key: u64, value: u64, hash: u32, is_live: bool = true };

const Map = struct {
    slots: std.ArrayList(Slot) = .empty,
    index: []u32 = &.{},
    count: usize = 0,

    fn find(map: *Map, key: u64, hash: u32) ?*Slot {
        if (map.index.len == 0) return null;
        const mask = map.index.len - 1;
        var at = hash & mask;
        while (map.index[at] != 0) : (at = (at + 1) & mask) {
            const slot = &map.slots.items[map.index[at] - 1];
            if (slot.hash == hash and slot.is_live and slot.key == key) return slot;
        }
        return null;
    }

    fn enter(map: *Map, number: usize, hash: u32) void {
        const mask = map.index.len - 1;
        var at = hash & mask;
        while (map.index[at] != 0) at = (at + 1) & mask;
        map.index[at] = @intCast(number);
    }

    /// Drops the removed entries, and makes an index with room for the wanted entries and as many again.
    fn rebuild(map: *Map, wanted: usize) !void {
        var kept: usize = 0;
        for (map.slots.items) |slot| {
            if (!slot.is_live) continue;
            map.slots.items[kept] = slot;
            kept += 1;
        }
        map.slots.shrinkRetainingCapacity(kept);
        var size: usize = 8;
        while (size * 3 < wanted * 8) size *= 2;
        gpa.free(map.index);
        map.index = try gpa.alloc(u32, size);
        @memset(map.index, 0);
        for (map.slots.items, 1..) |slot, number| map.enter(number, slot.hash);
    }

    fn add(map: *Map, key: u64, hash: u32, value: u64) !*Slot {
        if ((map.slots.items.len + 1) * 4 > map.index.len * 3) try map.rebuild(map.count + 1);
        const slot = try map.slots.addOne(gpa);
        slot.* = .{ .key = key, .value = value, .hash = hash };
        map.enter(map.slots.items.len, hash);
        map.count += 1;
        return slot;
    }

    fn orSet(map: *Map, key: u64, value: u64) !*u64 {
        const hash = hashOf(key);
        const slot = map.find(key, hash) orelse try map.add(key, hash, value);
        return &slot.value;
    }

    fn remove(map: *Map, key: u64) bool {
        const slot = map.find(key, hashOf(key)) orelse return false;
        slot.is_live = false;
        map.count -= 1;
        return true;
    }

    fn deinit(map: *Map) void {
        map.slots.deinit(gpa);
        gpa.free(map.index);
    }
};

fn hashOf(key: u64) u32 {
    var hasher: kernel.Hasher = .init;
    hasher.word(key);
    return hasher.finish();
}

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        var counts: Map = .{};
        defer counts.deinit();
        var seed: u64 = 7;
        for (0..count) |_| {
            seed = kernel.nextRandom(seed);
            (try counts.orSet((seed >> 33) % count, 0)).* += 1;
        }
        for (0..count) |key| {
            const value = if (counts.find(key, hashOf(key))) |slot| slot.value else 0;
            checksum = checksum *% 31 +% value;
        }
        for (0..count) |key| {
            if (key % 3 == round % 3 and counts.remove(key)) checksum +%= 1;
        }
        for (0..count) |key| {
            if (counts.find(key, hashOf(key)) != null) checksum +%= key;
        }
        for (counts.slots.items) |slot| {
            if (slot.is_live) checksum = checksum *% 31 +% slot.key * slot.value;
        }
        checksum +%= counts.count;
    }
    try kernel.result(checksum);
}
