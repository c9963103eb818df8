"""Random programs that append to slices in loops, with a known output: several variables have the same storage, lengths
are lowered, views are taken, functions append through pointers. Whether an append writes in place or copies shows in
what the others hold."""

import random

NAMES = "abcd"
ROOM = 400
FUNCTIONS_PER_PROGRAM = 6


class Unknown(Exception):
    """What would happen depends on how much room storage gets that grows."""


class Storage:
    """Elements, how many of them are in use, and for how many there is room: None if nobody knows."""

    def __init__(self, elements, room):
        self.elements, self.used, self.room, self.has_ended = elements, len(elements), room, False


class Slice:
    """So many elements of storage from a place on. A view from a later one isn't appended to in place."""

    def __init__(self, storage, length, start=0, is_view=False):
        self.storage, self.length, self.start, self.is_view = storage, length, start, is_view

    def is_whole(self):
        return not self.is_view and self.storage.used == self.length

    def elements(self):
        if self.length and self.storage.has_ended:
            raise Unknown
        return self.storage.elements[self.start:self.start + self.length]

    def appended(self, value):
        elements, storage = self.elements(), self.storage
        if storage.has_ended:
            raise Unknown
        if self.is_whole() and storage.room is not None and self.length < storage.room:
            storage.elements[self.length:self.length + 1] = [value]
            storage.used += 1
            return Slice(storage, self.length + 1)
        # Storage that grows moves or not: nobody else may use what was there.
        storage.has_ended = self.is_whole()
        return Slice(Storage([*elements, value], None), self.length + 1)

    def cut(self, length):
        if self.storage.has_ended:
            raise Unknown
        if self.is_whole():
            self.storage.used = length
        return Slice(self.storage, length, self.start, self.is_view)

    def view(self, low, high):
        if self.storage.has_ended:
            raise Unknown
        return Slice(self.storage, high - low, self.start + low, self.is_view or low > 0)


# Statements: what is written, and what it does to the variables in round `i`.

def append_to(chance):
    name, factor = chance.choice(NAMES), chance.randint(1, 99)

    def run(state, i):
        state[name] = state[name].appended(i * factor)
    return f"append({name}&, i * {factor});", run


def append_element(chance):
    """What is appended is read first, and may be the slice's own."""
    name, other = chance.choice(NAMES), chance.choice(NAMES)

    def run(state, i):
        elements = state[other].elements()
        if elements:
            state[name] = state[name].appended(elements[i % len(elements)] + 1)
    return f"if {other}.length > 0 {{ append({name}&, {other}[i % {other}.length] + 1); }}", run


def append_by_call(chance):
    name = chance.choice(NAMES)

    def run(state, i):
        state[name] = state[name].appended(i).appended(i + 1)
    return f"push({name}&, i);", run


def append_sometimes(chance):
    text, run = append_to(chance)
    every = chance.randint(2, 4)
    return f"if i % {every} == 1 {{ {text} }}", lambda state, i: run(state, i) if i % every == 1 else None


def assign(chance):
    name, other, rarely = chance.choice(NAMES), chance.choice(NAMES), chance.randint(2, 5)

    def run(state, i):
        if i % rarely == 0:
            state[name] = state[other]
    return f"if i % {rarely} == 0 {{ {name} = {other}; }}", run


def append_to_copy(chance):
    """What is appended to a copy of the variable takes the place behind it."""
    name, other, rarely, factor = chance.choice(NAMES), chance.choice(NAMES), chance.randint(1, 4), chance.randint(1, 99)

    def run(state, i):
        if i % rarely == 0:
            state[name] = state[other].appended(i * factor)
    return f"if i % {rarely} == 0 {{ {name} = {other}; append({name}&, i * {factor}); }}", run


def cut(chance):
    name, rarely, length = chance.choice(NAMES), chance.randint(2, 5), chance.randint(0, 4)

    def run(state, i):
        if i % rarely == 1 and state[name].length >= length:
            state[name] = state[name].cut(length)
    return f"if i % {rarely} == 1 && {name}.length >= {length} {{ {name}.length = {length}; }}", run


