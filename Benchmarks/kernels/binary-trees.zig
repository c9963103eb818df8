//! Binary trees: many small ones are built, counted and freed, beside one that stays.

const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Tree = struct {
    left: ?*Tree = null,
    right: ?*Tree = null,

    fn of(depth: usize) !*Tree {
        const tree = try gpa.create(Tree);
        tree.* = if (depth == 0) .{} else .{ .left = try of(depth - 1), .right = try of(depth - 1) };
        return tree;
    }

    fn count(tree: *const Tree) u64 {
        var total: u64 = 1;
        if (tree.left) |left| total += left.count();
        if (tree.right) |right| total += right.count();
        return total;
    }

    fn release(tree: *Tree) void {
        if (tree.left) |left| left.release();
        if (tree.right) |right| right.release();
        gpa.destroy(tree);
    }
};

pub fn main() !void {
    const depth = (try kernel.parameters(1))[0];
    const stays = try Tree.of(depth);
    defer stays.release();
    var checksum: u64 = 0;
    var level: usize = 4;
    while (level <= depth) : (level += 4) {
        for (0..@as(usize, 1) << @intCast(depth - level + 4)) |_| {
            const tree = try Tree.of(level);
            defer tree.release();
            checksum = checksum *% 3 +% tree.count();
        }
    }
    try kernel.result(checksum +% stays.count());
}
