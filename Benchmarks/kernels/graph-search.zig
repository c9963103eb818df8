//! Breadth-first searches through a graph whose nodes hold pointers to their neighbours.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Node = struct {
    id: i64,
    distance: i64 = -1,
    neighbours: std.ArrayList(*Node) = .empty,
};

fn search(start: *Node, queue: *std.ArrayList(*Node)) !i64 {
    queue.clearRetainingCapacity();
    start.distance = 0;
    try queue.append(gpa, start);
    var total: i64 = 0;
    var next: usize = 0;
    while (next < queue.items.len) : (next += 1) {
        const node = queue.items[next];
        total += node.distance * node.id;
        for (node.neighbours.items) |neighbour| {
            if (neighbour.distance < 0) {
                neighbour.distance = node.distance + 1;
                try queue.append(gpa, neighbour);
            }
        }
    }
    return total;
}

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    var nodes: std.ArrayList(*Node) = .empty;
    for (0..count) |i| {
        const node = try gpa.create(Node);
        node.* = .{ .id = @intCast(i) };
        try nodes.append(gpa, node);
    }
    var seed: u64 = 3;
    for (nodes.items) |node| {
        for (0..8) |_| {
            seed = kernel.nextRandom(seed);
            try node.neighbours.append(gpa, nodes.items[(seed >> 33) % count]);
        }
    }
    var queue: std.ArrayList(*Node) = .empty;
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        for (nodes.items) |node| node.distance = -1;
        checksum = checksum *% 31 +% @as(u64, @intCast(try search(nodes.items[round], &queue)));
    }
    try kernel.result(checksum);
}
