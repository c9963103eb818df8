//! A linked list is walked again and again: its nodes in the order of memory, or shuffled.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Node = struct { value: u64, next: ?*Node = null };

fn shuffle(nodes: []*Node) void {
    var seed: u64 = 42;
    var i = nodes.len - 1;
    while (i > 0) : (i -= 1) {
        seed = kernel.nextRandom(seed);
        std.mem.swap(*Node, &nodes[(seed >> 33) % (i + 1)], &nodes[i]);
    }
}

fn sum(list: *const Node) u64 {
    var total: u64 = 0;
    var at: ?*const Node = list;
    while (at) |node| : (at = node.next) total += node.value;
    return total;
}

/// Every value grows by the one before it.
fn accumulate(list: *Node) void {
    var before: u64 = 0;
    var at: ?*Node = list;
    while (at) |node| : (at = node.next) {
        node.value += before & 0xFFFF;
        before = node.value;
    }
}

pub fn main() !void {
    const count, const rounds, const shuffled = try kernel.parameters(3);
    const nodes = try gpa.alloc(*Node, count);
    defer gpa.free(nodes);
    for (nodes, 0..) |*node, i| {
        node.* = try gpa.create(Node);
        node.*.* = .{ .value = i };
    }
    defer for (nodes) |node| gpa.destroy(node);
    if (shuffled == 1) shuffle(nodes);
    for (nodes[0 .. count - 1], nodes[1..]) |node, next| node.next = next;
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        if (round % 8 == 7) accumulate(nodes[0]);
        checksum = checksum *% 31 +% sum(nodes[0]);
    }
    try kernel.result(checksum);
}
