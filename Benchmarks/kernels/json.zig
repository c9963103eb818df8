//! JSON of 50 MB, parsed into a tree of values in an arena, which is gone through once. The parser is Zong's: without
//! recursion, the members of all open lists and objects on one stack.

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Value = union(enum) {
    nothing,
    boolean: bool,
    integer: i64,
    float: f64,
    /// The digits of a number that no integer holds.
    big: []const u8,
    text: []const u8,
    list: []const Value,
    object: []const Member,
};

const Member = struct { key: []const u8, value: Value };

const Frame = struct {
    is_object: bool,
    start: usize,
    key: []const u8 = "",

    fn closing(frame: Frame) u8 {
        return if (frame.is_object) '}' else ']';
    }
};

const tens = [_]f64{
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

const Parser = struct {
    arena: std.mem.Allocator,
    text: []const u8,
    at: usize = 0,
    members: std.ArrayList(Member) = .empty,
    frames: std.ArrayList(Frame) = .empty,
    bytes: std.ArrayList(u8) = .empty,

    const Error = error{ OutOfMemory, NoJson };

    fn deinit(parser: *Parser) void {
        parser.members.deinit(gpa);
        parser.frames.deinit(gpa);
        parser.bytes.deinit(gpa);
    }

    fn peek(parser: *Parser, at: usize) u8 {
        return if (at < parser.text.len) parser.text[at] else 0;
    }

    fn skip(parser: *Parser) void {
        while (parser.at < parser.text.len) : (parser.at += 1) {
            switch (parser.text[parser.at]) {
                ' ', '\n', '\r', '\t' => {},
                else => return,
            }
        }
    }

    /// Takes the next byte if it is this one.
    fn takes(parser: *Parser, byte: u8) bool {
        if (parser.peek(parser.at) != byte) return false;
        parser.at += 1;
        return true;
    }

    fn expect(parser: *Parser, byte: u8) Error!void {
        if (!parser.takes(byte)) return error.NoJson;
    }

    fn readFour(parser: *Parser) Error!u21 {
        var value: u21 = 0;
        for (0..4) |_| {
            const digit = std.fmt.charToDigit(parser.peek(parser.at), 16) catch return error.NoJson;
            value = value << 4 | digit;
            parser.at += 1;
        }
        return value;
    }

    /// The code point behind `\u`, which may have two halves.
    fn readPoint(parser: *Parser) Error!u21 {
        const point = try parser.readFour();
        if (point < 0xD800 or point >= 0xE000) return point;
        if (point >= 0xDC00) return error.NoJson;
        try parser.expect('\\');
        try parser.expect('u');
        const low = try parser.readFour();
        if (low < 0xDC00 or low >= 0xE000) return error.NoJson;
        return 0x10000 + ((point - 0xD800) << 10) + low - 0xDC00;
    }

    fn readEscape(parser: *Parser) Error!void {
        const c = parser.peek(parser.at);
        parser.at += 1;
        try parser.bytes.append(gpa, switch (c) {
            '"', '\\', '/' => c,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => 8,
            'f' => 12,
            'u' => {
                var buffer: [4]u8 = undefined;
                const length = std.unicode.utf8Encode(try parser.readPoint(), &buffer) catch return error.NoJson;
                return parser.bytes.appendSlice(gpa, buffer[0..length]);
            },
            else => return error.NoJson,
        });
    }

    fn readEscaped(parser: *Parser, start: usize, escape: usize) Error![]const u8 {
        parser.bytes.clearRetainingCapacity();
        try parser.bytes.appendSlice(gpa, parser.text[start..escape]);
        parser.at = escape;
        while (true) {
            const c = parser.peek(parser.at);
            if (c < ' ') return error.NoJson;
            parser.at += 1;
            switch (c) {
                '"' => return parser.arena.dupe(u8, parser.bytes.items),
                '\\' => try parser.readEscape(),
                else => try parser.bytes.append(gpa, c),
            }
        }
    }

    /// The text whose first byte is the next one, behind the quote.
    fn readText(parser: *Parser) Error![]const u8 {
        const start = parser.at;
        for (parser.text[start..], start..) |c, at| {
            if (c == '"') {
                parser.at = at + 1;
                return parser.arena.dupe(u8, parser.text[start..at]);
            }
            if (c == '\\') return parser.readEscaped(start, at);
            if (c < ' ') break;
        }
        return error.NoJson;
    }

    /// Takes the digits that are next onto a number, which wraps; how many there are.
    fn readDigits(parser: *Parser, value: *u64) usize {
        const start = parser.at;
        while (std.ascii.isDigit(parser.peek(parser.at))) : (parser.at += 1) {
            value.* = value.* *% 10 +% (parser.text[parser.at] - '0');
        }
        return parser.at - start;
    }

    fn readExponent(parser: *Parser) Error!i64 {
        const is_negative = parser.peek(parser.at) == '-';
        if (is_negative or parser.peek(parser.at) == '+') parser.at += 1;
        const start = parser.at;
        var exponent: i64 = 0;
        while (std.ascii.isDigit(parser.peek(parser.at))) : (parser.at += 1) {
            if (exponent < 100_000) exponent = exponent * 10 + (parser.text[parser.at] - '0');
        }
        if (parser.at == start) return error.NoJson;
        return if (is_negative) -exponent else exponent;
    }

    fn readNumber(parser: *Parser) Error!Value {
        const start = parser.at;
        const is_negative = parser.takes('-');
        const first = parser.at;
        var value: u64 = 0;
        var digits = parser.readDigits(&value);
        if (digits == 0 or (parser.text[first] == '0' and digits > 1)) return error.NoJson;
        var c = parser.peek(parser.at);
        if (c != '.' and c != 'e' and c != 'E') {
            if (digits > 18) return .{ .big = try parser.arena.dupe(u8, parser.text[start..parser.at]) };
            const integer: i64 = @intCast(value);
            return .{ .integer = if (is_negative) -integer else integer };
        }
        var power: i64 = 0;
        if (c == '.') {
            parser.at += 1;
            const behind = parser.readDigits(&value);
            if (behind == 0) return error.NoJson;
            digits += behind;
            power = -@as(i64, @intCast(behind));
            c = parser.peek(parser.at);
        }
        if (c == 'e' or c == 'E') {
            parser.at += 1;
            power += try parser.readExponent();
        }
        if (digits > 15 or @abs(power) >= tens.len) {
            return .{ .float = std.fmt.parseFloat(f64, parser.text[start..parser.at]) catch return error.NoJson };
        }
        const ten = tens[@intCast(@abs(power))];
        const whole: f64 = @floatFromInt(value);
        const number = if (power < 0) whole / ten else whole * ten;
        return .{ .float = if (is_negative) -number else number };
    }

    fn readWord(parser: *Parser, word: []const u8) bool {
        if (!std.mem.startsWith(u8, parser.text[parser.at..], word)) return false;
        parser.at += word.len;
        return true;
    }

    fn readScalar(parser: *Parser, c: u8) Error!Value {
        if (c == '-' or std.ascii.isDigit(c)) return parser.readNumber();
        if (parser.readWord("true")) return .{ .boolean = true };
        if (parser.readWord("false")) return .{ .boolean = false };
        if (parser.readWord("null")) return .nothing;
        return error.NoJson;
    }

    /// A key and the colon behind it.
    fn readKey(parser: *Parser) Error![]const u8 {
        parser.skip();
        try parser.expect('"');
        const key = try parser.readText();
        parser.skip();
        try parser.expect(':');
        return key;
    }

    /// Begins a list or object; false if it is empty and has ended.
    fn opens(parser: *Parser, is_object: bool) Error!bool {
        if (parser.frames.items.len >= 512) return error.NoJson;
        var frame: Frame = .{ .is_object = is_object, .start = parser.members.items.len };
        parser.at += 1;
        parser.skip();
        if (parser.takes(frame.closing())) return false;
        if (is_object) frame.key = try parser.readKey();
        try parser.frames.append(gpa, frame);
        return true;
    }

    /// Takes what belongs to a frame off the stack of members.
    fn closeFrame(parser: *Parser, frame: Frame) Error!Value {
        const from = parser.members.items[frame.start..];
        defer parser.members.shrinkRetainingCapacity(frame.start);
        if (frame.is_object) return .{ .object = try parser.arena.dupe(Member, from) };
        const items = try parser.arena.alloc(Value, from.len);
        for (items, from) |*item, member| item.* = member.value;
        return .{ .list = items };
    }

    /// Null if a list or object with something in it began.
    fn readValue(parser: *Parser) Error!?Value {
        parser.skip();
        const c = parser.peek(parser.at);
        switch (c) {
            '"' => {
                parser.at += 1;
                return .{ .text = try parser.readText() };
            },
            '{' => return if (try parser.opens(true)) null else .{ .object = &.{} },
            '[' => return if (try parser.opens(false)) null else .{ .list = &.{} },
            else => return try parser.readScalar(c),
        }
    }

    /// Puts a value where it belongs, and ends what it completes; the whole at the end of the text.
    fn complete(parser: *Parser, read: Value) Error!?Value {
        var value = read;
        while (parser.frames.items.len > 0) {
            const frame = parser.frames.lastPtr().?;
            try parser.members.append(gpa, .{ .key = frame.key, .value = value });
            parser.skip();
            if (parser.takes(',')) {
                if (frame.is_object) frame.key = try parser.readKey();
                return null;
            }
            try parser.expect(frame.closing());
            value = try parser.closeFrame(frame.*);
            _ = parser.frames.pop();
        }
        parser.skip();
        return if (parser.at == parser.text.len) value else error.NoJson;
    }
};

fn parse(arena: std.mem.Allocator, text: []const u8) !Value {
    var parser: Parser = .{ .arena = arena, .text = text };
    defer parser.deinit();
    while (true) {
        const value = try parser.readValue() orelse continue;
        return try parser.complete(value) orelse continue;
    }
}

fn sumOfText(text: []const u8) u64 {
    return if (text.len == 0) 7 else text.len * 31 + text[text.len - 1];
}

fn sum(value: *const Value) u64 {
    var total: u64 = 0;
    switch (value.*) {
        .nothing => return 1,
        .boolean => |b| return if (b) 3 else 2,
        .integer => |n| return @bitCast(n),
        .float => |f| return @intFromFloat(f * 100),
        .big => |digits| return digits.len,
        .text => |text| return sumOfText(text),
        .list => |items| for (items) |*item| {
            total = total *% 31 +% sum(item);
        },
        .object => |members| for (members) |*member| {
            total = (total *% 31 +% sumOfText(member.key)) *% 31 +% sum(&member.value);
        },
    }
    return total;
}

fn makeText(size: usize) !std.ArrayList(u8) {
    var out: std.ArrayList(u8) = try .initCapacity(gpa, size + 1024);
    try out.append(gpa, '[');
    var seed: u64 = 3;
    var id: usize = 0;
    while (out.items.len < size) : (id += 1) {
        if (id > 0) try out.appendSlice(gpa, ",\n ");
        seed = kernel.nextRandom(seed);
        const r = seed >> 40;
        try out.print(gpa, "{{\"id\": {d}, \"name\": \"user {d}\", \"active\": {}", .{ id, r % 100000, r % 3 == 0 });
        try out.print(gpa, ", \"score\": {d}.{d}5, \"parent\": ", .{ r % 1000, r % 7 });
        if (r % 4 == 0) try out.appendSlice(gpa, "null") else try out.print(gpa, "-{d}", .{r});
        try out.print(gpa, ", \"tags\": [\"new\", \"a \\\"quoted\\\" one\", \"x{d}\"]", .{r % 10});
        try out.print(gpa, ", \"address\": {{\"street\": \"Long Street {d}\", ", .{r % 300});
        try out.print(gpa, "\"zip\": \"{d}\", \"lines\": []}}}}", .{r});
    }
    try out.append(gpa, ']');
    return out;
}

pub fn main() !void {
    const size = (try kernel.parameters(1))[0];
    var text = try makeText(size);
    defer text.deinit(gpa);
    var arena: std.heap.ArenaAllocator = .init(std.heap.page_allocator);
    defer arena.deinit();
    const value = try parse(arena.allocator(), text.items);
    try kernel.result(sum(&value) +% value.list.len);
}
