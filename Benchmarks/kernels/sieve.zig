//! The sieve of Eratosthenes.

const kernel = @import("kernel.zig");

fn primes(limit: usize) !u64 {
    const composite = try kernel.gpa.alloc(bool, limit + 1);
    defer kernel.gpa.free(composite);
    @memset(composite, false);
    var count: u64 = 0;
    for (2..limit + 1) |i| {
        if (composite[i]) continue;
        count += 1;
        var multiple = i * i;
        while (multiple <= limit) : (multiple += i) composite[multiple] = true;
    }
    return count;
}

pub fn main() !void {
    const limit, const rounds = try kernel.parameters(2);
    var checksum: u64 = 0;
    for (0..rounds) |round| checksum = checksum *% 31 +% try primes(limit - round);
    try kernel.result(checksum);
}
