//! What every kernel in Zig shares: reading its parameters, random numbers, and SipHash-1-3, which the maps hash with.

const std = @import("std");
const File = std.Io.File;
const io = std.Io.Threaded.global_single_threaded.io();
const rotl = std.math.rotl;

pub const gpa = std.heap.smp_allocator;

/// The parameters: standard input has one a line.
pub fn parameters(comptime count: usize) ![count]usize {
    var buffer: [64]u8 = undefined;
    var reader = File.stdin().readerStreaming(io, &buffer);
    var values: [count]usize = undefined;
    for (&values) |*value| {
        const line = try reader.interface.takeDelimiter('\n') orelse return error.EndOfStream;
        value.* = try std.fmt.parseInt(usize, line, 10);
    }
    return values;
}

pub fn result(checksum: u64) !void {
    var buffer: [64]u8 = undefined;
    var writer = File.stdout().writerStreaming(io, &buffer);
    try writer.interface.print("{d}\n", .{@as(i64, @bitCast(checksum))});
    try writer.interface.flush();
}

pub fn nextRandom(seed: u64) u64 {
    return seed *% 6364136223846793005 +% 1442695040888963407;
}

pub const Hasher = struct {
    a: u64,
    b: u64,
    c: u64,
    d: u64,

    const k0 = 0x0706050403020100;
    const k1 = 0x0f0e0d0c0b0a0908;

    pub const init: Hasher = .{
        .a = k0 ^ 0x736F6D6570736575,
        .b = k1 ^ 0x646F72616E646F6D,
        .c = k0 ^ 0x6C7967656E657261,
        .d = k1 ^ 0x7465646279746573,
    };

    fn round(h: *Hasher) void {
        h.a +%= h.b;
        h.b = rotl(u64, h.b, 13) ^ h.a;
        h.a = rotl(u64, h.a, 32);
        h.c +%= h.d;
        h.d = rotl(u64, h.d, 16) ^ h.c;
        h.a +%= h.d;
        h.d = rotl(u64, h.d, 21) ^ h.a;
        h.c +%= h.b;
        h.b = rotl(u64, h.b, 17) ^ h.c;
        h.c = rotl(u64, h.c, 32);
    }

    pub fn word(h: *Hasher, value: u64) void {
        h.d ^= value;
        h.round();
        h.a ^= value;
    }

    pub fn text(h: *Hasher, bytes: []const u8) void {
        h.word(bytes.len);
        if (bytes.len == 0) return;
        var rest = bytes;
        while (rest.len >= 8) : (rest = rest[8..]) h.word(std.mem.readInt(u64, rest[0..8], .little));
        var last: u64 = 0;
        var left = rest.len;
        while (left > 0) : (left -= 1) last = last << 8 | rest[left - 1];
        h.word(last);
    }

    pub fn finish(h: *Hasher) u32 {
        h.c ^= 0xFF;
        h.round();
        h.round();
        h.round();
        return @truncate(h.a ^ h.b ^ h.c ^ h.d);
    }
};
