//! Regular expressions over lines of text, in linear time: a pattern becomes a program, and all its threads go through
//! a line together (Thompson, Pike).

const std = @import("std");
const kernel = @import("kernel.zig");
const gpa = kernel.gpa;

const Step = union(enum) {
    byte: u8,
    any,
    range: struct { low: u8, high: u8 },
    split: struct { first: usize, second: usize },
    jump: usize,
    found,
};

const Compiler = struct {
    pattern: [:0]const u8,
    at: usize = 0,
    program: std.ArrayList(Step) = .empty,

    const Error = std.mem.Allocator.Error;

    fn peek(compiler: *Compiler) u8 {
        return compiler.pattern[compiler.at];
    }

    /// The number of the next step.
    fn next(compiler: *Compiler) usize {
        return compiler.program.items.len;
    }

    fn emit(compiler: *Compiler, step: Step) Error!void {
        try compiler.program.append(gpa, step);
    }

    fn set(compiler: *Compiler, place: usize, step: Step) void {
        compiler.program.items[place] = step;
    }

    /// Makes room for a step; what leads behind it leads one further.
    fn insert(compiler: *Compiler, place: usize) Error!void {
        try compiler.program.insert(gpa, place, .found);
        for (compiler.program.items[place + 1 ..]) |*step| {
            switch (step.*) {
                .split => |*to| {
                    if (to.first > place) to.first += 1;
                    if (to.second > place) to.second += 1;
                },
                .jump => |*to| if (to.* > place) {
                    to.* += 1;
                },
                else => {},
            }
        }
    }

    fn atom(compiler: *Compiler) Error!void {
        const c = compiler.peek();
        compiler.at += 1;
        switch (c) {
            '(' => {
                try compiler.alternatives();
                compiler.at += 1;
            },
            '[' => {
                const range = compiler.pattern[compiler.at..][0..3];
                try compiler.emit(.{ .range = .{ .low = range[0], .high = range[2] } });
                compiler.at += 4;
            },
            '.' => try compiler.emit(.any),
            '\\' => {
                try compiler.emit(.{ .byte = compiler.peek() });
                compiler.at += 1;
            },
            else => try compiler.emit(.{ .byte = c }),
        }
    }

    /// atom ("*" | "+" | "?")*
    fn repeated(compiler: *Compiler) Error!void {
        const start = compiler.next();
        try compiler.atom();
        while (true) : (compiler.at += 1) {
            switch (compiler.peek()) {
                '*' => {
                    try compiler.insert(start);
                    try compiler.emit(.{ .jump = start });
                    compiler.set(start, .{ .split = .{ .first = start + 1, .second = compiler.next() } });
                },
                '+' => try compiler.emit(.{ .split = .{ .first = start, .second = compiler.next() + 1 } }),
                '?' => {
                    try compiler.insert(start);
                    compiler.set(start, .{ .split = .{ .first = start + 1, .second = compiler.next() } });
                },
                else => return,
            }
        }
    }

    /// alternatives = sequence ("|" sequence)*
    fn alternatives(compiler: *Compiler) Error!void {
        const start = compiler.next();
        while (compiler.peek() != 0 and compiler.peek() != '|' and compiler.peek() != ')') try compiler.repeated();
        if (compiler.peek() != '|') return;
        compiler.at += 1;
        try compiler.insert(start);
        const end = compiler.next();
        try compiler.emit(.found);
        compiler.set(start, .{ .split = .{ .first = start + 1, .second = compiler.next() } });
        try compiler.alternatives();
        compiler.set(end, .{ .jump = compiler.next() });
    }
};

