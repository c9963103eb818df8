//! A red-black tree with parent pointers: keys are inserted, looked up, and walked in order.

const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Node = struct {
    key: u64,
    count: u64 = 1,
    red: bool = true,
    left: ?*Node = null,
    right: ?*Node = null,
    parent: ?*Node,

    fn first(node: *Node) *Node {
        var at = node;
        while (at.left) |left| at = left;
        return at;
    }

    /// The node with the next key.
    fn successor(node: *Node) ?*Node {
        if (node.right) |right| return right.first();
        var at = node;
        while (at.parent) |parent| : (at = parent) {
            if (parent.right != at) return parent;
        }
        return null;
    }

    fn release(node: *Node) void {
        if (node.left) |left| left.release();
        if (node.right) |right| right.release();
        gpa.destroy(node);
    }
};

const Tree = struct {
    root: ?*Node = null,
    length: usize = 0,

    /// Puts a node into the place of another, below its parent.
    fn replace(tree: *Tree, node: *Node, with: *Node) void {
        with.parent = node.parent;
        const parent = node.parent orelse {
            tree.root = with;
            return;
        };
        if (parent.left == node) parent.left = with else parent.right = with;
    }

    fn rotateLeft(tree: *Tree, node: *Node) void {
        const pivot = node.right.?;
        node.right = pivot.left;
        if (pivot.left) |left| left.parent = node;
        tree.replace(node, pivot);
        pivot.left = node;
        node.parent = pivot;
    }

    fn rotateRight(tree: *Tree, node: *Node) void {
        const pivot = node.left.?;
        node.left = pivot.right;
        if (pivot.right) |right| right.parent = node;
        tree.replace(node, pivot);
        pivot.right = node;
        node.parent = pivot;
    }

    /// Restores the colours on the way up from a red node.
    fn balance(tree: *Tree, start: *Node) void {
        var node = start;
        while (node.parent) |above| {
            if (!above.red) break;
            var parent = above;
            const grand = parent.parent.?;
            const parent_is_left = grand.left == parent;
            const sibling = if (parent_is_left) grand.right else grand.left;
            if (sibling) |uncle| {
                if (uncle.red) {
                    parent.red = false;
                    uncle.red = false;
                    grand.red = true;
                    node = grand;
                    continue;
                }
            }
            if (parent_is_left) {
                if (parent.right == node) {
                    tree.rotateLeft(parent);
                    parent = grand.left.?;
                }
                tree.rotateRight(grand);
            } else {
                if (parent.left == node) {
                    tree.rotateRight(parent);
                    parent = grand.right.?;
                }
                tree.rotateLeft(grand);
            }
            parent.red = false;
            grand.red = true;
            break;
        }
        tree.root.?.red = false;
    }

    fn insert(tree: *Tree, key: u64) !void {
        var parent: ?*Node = null;
        var next = tree.root;
        while (next) |at| {
            if (at.key == key) {
                at.count += 1;
                return;
            }
            parent = at;
            next = if (key < at.key) at.left else at.right;
        }
        const node = try gpa.create(Node);
        node.* = .{ .key = key, .parent = parent };
        tree.length += 1;
        if (parent) |above| {
            if (key < above.key) above.left = node else above.right = node;
        } else {
            tree.root = node;
        }
        tree.balance(node);
    }

    fn find(tree: *const Tree, key: u64) ?*Node {
        var next = tree.root;
        while (next) |node| {
            if (node.key == key) return node;
            next = if (key < node.key) node.left else node.right;
        }
        return null;
    }
};

pub fn main() !void {
    const count, const rounds = try kernel.parameters(2);
    var tree: Tree = .{};
    defer if (tree.root) |root| root.release();
    var seed: u64 = 1;
    for (0..count) |_| {
        seed = kernel.nextRandom(seed);
        try tree.insert((seed >> 33) % (count * 2));
    }
    var checksum: u64 = tree.length;
    for (0..rounds) |_| {
        for (0..count) |key| {
            if (tree.find(key * 2)) |node| checksum +%= node.count * key;
        }
        var next: ?*Node = if (tree.root) |root| root.first() else null;
        while (next) |node| : (next = node.successor()) checksum = checksum *% 31 +% node.key;
    }
    try kernel.result(checksum);
}
