//! Fannkuch: the most reversals of prefixes that bring a permutation's 0 to the front.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

fn flipsOf(permutation: []usize) i64 {
    var flips: i64 = 0;
    while (permutation[0] != 0) : (flips += 1) {
        var low: usize = 0;
        var high = permutation[0];
        while (low < high) {
            std.mem.swap(usize, &permutation[low], &permutation[high]);
            low += 1;
            high -= 1;
        }
    }
    return flips;
}

pub fn main() !void {
    const size = (try kernel.parameters(1))[0];
    const permutation = try gpa.alloc(usize, size);
    const copy = try gpa.alloc(usize, size);
    const count = try gpa.alloc(usize, size);
    for (permutation, 0..) |*item, i| item.* = i;
    var checksum: i64 = 0;
    var most: i64 = 0;
    var number: usize = 0;
    var rest = size;
    while (true) : (number += 1) {
        while (rest > 1) : (rest -= 1) count[rest - 1] = rest;
        @memcpy(copy, permutation);
        const flips = flipsOf(copy);
        most = @max(most, flips);
        checksum += if (number % 2 == 0) flips else -flips;
        while (true) : (rest += 1) {
            if (rest == size) return kernel.result(@bitCast(checksum * 100 + most));
            const first = permutation[0];
            for (0..rest) |i| permutation[i] = permutation[i + 1];
            permutation[rest] = first;
            count[rest] -= 1;
            if (count[rest] > 0) break;
        }
    }
}
