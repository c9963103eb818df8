"""Random programs that go over values of an enum in loops, with a known output. What one case has as a slice, text or
pointer is a number in another, at any address, so that nothing may be done with it where the program wouldn't come to
it."""

import random

CASES = {
    "ints": "_ v: I64[]", "bytes": "_ v: U8[]", "number": "_ n: I64", "pair": "_ a: I64, _ b: I64",
    "text": "_ t: String", "maybe": "_ v: I64[]?", "node": "_ p: Node*", "real": "_ x: F64", "empty": "",
}
NUMBERS = [0, 1, -1, 16, 4096, 0xF0000000, 0x1234_5678_F000_0000, 0x7FFF_FFFF_FFFF_FFFF, -(1 << 63), 0x1_0000_8000]
FUNCTIONS_PER_PROGRAM = 5
# How a function is given the values: its parameter, what stands in front of the `match` in each round, and what is
# matched.
WAYS = {
    "value": ("_ item: Item", "", "item"),
    "pointer": ("_ item: Item*", "", "item*"),
    "box": ("_ box: Box*", "", "box.item"),
    "slice": ("_ all: Item[]", "", "all[i % all.length]"),
    "local": ("_ all: Item[]", "here = all[i % all.length];", "here"),
}


def wrap(value):
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


class Function:
    """A function with a loop of rounds, each of which adds to `sum` what the item's case says."""

    def __init__(self, chance, number, cases):
        self.number, self.cases = number, cases
        self.way = chance.choice(list(WAYS))
        self.rounds = chance.randint(0, 7)
        self.grows = chance.random() < 0.4
        self.stores = chance.random() < 0.5
        self.styles = {case: chance.randint(0, 3) for case in cases}

    def loop(self, name, style):
        """What is done with a slice of numbers."""
        return [
            f"for x in {name} {{ sum += I64(x); }}",
            f"for k in 0..{name}.length {{ sum += I64({name}[k]) * (k + 1); }}",
            f"if {name}.length > 0 {{ sum += I64({name}[i % {name}.length]); }}",
            f"for k in 0..{name}.length {{ {name}[k] = {name}[k] + 1; }} for x in {name} {{ sum += I64(x); }}",
        ][style]

    def arm(self, case):
        style = self.styles[case]
        body = {
            "number": "sum += n;", "pair": "sum += a - b;", "real": "sum += if x > 1.5 { 3 } else { 4 };",
            "empty": "sum += 1;", "text": "for k in 0..t.length { sum += I64(t[k]); }",
            "maybe": f"if var items = v {{ {self.loop('items', style)} }} else {{ sum += 5; }}",
            "node": f"sum += p.value; p.value += 1; {self.loop('p.items', style)}",
        }.get(case) or self.loop("v", style)
        names = ", ".join(part.split()[1].rstrip(":") for part in CASES[case].split(", ") if part)
        return f"            {case}{f'({names})' if names else ''} => {{ {body} }}\n"

    def text(self):
        parameter, before, matched = WAYS[self.way]
        local = "    var here = all[0];\n" if self.way == "local" else ""
        grow = "        if i % 2 == 0 { append(log&, i); }\n" if self.grows else ""
        store = "        sink[i % sink.length] = sum;\n" if self.stores else ""
        arms = "".join(self.arm(case) for case in self.cases)
        return (
            f"func go{self.number}({parameter}, _ rounds: I64, _ sink: I64[]): I64 {{\n"
            f"    var sum = 0;\n    var log: I64[] = [];\n{local}    for i in 0..rounds {{\n{grow}        {before}\n"
            f"        match {matched} {{\n{arms}        }}\n{store}    }}\n"
            "    for x in log { sum += x; }\n    delete log;\n    return sum;\n}\n")

    # What the program does.

    def add_elements(self, elements, style, i, most):
        if style == 3:
            elements[:] = [wrap(x + 1) if x != most else 0 for x in elements]
        if style == 1:
            return sum(x * (k + 1) for k, x in enumerate(elements))
        if style == 2:
            return elements[i % len(elements)] if elements else 0
        return sum(elements)

    def add(self, item, i):
        case, values = item
        style = self.styles[case]
        if case in ("ints", "bytes"):
            return self.add_elements(values[0], style, i, 255 if case == "bytes" else None)
        if case == "maybe":
            return 5 if values[0] is None else self.add_elements(values[0], style, i, None)
        if case == "node":
            node = values[0]
            node["value"] = wrap(node["value"] + 1)
            return node["value"] - 1 + self.add_elements(node["items"], style, i, None)
        if case == "real":
            return 3 if values[0] > 1.5 else 4
        return {"number": lambda: values[0], "pair": lambda: values[0] - values[1], "empty": lambda: 1,
                "text": lambda: sum(values[0].encode())}[case]()

    def result(self, items):
        total = sum(i for i in range(0, self.rounds, 2)) if self.grows else 0
        for i in range(self.rounds):
            total += self.add(items[i % len(items)], i)
        return wrap(total)


