//! Text is built byte by byte and number by number, and then scanned.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

fn appendNumber(text: *std.ArrayList(u8), number: usize) !void {
    var digits: [20]u8 = undefined;
    var at = digits.len;
    var rest = number;
    while (true) {
        at -= 1;
        digits[at] = '0' + @as(u8, @intCast(rest % 10));
        rest /= 10;
        if (rest == 0) break;
    }
    for (digits[at..]) |digit| try text.append(gpa, digit);
}

fn build(text: *std.ArrayList(u8), count: usize) !void {
    for (0..count) |i| {
        try text.appendSlice(gpa, "item ");
        try appendNumber(text, i * 7919);
        try text.append(gpa, ',');
        try text.append(gpa, ' ');
        if (i % 10 == 9) try text.append(gpa, '\n');
    }
}

fn words(text: []const u8) u64 {
    var count: u64 = 0;
    var in_word = false;
    for (text) |c| {
        const is_space = c == ' ' or c == '\n';
        if (!is_space and !in_word) count += 1;
        in_word = !is_space;
    }
    return count;
}

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        var text: std.ArrayList(u8) = .empty;
        defer text.deinit(gpa);
        try build(&text, count + round);
        var hash: u32 = 2166136261;
        for (text.items) |c| hash = (hash ^ c) *% 16777619;
        checksum = checksum *% 31 +% hash +% words(text.items) +% text.items.len;
    }
    try kernel.result(checksum);
}