/// The threads at one place of the text, each step once.
const Threads = struct {
    steps: []usize,
    marks: []usize,
    count: usize = 0,

    fn init(length: usize) !Threads {
        const threads: Threads = .{ .steps = try gpa.alloc(usize, length), .marks = try gpa.alloc(usize, length) };
        @memset(threads.marks, std.math.maxInt(usize));
        return threads;
    }

    fn deinit(threads: *Threads) void {
        gpa.free(threads.steps);
        gpa.free(threads.marks);
    }

    fn add(threads: *Threads, program: []const Step, step: usize, mark: usize) void {
        if (threads.marks[step] == mark) return;
        threads.marks[step] = mark;
        switch (program[step]) {
            .jump => |to| threads.add(program, to, mark),
            .split => |to| {
                threads.add(program, to.first, mark);
                threads.add(program, to.second, mark);
            },
            else => {
                threads.steps[threads.count] = step;
                threads.count += 1;
            },
        }
    }
};

const Matcher = struct {
    program: []const Step,
    now: Threads,
    then: Threads,
    mark: usize = 0,

    fn init(pattern: [:0]const u8) !Matcher {
        var compiler: Compiler = .{ .pattern = pattern };
        try compiler.alternatives();
        try compiler.emit(.found);
        const program = try compiler.program.toOwnedSlice(gpa);
        return .{ .program = program, .now = try .init(program.len), .then = try .init(program.len) };
    }

    fn deinit(matcher: *Matcher) void {
        gpa.free(matcher.program);
        matcher.now.deinit();
        matcher.then.deinit();
    }

    /// Takes all threads over a byte; whether one has found the end of the pattern.
    fn stepOver(matcher: *Matcher, c: u8) bool {
        matcher.then.count = 0;
        for (matcher.now.steps[0..matcher.now.count]) |step| {
            const fits = switch (matcher.program[step]) {
                .byte => |byte| c == byte,
                .any => c != 0,
                .range => |range| c >= range.low and c <= range.high,
                .found => return true,
                .split, .jump => false,
            };
            if (fits) matcher.then.add(matcher.program, step + 1, matcher.mark);
        }
        std.mem.swap(Threads, &matcher.now, &matcher.then);
        return false;
    }

    /// Whether the pattern occurs in the line.
    fn finds(matcher: *Matcher, line: []const u8) bool {
        matcher.now.count = 0;
        for (line) |c| {
            matcher.mark += 1;
            matcher.now.add(matcher.program, 0, matcher.mark - 1);
            if (matcher.stepOver(c)) return true;
        }
        matcher.mark += 1;
        matcher.now.add(matcher.program, 0, matcher.mark - 1);
        return matcher.stepOver(0);
    }
};

fn makeText(lines: usize) !std.ArrayList(u8) {
    var out: std.ArrayList(u8) = .empty;
    var seed: u64 = 11;
    for (0..lines) |i| {
        for (0..40) |_| {
            seed = kernel.nextRandom(seed);
            try out.append(gpa, 'a' + @as(u8, @intCast(seed >> 60)));
        }
        if (i % 3 == 0) try out.print(gpa, " mail{d}@example.org", .{i});
        if (i % 5 == 0) try out.print(gpa, " 2024-0{d}-1{d}", .{ i % 9, i % 10 });
        try out.append(gpa, '\n');
    }
    return out;
}

const patterns = [_][:0]const u8{
    "[a-z]+[0-9]+@[a-z]+\\.(com|org)", "[0-9][0-9][0-9][0-9]-0[1-7]-1.", "(a|b|c)*d(e|f)+(gh|ab)?k", "no(thing|where)",
};

pub fn main() !void {
    const lines = (try kernel.parameters(1))[0];
    var text = try makeText(lines);
    defer text.deinit(gpa);
    var checksum: u64 = 0;
    for (patterns) |pattern| {
        var matcher: Matcher = try .init(pattern);
        defer matcher.deinit();
        var start: usize = 0;
        var line: u64 = 0;
        for (text.items, 0..) |c, at| {
            if (c != '\n') continue;
            if (matcher.finds(text.items[start..at])) checksum = checksum *% 31 +% line;
            start = at + 1;
            line += 1;
        }
    }
    try kernel.result(checksum);
}
