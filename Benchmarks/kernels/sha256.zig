//! SHA-256 of a long text.

const std = @import("std");
const kernel = @import("kernel.zig");
const rotr = std.math.rotr;

const constants = [64]u32{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/// Takes in a block of 64 bytes.
fn add(state: *[8]u32, block: *const [64]u8) void {
    var w: [64]u32 = undefined;
    for (w[0..16], 0..) |*word, i| word.* = std.mem.readInt(u32, block[i * 4 ..][0..4], .big);
    for (16..64) |i| {
        const x = w[i - 15];
        const y = w[i - 2];
        const s0 = rotr(u32, x, 7) ^ rotr(u32, x, 18) ^ x >> 3;
        const s1 = rotr(u32, y, 17) ^ rotr(u32, y, 19) ^ y >> 10;
        w[i] = w[i - 16] +% s0 +% w[i - 7] +% s1;
    }
    var a, var b, var c, var d, var e, var f, var g, var h = state.*;
    for (constants, w) |constant, word| {
        const s1 = rotr(u32, e, 6) ^ rotr(u32, e, 11) ^ rotr(u32, e, 25);
        const t1 = h +% s1 +% ((e & f) ^ (~e & g)) +% constant +% word;
        const s0 = rotr(u32, a, 2) ^ rotr(u32, a, 13) ^ rotr(u32, a, 22);
        const t2 = s0 +% ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d +% t1;
        d = c;
        c = b;
        b = a;
        a = t1 +% t2;
    }
    for (state, [8]u32{ a, b, c, d, e, f, g, h }) |*word, value| word.* +%= value;
}

/// The text is a multiple of 64 bytes long.
pub fn main() !void {
    const size, const rounds = try kernel.parameters(2);
    const text = try kernel.gpa.alloc(u8, size + 64);
    @memset(text[size..], 0);
    for (text[0..size], 0..) |*byte, i| byte.* = @truncate(i * 7 + (i >> 8));
    text[size] = 0x80;
    std.mem.writeInt(u64, text[size + 56 ..][0..8], size * 8, .big);
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        text[0] = @truncate(round);
        var state = [8]u32{
            0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
        };
        var at: usize = 0;
        while (at < text.len) : (at += 64) add(&state, text[at..][0..64]);
        for (state) |word| checksum = checksum *% 31 +% word;
    }
    try kernel.result(checksum);
}
