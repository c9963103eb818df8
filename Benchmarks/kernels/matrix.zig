//! Multiplication of square matrices.

const kernel = @import("kernel.zig");

const Matrix = struct {
    size: usize,
    cells: []f64,

    fn init(size: usize, seed: usize) !Matrix {
        const matrix: Matrix = .{ .size = size, .cells = try kernel.gpa.alloc(f64, size * size) };
        for (0..size) |row| {
            for (0..size) |column| {
                const digit: f64 = @floatFromInt((row * seed + column) % 10);
                matrix.at(row, column).* = digit - 4.5;
            }
        }
        return matrix;
    }

    fn at(matrix: *const Matrix, row: usize, column: usize) *f64 {
        return &matrix.cells[row * matrix.size + column];
    }
};

fn multiply(a: *const Matrix, b: *const Matrix, into: *const Matrix) void {
    for (0..a.size) |row| {
        for (0..b.size) |column| {
            var sum: f64 = 0;
            for (0..a.size) |k| sum += a.at(row, k).* * b.at(k, column).*;
            into.at(row, column).* = sum;
        }
    }
}

pub fn main() !void {
    const size, const rounds = try kernel.parameters(2);
    const a: Matrix = try .init(size, 3);
    const b: Matrix = try .init(size, 7);
    const c: Matrix = try .init(size, 1);
    var sum: f64 = 0;
    for (0..rounds) |_| {
        multiply(&a, &b, &c);
        for (0..size) |i| sum += c.at(i, size - 1 - i).*;
        a.at(0, 0).* = sum / 1000;
    }
    const checksum: i64 = @intFromFloat(sum * 1000);
    try kernel.result(@bitCast(checksum));
}
