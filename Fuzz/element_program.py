"""Random programs that go over the elements of slices, with a known output: the loops that `-O` does with vectors, and
those that look like them. Elements are of every number type; the slices are parts of one, at random distances, so that
they overlap or don't; lengths are those around the vectors' sizes."""

import random
import struct

TYPES = ["U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "F32", "F64"]
LENGTHS = [0, 1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 64, 100, 129, 200]
ROOM = 500
LOOPS_PER_PROGRAM = 6
KINDS = ["map", "map", "map", "neighbour", "fill", "ramp", "total", "count", "least"]
WORD = (1 << 64) - 1


def wrap(type, value):
    """The number as the type holds it."""
    if type == "F64":
        return value
    if type == "F32":
        try:
            return struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    bits = int(type[1:])
    value &= (1 << bits) - 1
    return value - (1 << bits) if type[0] == "I" and value >> (bits - 1) else value


OPERATIONS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
BITWISE = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b}
COMPARISONS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}


class Loop:
    """A function with one loop over the elements of `a` and `b`, and what it does."""

    def __init__(self, chance, number):
        self.chance, self.number = chance, number
        self.type = chance.choice(TYPES)
        self.is_float = self.type[0] == "F"
        self.kind = chance.choice(KINDS)
        self.first = chance.choice([0, 0, 1, 2])
        self.limit = "n - 1" if self.kind == "neighbour" else "n"
        self.value, self.other, self.third = (self.expression(chance.randint(1, 3)) for _ in range(3))
        self.comparison = chance.choice(list(COMPARISONS))
        self.factor = self.literal()

    # Expressions are (text, what computes it from a list of `a[i]`, `b[i]`, `k`).

    def leaf(self):
        place = self.chance.choice([0, 0, 1, 2])
        return ["a[i]", "b[i]", "k"][place], lambda values: values[place]

    def expression(self, depth):
        if depth == 0 or self.chance.random() < 0.25:
            return self.leaf()
        (x, of_x), (y, of_y) = self.expression(depth - 1), self.expression(depth - 1)
        if self.chance.random() < 0.7:
            known = OPERATIONS if self.is_float else {**OPERATIONS, **BITWISE}
            name = self.chance.choice(list(known))
            return f"({x} {name} {y})", lambda values: wrap(self.type, known[name](of_x(values), of_y(values)))
        name = self.chance.choice(list(COMPARISONS))
        (u, of_u), (v, of_v) = self.leaf(), self.expression(depth - 1)
        return (
            f"(if {x} {name} {u} {{ {y} }} else {{ {v} }})",
            lambda values: (of_y if COMPARISONS[name](of_x(values), of_u(values)) else of_v)(values))

    def literal(self):
        if self.is_float:
            return self.chance.randint(-90, 90) / 8
        count = 1 << int(self.type[1:])
        low, high = (0, count - 1) if self.type[0] == "U" else (-count // 2, count // 2 - 1)
        return self.chance.choice([0, 1, 2, 3, low, high, self.chance.randint(low, high)])

    def body(self):
        value, other = self.value[0], self.other[0]
        return {
            "map": f"a[i] = {value};",
            "neighbour": f"a[i + 1] = {value};",
            "fill": "a[i] = k;",
            "ramp": f"a[i] = {self.type}(i);" if self.is_float else f"a[i] = {self.type}.wrapping(i * 3);",
            "total": f"if {value} < k {{ s += 2; }}" if self.is_float else f"s += I64.wrapping({value});",
            "count": f"if {value} {self.comparison} {other} {{ s += 1; }}",
            "least": f"if {value} < best {{ best = {value}; }}",
        }[self.kind]

    def text(self):
        name, type = self.number, self.type
        hashed = "I64(if v > -1000000.0 && v < 1000000.0 { v * 64.0 } else { 7.0 })" if self.is_float else "v"
        made = f"{type}(I32.wrapping(seed >> 50)) / 8.0" if self.is_float else f"{type}.wrapping(seed >> 20)"
        last = "if best < k { s += 1; }" if self.kind == "least" else ""
        return f"""
func loop{name}(_ a: {type}[], _ b: {type}[], _ k: {type}, _ n: I64): I64 {{
    var s: I64 = 0;
    var best = k;
    for i in {self.first}..{self.limit} {{ {self.body()} }}
    {last}
    return s;
}}
func run{name}(_ n: I64, _ x: I64, _ y: I64) {{
    var m = {type}[](length: {ROOM});
    var seed: U64 = 88172645463325252 + U64.wrapping(n) * 7919;
    for i in 0..{ROOM} {{
        seed = seed ^ (seed << 13);
        seed = seed ^ (seed >> 7);
        seed = seed ^ (seed << 17);
        m[i] = {made};
    }}
    var s = loop{name}(m[x..x + n], m[y..y + n], {self.factor}, n);
    var h: U64 = 14695981039346656037;
    for v in m {{ h = (h ^ U64.wrapping({hashed})) * 1099511628211; }}
    print("{name}: \\(n) \\(s) \\(h)");
    delete m;
}}
"""

    # What the program does.

    def elements(self, n):
        seed, elements = 88172645463325252 + n * 7919 & WORD, []
        for _ in range(ROOM):
            seed ^= seed << 13 & WORD
            seed ^= seed >> 7
            seed ^= seed << 17 & WORD
            elements.append(wrap(self.type, wrap("I32", seed >> 50) / 8 if self.is_float else seed >> 20))
        return elements

    def output(self, n, x, y):
        m, k, s = self.elements(n), self.factor, 0
        best = k
        for i in range(self.first, n - 1 if self.kind == "neighbour" else n):
            values = (m[x + i], m[y + i], k)
            value = self.value[1](values)
            if self.kind == "map":
                m[x + i] = value
            elif self.kind == "neighbour":
                m[x + i + 1] = value
            elif self.kind == "fill":
                m[x + i] = k
            elif self.kind == "ramp":
                m[x + i] = wrap(self.type, float(i) if self.is_float else i * 3)
            elif self.kind == "total":
                s = s + (2 if value < k else 0) if self.is_float else wrap("I64", s + wrap("I64", value))
            elif self.kind == "count":
                s += COMPARISONS[self.comparison](value, self.other[1](values))
            elif value < best:
                best = value
        if self.kind == "least" and best < k:
            s += 1
        h = 14695981039346656037
        for v in m:
            h = (h ^ (self.hashed(v) & WORD)) * 1099511628211 & WORD
        return f"{self.number}: {n} {s} {h}\n"

    def hashed(self, v):
        if not self.is_float:
            return v
        return int(wrap(self.type, v * 64)) if -1000000 < v < 1000000 else 7


def generate(seed, skipped=frozenset()):
    """The files of a program, its output, and of how many parts it is."""
    chance = random.Random(seed)
    functions, calls, expected = "", "", ""
    for number in range(1, LOOPS_PER_PROGRAM + 1):
        loop = Loop(chance, number)
        runs = [(n, x, max(0, x + chance.choice([0, 0, 1, 2, 3, 5, -1, -2, 8, 16, 20, 250])))
                for n in LENGTHS for x in [chance.randint(0, 9)]]
        if number in skipped:
            continue
        functions += loop.text()
        for n, x, y in runs:
            calls += f"    run{number}({n}, {x}, {y});\n"
            expected += loop.output(n, x, y)
    return {"main.zong": f"{functions}\nfunc main() {{\n{calls}}}\n"}, expected, LOOPS_PER_PROGRAM