def made(chance, case):
    """A value of the case: what makes it, what frees it, and what it holds."""
    elements = [chance.randint(0, 200) for _ in range(chance.choice([0, 1, 2, 3, 8, 20]))]
    listed = "[" + ", ".join(map(str, elements)) + "]"
    of = {"ints": "I64", "bytes": "U8", "maybe": "I64", "node": "I64"}.get(case)
    slice = f"{of}[]()" if not elements else listed
    if case == "maybe" and chance.random() < 0.4:
        return "Item.maybe(null)", (None,)
    if case in ("ints", "bytes", "maybe"):
        return f"Item.{case}({slice})", (elements,)
    if case == "node":
        return f"Item.node(new Node(value: 7, items: {slice}))", ({"value": 7, "items": elements},)
    if case == "text":
        text = chance.choice(["", "a", "hello", "a longer text than that"])
        return f'Item.text("{text}")', (text,)
    if case == "real":
        value = chance.choice([0.0, 2.5, -1e300])
        return f"Item.real({value})", (value,)
    values = tuple(chance.choice(NUMBERS) for _ in CASES[case].split(", ") if CASES[case])
    shown = ", ".join("I64.min" if value == -(1 << 63) else str(value) for value in values)
    return (f"Item.{case}({shown})" if values else f"Item.{case}"), values


def generate(seed, skipped=frozenset()):
    """The files of a program, its output, and of how many parts it is."""
    chance = random.Random(seed)
    cases = chance.sample(list(CASES), chance.randint(2, len(CASES)))
    enum = ", ".join(f"{case}({CASES[case]})" if CASES[case] else case for case in cases)
    items = [(case, *made(chance, case)) for case in cases for _ in range(chance.randint(1, 2))]
    chance.shuffle(items)
    functions, calls, expected = "", "", ""
    values = [(case, held) for case, _, held in items]
    for number in range(1, FUNCTIONS_PER_PROGRAM + 1):
        function = Function(chance, number, cases)
        if number in skipped:
            continue
        functions += function.text()
        if function.way in ("slice", "local"):
            calls += f"    print(go{number}(all, {function.rounds}, sink));\n"
            expected += f"{function.result(values)}\n"
            continue
        for place, value in enumerate(values):
            given = {"value": f"all[{place}]", "pointer": f"all[{place}]&", "box": "box&"}[function.way]
            calls += f"    box.item = all[{place}];\n    print(go{number}({given}, {function.rounds}, sink));\n"
            expected += f"{function.result([value])}\n"
    listed = ", ".join(text for _, text, _ in items)
    text = (
        f"enum Item {{ {enum} }}\n\nstruct Node(value: I64, items: I64[]);\nstruct Box(item: Item);\n\n{functions}\n"
        f"func main() {{\n    var sink = I64[](length: 3);\n    var all = [{listed}];\n"
        f"    var box = Box(item: all[0]);\n{calls}}}\n")
    return {"main.zong": text}, expected, FUNCTIONS_PER_PROGRAM
