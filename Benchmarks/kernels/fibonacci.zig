//! Fibonacci numbers by plain recursion: the cost of calls.

const kernel = @import("kernel.zig");

fn fibonacci(n: u64) u64 {
    if (n < 2) return n;
    return fibonacci(n - 1) + fibonacci(n - 2);
}

pub fn main() !void {
    const n = (try kernel.parameters(1))[0];
    try kernel.result(fibonacci(n));
}