def view(chance):
    name, other, rarely = chance.choice(NAMES), chance.choice(NAMES), chance.randint(2, 5)
    low = chance.randint(0, 2)

    def run(state, i):
        if i % rarely == 1 and state[other].length >= low:
            state[name] = state[other].view(low, state[other].length)
    return f"if i % {rarely} == 1 && {other}.length >= {low} {{ {name} = {other}[{low}..{other}.length]; }}", run


def store(chance):
    name = chance.choice(NAMES)

    def run(state, i):
        one = state[name]
        if one.elements():
            one.storage.elements[one.start + i % one.length] += 3
    return f"if {name}.length > 0 {{ {name}[i % {name}.length] = {name}[i % {name}.length] + 3; }}", run


RARE = [append_by_call, append_to_copy, append_to_copy, assign, cut, view, store, append_sometimes]


class Loop:
    """So many rounds of some statements; most loops begin with an append, and many have nothing else."""

    def __init__(self, chance):
        self.rounds = chance.choice([0, 1, 2, 3, 8, 20])
        self.statements = [chance.choice([append_to, append_to, append_to, append_element])(chance)]
        while chance.random() < 0.4:
            self.statements.append(chance.choice([append_to, *RARE])(chance))
        self.inner = Loop(chance) if chance.random() < 0.15 else None

    def text(self, indent):
        lines = [f"{indent}for i in 0..{self.rounds} {{"]
        lines += [f"{indent}    {text}" for text, _ in self.statements]
        lines += self.inner.text(indent + "    ") if self.inner else []
        return [*lines, f"{indent}}}"]

    def run(self, state):
        for i in range(self.rounds):
            for _, run in self.statements:
                run(state, i)
            if self.inner:
                self.inner.run(state)


class Function:
    def __init__(self, chance, number):
        self.number = number
        self.has_room = [chance.random() < 0.8 for _ in NAMES]
        between = [assign, assign, view, cut]
        self.steps = [Loop(chance) if chance.random() < 0.6 else chance.choice(between)(chance) for _ in range(8)]

    def text(self):
        lines = [f"func go{self.number}() {{"]
        for name, has_room in zip(NAMES, self.has_room):
            lines.append(f"    var {name} = I64[]({f'capacity: {ROOM}' if has_room else ''});")
        for place, step in enumerate(self.steps):
            if isinstance(step, Loop):
                lines += step.text("    ")
            else:
                lines.append(f"    for i in {place}..{place + 1} {{ {step[0]} }}")
        return "\n".join([*lines, *(f"    show({name});" for name in NAMES), "}\n"])

    def output(self):
        state = {name: Slice(Storage([], ROOM if has_room else None), 0) for name, has_room in zip(NAMES, self.has_room)}
        for place, step in enumerate(self.steps):
            if isinstance(step, Loop):
                step.run(state)
            else:
                step[1](state, place)
        if any(len(one.storage.elements) > ROOM for one in state.values()):
            raise Unknown
        shown = (state[name].elements() for name in NAMES)
        return "".join(f"{len(one)}:{''.join(f' {element}' for element in one)}\n" for one in shown)


def function_with_output(chance, number):
    while True:
        function = Function(chance, number)
        try:
            return function, function.output()
        except Unknown:
            pass


START = """func push(_ list: I64[]*, _ number: I64) { append(list, number); append(list, number + 1); }

func show(_ list: I64[]) {
    var text = "\\(list.length):";
    for number in list { text = "\\(text) \\(number)"; }
    print(text);
}

"""


def generate(seed, skipped=frozenset()):
    """The files of a program, its output, and of how many parts it is."""
    chance = random.Random(seed)
    functions, calls, expected = "", "", ""
    for number in range(1, FUNCTIONS_PER_PROGRAM + 1):
        function, output = function_with_output(chance, number)
        if number in skipped:
            continue
        functions += function.text() + "\n"
        calls += f"    go{number}();\n"
        expected += output
    return {"main.zong": f"{START}{functions}func main() {{\n{calls}}}\n"}, expected, FUNCTIONS_PER_PROGRAM
