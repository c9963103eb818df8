//! A cache that drops the least recently used entry: a hash map and a doubly linked list through the same nodes.

const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Entry = struct {
    key: u64,
    value: u64,
    chain: ?*Entry,
    newer: ?*Entry = null,
    older: ?*Entry = null,
};

const Cache = struct {
    limit: usize,
    length: usize = 0,
    buckets: []?*Entry,
    newest: ?*Entry = null,
    oldest: ?*Entry = null,

    fn init(limit: usize) !Cache {
        var size: usize = 16;
        while (size < limit) size *= 2;
        const buckets = try gpa.alloc(?*Entry, size);
        @memset(buckets, null);
        return .{ .limit = limit, .buckets = buckets };
    }

    fn deinit(cache: *Cache) void {
        var at = cache.newest;
        while (at) |entry| {
            at = entry.older;
            gpa.destroy(entry);
        }
        gpa.free(cache.buckets);
    }

    fn bucket(cache: *Cache, key: u64) *?*Entry {
        const hash = key *% 0x9E3779B97F4A7C15;
        return &cache.buckets[hash >> 32 & cache.buckets.len - 1];
    }

    fn find(cache: *Cache, key: u64) ?*Entry {
        var at = cache.bucket(key).*;
        while (at) |entry| : (at = entry.chain) {
            if (entry.key == key) return entry;
        }
        return null;
    }

    /// Takes an entry out of the list.
    fn unlink(cache: *Cache, entry: *Entry) void {
        if (entry.newer) |newer| newer.older = entry.older else cache.newest = entry.older;
        if (entry.older) |older| older.newer = entry.newer else cache.oldest = entry.newer;
    }

    /// Puts an entry at the head of the list.
    fn link(cache: *Cache, entry: *Entry) void {
        entry.newer = null;
        entry.older = cache.newest;
        if (cache.newest) |newest| newest.newer = entry else cache.oldest = entry;
        cache.newest = entry;
    }

    fn dropOldest(cache: *Cache) void {
        const last = cache.oldest.?;
        cache.unlink(last);
        const place = cache.bucket(last.key);
        var before: ?*Entry = null;
        var at = place.*;
        while (at) |entry| : (at = entry.chain) {
            if (entry == last) break;
            before = entry;
        }
        if (before) |entry| entry.chain = last.chain else place.* = last.chain;
        gpa.destroy(last);
        cache.length -= 1;
    }

    fn get(cache: *Cache, key: u64) ?u64 {
        const entry = cache.find(key) orelse return null;
        cache.unlink(entry);
        cache.link(entry);
        return entry.value;
    }

    fn put(cache: *Cache, key: u64, value: u64) !void {
        if (cache.length == cache.limit) cache.dropOldest();
        const place = cache.bucket(key);
        const entry = try gpa.create(Entry);
        entry.* = .{ .key = key, .value = value, .chain = place.* };
        place.* = entry;
        cache.link(entry);
        cache.length += 1;
    }
};

pub fn main() !void {
    const limit, const count = try kernel.parameters(2);
    var cache: Cache = try .init(limit);
    defer cache.deinit();
    var seed: u64 = 5;
    var checksum: u64 = 0;
    for (0..count) |i| {
        seed = kernel.nextRandom(seed);
        const key = (seed >> 40) % limit + (seed >> 20) % limit;
        if (cache.get(key)) |value| {
            checksum +%= value;
        } else {
            try cache.put(key, i);
            checksum *%= 31;
        }
    }
    try kernel.result(checksum);
}
