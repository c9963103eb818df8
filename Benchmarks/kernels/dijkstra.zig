//! Shortest paths by Dijkstra's algorithm, with a binary heap of its own, on a graph of lists.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Edge = struct { to: usize, weight: u64 };

const Item = struct { distance: u64, node: usize };

const Queue = struct {
    items: std.ArrayList(Item) = .empty,

    fn push(queue: *Queue, item: Item) !void {
        var at = queue.items.items.len;
        try queue.items.append(gpa, item);
        const items = queue.items.items;
        while (at > 0) {
            const above = (at - 1) / 2;
            if (items[above].distance <= item.distance) break;
            items[at] = items[above];
            at = above;
        }
        items[at] = item;
    }

    fn pop(queue: *Queue) ?Item {
        const last = queue.items.pop() orelse return null;
        const items = queue.items.items;
        if (items.len == 0) return last;
        const first = items[0];
        var at: usize = 0;
        while (true) {
            var below = at * 2 + 1;
            if (below >= items.len) break;
            if (below + 1 < items.len and items[below + 1].distance < items[below].distance) below += 1;
            if (items[below].distance >= last.distance) break;
            items[at] = items[below];
            at = below;
        }
        items[at] = last;
        return first;
    }
};

fn search(graph: []const std.ArrayList(Edge), start: usize, distances: []u64, queue: *Queue) !u64 {
    @memset(distances, std.math.maxInt(u64));
    distances[start] = 0;
    try queue.push(.{ .distance = 0, .node = start });
    var sum: u64 = 0;
    while (queue.pop()) |item| {
        if (item.distance > distances[item.node]) continue;
        sum += item.distance;
        for (graph[item.node].items) |edge| {
            const distance = item.distance + edge.weight;
            if (distance < distances[edge.to]) {
                distances[edge.to] = distance;
                try queue.push(.{ .distance = distance, .node = edge.to });
            }
        }
    }
    return sum;
}

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    const graph = try gpa.alloc(std.ArrayList(Edge), count);
    @memset(graph, .empty);
    var seed: u64 = 9;
    for (graph) |*edges| {
        for (0..6) |_| {
            seed = kernel.nextRandom(seed);
            try edges.append(gpa, .{ .to = (seed >> 33) % count, .weight = (seed >> 20) % 100 + 1 });
        }
    }
    const distances = try gpa.alloc(u64, count);
    var queue: Queue = .{};
    var checksum: u64 = 0;
    for (0..rounds) |round| checksum = checksum *% 31 +% try search(graph, round, distances, &queue);
    try kernel.result(checksum);
}
