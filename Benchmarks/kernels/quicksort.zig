//! Quicksort of random numbers.

const std = @import("std");
const kernel = @import("kernel.zig");

fn insertionSort(items: []u64) void {
    for (items, 0..) |item, i| {
        var j = i;
        while (j > 0 and items[j - 1] > item) : (j -= 1) items[j] = items[j - 1];
        items[j] = item;
    }
}

fn sort(items: []u64) void {
    if (items.len < 16) return insertionSort(items);
    const pivot = items[items.len / 2];
    var low: usize = 0;
    var high = items.len; // Behind the last that may belong to the lower part.
    while (low < high) {
        while (items[low] < pivot) low += 1;
        while (items[high - 1] > pivot) high -= 1;
        if (low < high) {
            std.mem.swap(u64, &items[low], &items[high - 1]);
            low += 1;
            high -= 1;
        }
    }
    sort(items[0..high]);
    sort(items[low..]);
}

pub fn main() !void {
    const count = (try kernel.parameters(1))[0];
    const items = try kernel.gpa.alloc(u64, count);
    defer kernel.gpa.free(items);
    var seed: u64 = 11;
    for (items) |*item| {
        seed = kernel.nextRandom(seed);
        item.* = seed >> 20;
    }
    sort(items);
    var checksum: u64 = 0;
    for (items, 0..) |item, i| checksum = checksum *% 31 +% (item ^ i);
    try kernel.result(checksum);
}
