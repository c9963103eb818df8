"""Random values and places: the expressions of the programs that `run-memory` makes."""

import random

from memory_statements import Program
from memory_tree import (
    INTS, I64, TEXT, U8, AddressOf, Binary, Call, Coalesce, Compare, Convert, Deref, Element, Field, IfValue, Length,
    Local, Logic, MakeCase, MakeList, MakeStruct, MakeText, New, NewSlice, Null, Number, TextByte, TextView, Unwrap,
    Variable, View)


class Values:
    """Makes the program of one seed. `name` tells its declarations from those of others in the same file."""

    def __init__(self, seed, name, seed_variable, arenas, blocks=False):
        """`seed_variable` holds the program's input; `arenas` says whether it may open arenas, `blocks` whether
        slices are given room for thousands, so that they are blocks of whole pages."""
        self.random = random.Random(seed)
        self.name = name
        self.seed_variable, self.arenas, self.blocks = seed_variable, arenas, blocks
        self.program = Program()
        self.counter = 0
        self.scopes = []
        self.globals = []
        self.depth = self.loops = 0
        self.function = None
        self.reached = {}
        self.is_fresh = False  # Only new values, nothing from variables

    # Small things.

    def fresh(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    def room(self, kind):
        """A capacity."""
        if not self.blocks:
            return Number(I64, self.random.randrange(9))
        return Number(I64, self.random.randrange(1000, 3000) * (8 if kind.element is U8 else 1))

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, options):
        return self.random.choice(options)

    def weighted(self, *options):
        """One of (weight, value)."""
        return self.random.choices([value for _, value in options], [weight for weight, _ in options])[0]

    def visible(self):
        return self.globals + [variable for scope in self.scopes for variable in scope]

    def declared(self, stem, kind, **more):
        variable = Variable(self.fresh(stem), kind, **more)
        self.scopes[-1].append(variable)
        return variable

    def reaches(self, kind):
        """The types of all places that can be reached from one of this type."""
        if kind not in self.reached:
            found, todo = {kind}, [kind]
            while todo:
                for part in parts(todo.pop()):
                    if part not in found:
                        found.add(part)
                        todo.append(part)
            self.reached[kind] = found
        return self.reached[kind]

    def types(self, accepts):
        """The types of all places that can be reached, as far as they are wanted."""
        kinds = {kind for variable in self.visible() for kind in self.reaches(variable.type) if accepts(kind)}
        return sorted(kinds, key=lambda kind: kind.name)

    def place_of(self, *kinds, writable=False):
        """A place whose type is of one of these kinds, or None."""
        types = self.types(lambda kind: kind.kind in kinds)
        return self.path(self.pick(types), writable) if types else None

    # Places.

    def path(self, want, writable=False):
        """A place of type `want`, or None."""
        if self.is_fresh:
            return None
        candidates = [v for v in self.visible() if want in self.reaches(v.type)]
        if not candidates:
            return None
        for _ in range(3):
            index = max(self.random.randrange(len(candidates)), self.random.randrange(len(candidates)))
            node = self.walk(Local(candidates[index]), want, writable)
            if node:
                return node
        return None

    def walk(self, node, want, writable):
        for _ in range(7):
            steps = self.steps(node, want)
            if node.type is want and self.is_usable(node, writable) and (not steps or self.chance(0.8)):
                return node
            if not steps:
                return None
            node = self.pick(steps)()
        return None

    def is_usable(self, node, writable):
        if type(node) is Unwrap:
            return not writable
        if type(node) is not Local:
            return True
        variable = node.variable
        return not variable.borrowed and not (writable and (variable.is_counter or variable.is_fixed))

    def steps(self, node, want):
        kind = node.type
        if kind.kind == "struct":
            return [
                lambda i=i: Field(node, i) for i, (_, part) in enumerate(kind.fields) if want in self.reaches(part)]
        if kind.kind in ("int", "text", "enum", "maybe") or want not in self.reaches(kind.element):
            return []
        if kind.kind == "pointer":
            return [lambda: Deref(node)]
        if kind.kind == "optional":
            return [lambda: Unwrap(node)]
        return [lambda: Element(node, self.index(node))]

    def index(self, base):
        """An index that is most often inside."""
        if base.type.kind == "array":
            return Number(I64, self.random.randrange(base.type.count))
        counters = [v for scope in self.scopes for v in scope if v.is_counter and v.type is I64]
        if counters and self.chance(0.3):
            return Local(self.pick(counters))
        if self.chance(0.1):
            return Binary("-", Length(base), Number(I64, 1))
        return Number(I64, self.weighted((6, 0), (3, 1), (1, 2), (0.2, 5)))

    def addressable(self, want):
        """A place whose address may be kept."""
        for _ in range(3):
            place = self.path(want, writable=True)
            if place and type(place) is not Deref:
                return place
        return None

    # Values.

    def value(self, kind, depth=0):
        if kind.kind == "int":
            return self.number(kind, depth)
        if kind.kind == "text":
            return self.text(depth)
        if depth == 0 and not self.is_fresh and self.chance(0.05):
            return IfValue(self.condition(1), self.value(kind, 1), self.value(kind, 1))
        if kind.kind == "struct":
            return self.struct_value(kind, depth)
        if kind.kind == "array":
            place = self.path(kind) if self.chance(0.3) else None
            return place or MakeList(kind, [self.value(kind.element, depth + 2) for _ in range(kind.count)])
        if kind.kind == "slice":
            return self.slice_value(kind, depth)
        if kind.kind == "enum":
            return self.enum_value(kind, depth)
        if kind.kind == "maybe":
            if self.chance(0.25) or depth > 3:
                return Null(kind)
            place = self.path(kind) if self.chance(0.4) else None
            return place or self.value(kind.element, depth + 1)
        if kind.kind == "optional":
            if self.is_fresh or self.chance(0.15) or depth > 3:
                return Null(kind)
            place = self.path(kind) if self.chance(0.4) else None
            return place or self.value(kind.element, depth + 1)
        return self.pointer_value(kind, depth)

    def fresh_value(self, kind):
        """A value that can't stop the program."""
        self.is_fresh = True
        made = self.value(kind)
        self.is_fresh = False
        return made

    def number(self, kind, depth=0):
        choice = self.random.random()
        if choice < 0.55 or depth > 2:
            place = self.path(kind)
            if place:
                return place
        if choice < 0.65 and depth < 2 and not self.is_fresh:
            return Binary(self.pick("+-^&"), self.number(kind, depth + 1), self.number(kind, depth + 1))
        if choice < 0.75 and depth < 2:
            other = self.pick(INTS)
            if other is not kind:
                return Convert(kind, self.number(other, depth + 1))
        if choice < 0.68 and kind is U8:
            text = self.path(TEXT)
            if text:
                return TextByte(text, Number(I64, self.random.randrange(3)))
        if choice < 0.8 and kind is I64:
            slices = [v for v in self.visible() if v.type.kind == "slice"]
            if slices and not self.is_fresh:
                return Length(Local(self.pick(slices)))
        if choice < 0.87 and depth < 2:
            call = self.call(kind)
            if call:
                return call
        return Number(kind, self.random.randrange(100))

    def text(self, depth):
        place = self.path(TEXT) if self.chance(0.6) else None
        if place and self.chance(0.3):
            low = self.random.randrange(2)
            return TextView(place, Number(I64, low), Number(I64, low + self.random.randint(1, 2)))
        if place:
            return place
        if self.chance(0.15):
            return MakeText(["constant"])
        parts = ["text", self.number(self.pick(INTS), 2 if self.is_fresh else 1)]
        more = self.path(TEXT) if depth < 3 and self.chance(0.3) else None
        return MakeText([*parts, more] if more else parts)

    def struct_value(self, kind, depth):
        if self.chance(0.35):
            place = self.path(kind)
            if place:
                return place
        if self.chance(0.15) and depth < 2:
            call = self.call(kind)
            if call:
                return call
        return MakeStruct(kind, [self.value(part, depth + 1) for _, part in kind.fields])

    def enum_value(self, kind, depth):
        place = self.path(kind) if self.chance(0.4) else None
        if place:
            return place
        if self.chance(0.15) and depth < 2:
            call = self.call(kind)
            if call:
                return call
        # The last one holds nothing.
        return self.case(kind, len(kind.cases) - 1 if depth > 3 else self.random.randrange(len(kind.cases)), depth)

    def case(self, kind, index, depth):
        return MakeCase(kind, index, [self.value(part, depth + 2) for _, part in kind.cases[index][1]])

    def pointer_value(self, kind, depth):
        choice = self.random.random()
        if choice < 0.45 or depth > 3:
            place = self.path(kind)
            if place:
                return place
        if choice < 0.6:
            place = self.addressable(kind.element)
            if place:
                return AddressOf(place)
        if choice < 0.68 and depth < 2:
            call = self.call(kind)
            if call:
                return call
        if choice < 0.74 and not self.is_fresh:
            optional = self.path(kind.optional())
            if optional:
                return Coalesce(optional, self.value(kind, depth + 2))
        if kind.element.kind == "struct":
            near = self.path(self.pick(self.program.structs).pointer()) if self.chance(0.1) else None
            return New(self.struct_made(kind.element, depth + 1), near)
        if kind.element.kind == "enum" and depth < 3:
            full = [index for index, (_, fields) in enumerate(kind.element.cases) if fields]
            if full:
                return New(self.case(kind.element, self.pick(full), depth))
        place = self.addressable(kind.element)
        if place:
            return AddressOf(place)
        return AddressOf(Element(NewSlice(kind.element.slice(), Number(I64, 1), self.value(kind.element, depth + 1)),
                                 Number(I64, 0)))

    def struct_made(self, kind, depth):
        return MakeStruct(kind, [self.value(part, depth + 1) for _, part in kind.fields])

    def slice_value(self, kind, depth):
        choice = self.random.random()
        if choice < 0.35 or depth > 3:
            place = self.path(kind)
            if place:
                return place
        if choice < 0.5:
            view = self.view(kind)
            if view:
                return view
        if choice < 0.6 and depth < 2:
            call = self.call(kind)
            if call:
                return call
        if self.blocks and choice < 0.9 and depth <= 2:
            return NewSlice(kind, Number(I64, self.random.randrange(1, 5)), self.value(kind.element, depth + 2), self.room(kind))
        if choice < 0.7 and kind.element.has_zero():
            return NewSlice(kind, Number(I64, self.random.randrange(1, 5)))
        if choice < 0.75:
            return NewSlice(kind, None, None, self.room(kind))
        if choice < 0.8:
            return NewSlice(kind, Number(I64, self.random.randrange(1, 4)), self.value(kind.element, depth + 2),
                            self.pick([None, self.room(kind)]))
        if kind.element.kind == "optional" or depth > 2:
            return NewSlice(kind, Number(I64, self.random.randrange(1, 4)), self.value(kind.element, depth + 2))
        return MakeList(kind, [self.value(kind.element, depth + 2) for _ in range(self.random.randrange(1, 4))])

    def view(self, kind):
        base = self.path(kind)
        arrays = self.types(lambda of: of.kind == "array" and of.element is kind.element)
        if arrays and (not base or self.chance(0.5)):
            base = self.addressable(self.pick(arrays)) or base
        if not base:
            return None
        most = base.type.count if base.type.kind == "array" else 3
        low = self.weighted((5, 0), (2, 1), (1, 2), (1, most))
        low = min(low, most)
        if base.type.kind == "slice" and self.chance(0.4):
            return View(base, Number(I64, low), Length(base))
        return View(base, Number(I64, low), Number(I64, self.random.randint(low, most)))

    def call(self, result):
        """A call of an earlier function with this result (None: any function), or None."""
        functions = [f for f in self.program.functions if f.result is result] if result else self.program.functions
        if not functions or self.is_fresh:
            return None
        return self.call_of(self.pick(functions))

    def call_of(self, function, depth=None):
        arguments = []
        for parameter in function.parameters:
            if parameter.is_counter:
                arguments.append(depth or Number(I64, self.random.randrange(1, 4)))
            elif parameter.borrowed:
                arguments.append(self.lent(parameter.type))
            else:
                arguments.append(self.value(parameter.type, 2))
        return Call(function, arguments)

    def lent(self, kind):
        """A pointer that isn't kept: also to a local, and also one that was lent itself."""
        borrowed = [v for scope in self.scopes for v in scope if v.borrowed and v.type is kind]
        if borrowed and self.chance(0.5):
            return Local(self.pick(borrowed))
        place = self.path(kind.element, writable=True)
        if place and type(place) is not Deref and self.chance(0.7):
            return AddressOf(place)
        return self.value(kind, 2)

    def rounds(self):
        """How many rounds a loop has, which the compiler mostly can't know; perhaps none."""
        return self.weighted(
            (2, lambda: Number(I64, self.random.randint(1, 6))),
            (3, lambda: Binary("-", Local(self.seed_variable), Number(I64, self.random.randrange(4)))),
            (1, lambda: Local(self.seed_variable)))()

    # Conditions.

    def condition(self, depth=0):
        choice = self.random.random()
        if depth < 1 and choice < 0.12:
            return Logic(self.pick(["&&", "||"]), self.condition(depth + 1), self.condition(depth + 1))
        if choice < 0.16:
            left, right = self.path(TEXT), self.path(TEXT)
            if left and right:
                return Compare(self.pick(["==", "!="]), left, right)
        pointers = [v for v in self.visible() if v.type.kind in ("pointer", "optional")]
        if pointers and choice < 0.25:
            variable = self.pick(pointers)
            other = self.path(variable.type)
            if variable.type.kind == "optional" and (not other or self.chance(0.5)):
                other = Null(variable.type)
            if other:
                return Compare(self.pick(["==", "!="]), Local(variable), other)
        if choice < 0.4:
            number = Number(I64, self.random.randint(1, 4))
            return Compare(self.pick(["==", "!=", "<", ">"]), Local(self.seed_variable), number)
        kind = self.pick(INTS)
        left = self.path(kind) or Local(self.seed_variable)
        return Compare(self.pick(["==", "!=", "<", ">", "<", ">"]), left, Number(left.type, self.random.randrange(8)))


def freed(place):
    """What `delete` takes."""
    return Unwrap(place) if place.type.kind == "optional" and type(place) is not Local else place


def parts(kind):
    if kind.kind == "struct":
        return [part for _, part in kind.fields]
    # There are no places inside an optional of a value; what an enum holds is bound by patterns.
    return [kind.element] if kind.element and kind.kind != "maybe" else []
