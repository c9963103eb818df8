//! How often each word occurs in a text, by a map in the order of insertion that copies its keys; words and lines.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Slot = struct { key: []const u8, hash: u32, value: u64 };

const Map = struct {
    slots: std.ArrayList(Slot) = .empty,
    index: []u32 = &.{},

    fn find(map: *Map, key: []const u8, hash: u32) ?*Slot {
        if (map.index.len == 0) return null;
        const mask = map.index.len - 1;
        var at = hash & mask;
        while (map.index[at] != 0) : (at = (at + 1) & mask) {
            const slot = &map.slots.items[map.index[at] - 1];
            if (slot.hash == hash and std.mem.eql(u8, slot.key, key)) return slot;
        }
        return null;
    }

    fn enter(map: *Map, number: usize, hash: u32) void {
        const mask = map.index.len - 1;
        var at = hash & mask;
        while (map.index[at] != 0) at = (at + 1) & mask;
        map.index[at] = @intCast(number);
    }

    fn rebuild(map: *Map, wanted: usize) !void {
        var size: usize = 8;
        while (size * 3 < wanted * 8) size *= 2;
        gpa.free(map.index);
        map.index = try gpa.alloc(u32, size);
        @memset(map.index, 0);
        for (map.slots.items, 1..) |slot, number| map.enter(number, slot.hash);
    }

    fn orSet(map: *Map, key: []const u8, value: u64) !*u64 {
        var hasher: kernel.Hasher = .init;
        hasher.text(key);
        const hash = hasher.finish();
        if (map.find(key, hash)) |slot| return &slot.value;
        if ((map.slots.items.len + 1) * 4 > map.index.len * 3) try map.rebuild(map.slots.items.len + 1);
        const slot = try map.slots.addOne(gpa);
        slot.* = .{ .key = try gpa.dupe(u8, key), .hash = hash, .value = value };
        map.enter(map.slots.items.len, hash);
        return &slot.value;
    }

    fn deinit(map: *Map) void {
        for (map.slots.items) |slot| gpa.free(slot.key);
        map.slots.deinit(gpa);
        gpa.free(map.index);
    }
};

/// A text of so many bytes: words made of their numbers, small ones more often, ten in a line.
fn makeText(size: usize) ![]const u8 {
    var bytes: std.ArrayList(u8) = try .initCapacity(gpa, size);
    defer bytes.deinit(gpa);
    var seed: u64 = 5;
    var count: usize = 0;
    while (bytes.items.len + 8 < size) {
        seed = kernel.nextRandom(seed);
        const r = (seed >> 33) % 65536;
        var number = r * r >> 18;
        while (true) {
            try bytes.append(gpa, 'a' + @as(u8, @intCast(number % 26)));
            number /= 26;
            if (number == 0) break;
        }
        count += 1;
        try bytes.append(gpa, if (count % 10 == 0) '\n' else ' ');
    }
    if (!std.unicode.utf8ValidateSlice(bytes.items)) return error.InvalidUtf8;
    return gpa.dupe(u8, bytes.items);
}

fn countWords(text: []const u8, counts: *Map) !u64 {
    var lines: u64 = 0;
    var word: ?usize = null;
    for (text, 0..) |c, at| {
        if (c == ' ' or c == '\n') {
            if (word) |start| (try counts.orSet(text[start..at], 0)).* += 1;
            word = null;
            if (c == '\n') lines += 1;
        } else if (word == null) {
            word = at;
        }
    }
    if (word) |start| (try counts.orSet(text[start..], 0)).* += 1;
    return lines;
}

pub fn main() !void {
    const size = (try kernel.parameters(1))[0];
    const text = try makeText(size);
    defer gpa.free(text);
    var counts: Map = .{};
    defer counts.deinit();
    var checksum = try countWords(text, &counts);
    for (counts.slots.items) |slot| checksum = checksum *% 31 +% slot.value * slot.key.len +% slot.key[0];
    try kernel.result(checksum +% counts.slots.items.len);
}
