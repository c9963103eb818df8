//! A hash map whose buckets are chains of nodes: words are counted, looked up, and removed.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Entry = struct { key: u64, value: u64, next: ?*Entry };

const Table = struct {
    buckets: []?*Entry,
    length: usize = 0,

    fn init() !Table {
        return .{ .buckets = try emptyBuckets(16) };
    }

    fn emptyBuckets(size: usize) ![]?*Entry {
        const buckets = try gpa.alloc(?*Entry, size);
        @memset(buckets, null);
        return buckets;
    }

    fn bucket(table: *Table, key: u64) *?*Entry {
        const hash = key *% 0x9E3779B97F4A7C15;
        return &table.buckets[hash >> 32 & table.buckets.len - 1];
    }

    fn grow(table: *Table) !void {
        const old = table.buckets;
        defer gpa.free(old);
        table.buckets = try emptyBuckets(old.len * 2);
        for (old) |head| {
            var at = head;
            while (at) |entry| {
                at = entry.next;
                const place = table.bucket(entry.key);
                entry.next = place.*;
                place.* = entry;
            }
        }
    }

    fn add(table: *Table, key: u64, amount: u64) !void {
        const place = table.bucket(key);
        var at = place.*;
        while (at) |entry| : (at = entry.next) {
            if (entry.key == key) {
                entry.value += amount;
                return;
            }
        }
        const entry = try gpa.create(Entry);
        entry.* = .{ .key = key, .value = amount, .next = place.* };
        place.* = entry;
        table.length += 1;
        if (table.length > table.buckets.len) try table.grow();
    }

    fn get(table: *Table, key: u64) u64 {
        var at = table.bucket(key).*;
        while (at) |entry| : (at = entry.next) {
            if (entry.key == key) return entry.value;
        }
        return 0;
    }

    fn remove(table: *Table, key: u64) bool {
        const place = table.bucket(key);
        var before: ?*Entry = null;
        var at = place.*;
        while (at) |entry| : (at = entry.next) {
            if (entry.key == key) {
                if (before) |earlier| earlier.next = entry.next else place.* = entry.next;
                gpa.destroy(entry);
                table.length -= 1;
                return true;
            }
            before = entry;
        }
        return false;
    }

    fn deinit(table: *Table) void {
        for (table.buckets) |head| {
            var at = head;
            while (at) |entry| {
                at = entry.next;
                gpa.destroy(entry);
            }
        }
        gpa.free(table.buckets);
    }
};

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        var table: Table = try .init();
        defer table.deinit();
        var seed: u64 = 7;
        for (0..count) |_| {
            seed = kernel.nextRandom(seed);
            try table.add((seed >> 33) % count, 1);
        }
        for (0..count) |key| checksum = checksum *% 31 +% table.get(key);
        for (0..count) |key| {
            if (key % 3 == round % 3 and table.remove(key)) checksum +%= 1;
        }
        for (0..count) |key| checksum +%= table.get(key) * key;
        checksum +%= table.length;
    }
    try kernel.result(checksum);
}
