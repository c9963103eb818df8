//! A Lisp interpreter: programs are read to lists and evaluated, with tail calls, in an arena for each round.

const std = @import("std");
const kernel = @import("kernel.zig");

const Operator = enum { add, subtract, multiply, less, make_pair, first, rest, is_nothing };

const Value = union(enum) {
    nothing,
    number: i64,
    symbol: usize,
    pair: *const Pair,
    operator: Operator,
    lambda: *const Lambda,

    fn of(condition: bool) Value {
        return .{ .number = @intFromBool(condition) };
    }

    fn first(value: Value) Value {
        return if (value == .pair) value.pair.first else .nothing;
    }

    fn rest(value: Value) Value {
        return if (value == .pair) value.pair.rest else .nothing;
    }

    fn toNumber(value: Value) i64 {
        return if (value == .number) value.number else 0;
    }
};

const Pair = struct { first: Value, rest: Value };

const Scope = struct { name: usize, value: Value, outer: ?*const Scope };

const Lambda = struct { names: Value, body: Value, scope: ?*const Scope };

const if_symbol = 0;
const lambda_symbol = 1;
const define_symbol = 2;
const first_operator = 4;
const words = [_][]const u8{ "if", "lambda", "define", "nil", "+", "-", "*", "<", "cons", "car", "cdr", "null" };

const Lisp = struct {
    arena: std.mem.Allocator,
    source: []const u8,
    at: usize = 0,
    // The names are few: a list is gone through for them while a program is read, and never afterwards.
    names: std.ArrayList([]const u8) = .empty,
    globals: std.ArrayList(Value) = .empty,

    const Error = error{ OutOfMemory, NotCallable, Overflow, InvalidCharacter };

    fn init(arena: std.mem.Allocator, source: []const u8) !Lisp {
        var lisp: Lisp = .{ .arena = arena, .source = source };
        for (words, 0..) |word, i| {
            const id = try lisp.symbol(word);
            if (i >= first_operator) lisp.globals.items[id] = .{ .operator = @fromBackingInt(@intCast(i - first_operator)) };
        }
        return lisp;
    }

    fn new(lisp: *Lisp, value: anytype) Error!*@TypeOf(value) {
        const place = try lisp.arena.create(@TypeOf(value));
        place.* = value;
        return place;
    }

    fn symbol(lisp: *Lisp, word: []const u8) Error!usize {
        for (lisp.names.items, 0..) |name, id| {
            if (std.mem.eql(u8, name, word)) return id;
        }
        try lisp.names.append(lisp.arena, word);
        try lisp.globals.append(lisp.arena, .nothing);
        return lisp.names.items.len - 1;
    }

    fn skip(lisp: *Lisp) void {
        while (lisp.at < lisp.source.len and lisp.source[lisp.at] <= ' ') lisp.at += 1;
    }

    fn read(lisp: *Lisp) Error!Value {
        lisp.skip();
        const start = lisp.at;
        if (lisp.source[start] == '(') {
            lisp.at += 1;
            return lisp.readList();
        }
        while (lisp.at < lisp.source.len) : (lisp.at += 1) {
            switch (lisp.source[lisp.at]) {
                0...' ', '(', ')' => break,
                else => {},
            }
        }
        const word = lisp.source[start..lisp.at];
        if (std.ascii.isDigit(word[0])) return .{ .number = try std.fmt.parseInt(i64, word, 10) };
        return .{ .symbol = try lisp.symbol(word) };
    }

    fn readList(lisp: *Lisp) Error!Value {
        lisp.skip();
        if (lisp.source[lisp.at] == ')') {
            lisp.at += 1;
            return .nothing;
        }
        const value = try lisp.read();
        return .{ .pair = try lisp.new(Pair{ .first = value, .rest = try lisp.readList() }) };
    }

    fn lookUp(lisp: *Lisp, id: usize, inner: ?*const Scope) Value {
        var at = inner;
        while (at) |scope| : (at = scope.outer) {
            if (scope.name == id) return scope.value;
        }
        return lisp.globals.items[id];
    }

    /// The branch that an `if` takes.
    fn branch(lisp: *Lisp, parts: Value, scope: ?*const Scope) Error!Value {
        const is_chosen = switch (try lisp.evaluate(parts.first(), scope)) {
            .nothing => false,
            .number => |n| n != 0,
            else => true,
        };
        const branches = parts.rest();
        return if (is_chosen) branches.first() else branches.rest().first();
    }

    fn define(lisp: *Lisp, parts: Value) Error!Value {
        const value = try lisp.evaluate(parts.rest().first(), null);
        const name = parts.first();
        if (name == .symbol) lisp.globals.items[name.symbol] = value;
        return value;
    }

    /// A lambda's scope with its arguments.
    fn bind(lisp: *Lisp, lambda: *const Lambda, arguments: Value, scope: ?*const Scope) Error!?*const Scope {
        var result = lambda.scope;
        var names = lambda.names;
        var left = arguments;
        while (names == .pair) : (names = names.rest()) {
            const name = names.first();
            if (name == .symbol) {
                const value = try lisp.evaluate(left.first(), scope);
                result = try lisp.new(Scope{ .name = name.symbol, .value = value, .outer = result });
            }
            left = left.rest();
        }
        return result;
    }

    fn operateOnTwo(lisp: *Lisp, operator: Operator, a: Value, b: Value) Error!Value {
        return switch (operator) {
            .add => .{ .number = a.toNumber() +% b.toNumber() },
            .subtract => .{ .number = a.toNumber() -% b.toNumber() },
            .multiply => .{ .number = a.toNumber() *% b.toNumber() },
            .less => .of(a.toNumber() < b.toNumber()),
            else => .{ .pair = try lisp.new(Pair{ .first = a, .rest = b }) },
        };
    }

    fn operate(lisp: *Lisp, operator: Operator, arguments: Value, scope: ?*const Scope) Error!Value {
        const a = try lisp.evaluate(arguments.first(), scope);
        return switch (operator) {
            .first => a.first(),
            .rest => a.rest(),
            .is_nothing => .of(a == .nothing),
            else => lisp.operateOnTwo(operator, a, try lisp.evaluate(arguments.rest().first(), scope)),
        };
    }

    fn evaluate(lisp: *Lisp, expression: Value, inner: ?*const Scope) Error!Value {
        var value = expression;
        var scope = inner;
        while (true) {
            const pair = switch (value) {
                .symbol => |id| return lisp.lookUp(id, scope),
                .pair => |pair| pair,
                else => return value,
            };
            if (pair.first == .symbol) {
                switch (pair.first.symbol) {
                    if_symbol => {
                        value = try lisp.branch(pair.rest, scope);
                        continue;
                    },
                    lambda_symbol => return .{ .lambda = try lisp.new(
                        Lambda{ .names = pair.rest.first(), .body = pair.rest.rest().first(), .scope = scope },
                    ) },
                    define_symbol => return lisp.define(pair.rest),
                    else => {},
                }
            }
            switch (try lisp.evaluate(pair.first, scope)) {
                .operator => |operator| return lisp.operate(operator, pair.rest, scope),
                .lambda => |lambda| {
                    scope = try lisp.bind(lambda, pair.rest, scope);
                    value = lambda.body;
                },
                else => return error.NotCallable,
            }
        }
    }
};

