//! The Mandelbrot set: how many steps each point takes to leave.

const kernel = @import("kernel.zig");

fn steps(cx: f64, cy: f64, limit: usize) u64 {
    var x: f64 = 0;
    var y: f64 = 0;
    for (0..limit) |step| {
        const xx = x * x;
        const yy = y * y;
        if (xx + yy > 4) return step;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
    }
    return limit;
}

pub fn main() !void {
    const size, const limit = try kernel.parameters(2);
    const width: f64 = @floatFromInt(size);
    var checksum: u64 = 0;
    for (0..size) |row| {
        for (0..size) |column| {
            const cx = 3 * @as(f64, @floatFromInt(column)) / width - 2;
            const cy = 2 * @as(f64, @floatFromInt(row)) / width - 1;
            checksum = checksum *% 31 +% steps(cx, cy, limit);
        }
    }
    try kernel.result(checksum);
}
