//! The spectral norm of an infinite matrix, by the power method.

const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

fn cell(i: usize, j: usize) f64 {
    return 1 / @as(f64, @floatFromInt((i + j) * (i + j + 1) / 2 + i + 1));
}

fn multiply(v: []const f64, into: []f64) void {
    for (into, 0..) |*item, i| {
        var sum: f64 = 0;
        for (v, 0..) |x, j| sum += cell(i, j) * x;
        item.* = sum;
    }
}

fn multiplyTransposed(v: []const f64, into: []f64) void {
    for (into, 0..) |*item, i| {
        var sum: f64 = 0;
        for (v, 0..) |x, j| sum += cell(j, i) * x;
        item.* = sum;
    }
}

pub fn main() !void {
    const size = (try kernel.parameters(1))[0];
    const u = try gpa.alloc(f64, size);
    const v = try gpa.alloc(f64, size);
    const between = try gpa.alloc(f64, size);
    @memset(u, 1);
    for (0..10) |_| {
        multiply(u, between);
        multiplyTransposed(between, v);
        multiply(v, between);
        multiplyTransposed(between, u);
    }
    var uv: f64 = 0;
    var vv: f64 = 0;
    for (u, v) |x, y| {
        uv += x * y;
        vv += y * y;
    }
    try kernel.result(@intFromFloat(uv / vv * 1e9));
}