const program =
    \\(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))
    \\(define range (lambda (a b) (if (< a b) (cons a (range (+ a 1) b)) nil)))
    \\(define map (lambda (f l) (if (null l) nil (cons (f (car l)) (map f (cdr l))))))
    \\(define fold (lambda (f x l) (if (null l) x (fold f (f x (car l)) (cdr l)))))
    \\(define step (lambda (k) (lambda (a b) (+ (* a k) b))))
    \\(define count (lambda (n x) (if (< 0 n) (count (- n 1) (+ x (* n n))) x)))
    \\(+ (fib {d}) (+ (count 100000 0) (fold (step 31) {d} (map (lambda (x) (* x x)) (range 0 1000)))))
;

pub fn main() !void {
    const size, const rounds = try kernel.parameters(2);
    var checksum: u64 = 0;
    for (0..rounds) |round| {
        var arena: std.heap.ArenaAllocator = .init(std.heap.page_allocator);
        defer arena.deinit();
        var lisp: Lisp = try .init(arena.allocator(), try arena.allocator().print(program, .{ size, round }));
        var last: Value = .nothing;
        while (true) {
            lisp.skip();
            if (lisp.at == lisp.source.len) break;
            last = try lisp.evaluate(try lisp.read(), null);
        }
        checksum = checksum *% 31 +% @as(u64, @bitCast(last.toNumber()));
    }
    try kernel.result(checksum);
}
