"""The programs that `run-memory` makes: types, expressions and places. Each can be written as Zong (`text`) and
evaluated by the reference (`value`), in the order that the language prescribes.

A place is prepared first (the pointers and indices in it are evaluated, left to right) and resolved to an allocation, a
container and an index after the value that goes there is known.
"""

from memory_model import EMPTY, Case, Stop, check, copy

POINTER_SIZE, SLICE_SIZE = 8, 16


class Type:
    """A type; one object for each, so that they compare by identity."""

    def __init__(self, kind, name, size, align, element=None, count=0):
        self.kind, self.name, self.size, self.align = kind, name, size, align
        self.element, self.count = element, count
        self.fields = []
        self.cases = []  # of an enum: (name, fields)
        self.keeps = None  # of a struct that declares `write`, `equals`, `hash`: the field, and the global that keeps it
        self.made = {}

    def __repr__(self):
        return self.name

    def derived(self, key, make):
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def pointer(self):
        return self.derived("*", lambda: Type("pointer", f"{self.name}*", POINTER_SIZE, 8, self))

    def optional(self):
        return self.derived("?", lambda: Type("optional", f"{self.name}?", POINTER_SIZE, 8, self))

    def slice(self):
        return self.derived("[]", lambda: Type("slice", f"{self.name}[]", SLICE_SIZE, 8, self))

    def array(self, count):
        return self.derived(
            count, lambda: Type("array", f"{self.name}[{count}]", self.size * count, self.align, self, count))

    def set_fields(self, fields):
        self.fields = fields
        offset, self.align = 0, 1
        for _, kind in fields:
            offset = -(-offset // kind.align) * kind.align + kind.size
            self.align = max(self.align, kind.align)
        self.size = -(-offset // self.align) * self.align

    def maybe(self):
        """An optional of something other than a pointer: a value with a flag behind it."""
        size = (self.size + self.align) // self.align * self.align
        return self.derived("maybe", lambda: Type("maybe", f"{self.name}?", size, self.align, self))

    def set_cases(self, cases):
        self.cases = cases
        self.size = 1
        for _, fields in cases:
            offset = 1
            for _, kind in fields:
                offset = -(-offset // kind.align) * kind.align + kind.size
                self.align = max(self.align, kind.align)
            self.size = max(self.size, offset)
        self.size = -(-self.size // self.align) * self.align

    def has_zero(self):
        if self.kind in ("struct", "array"):
            return all(kind.has_zero() for kind in ([kind for _, kind in self.fields] or [self.element]))
        return self.kind not in ("pointer", "enum")

    def zero(self):
        if self.kind == "int":
            return 0
        if self.kind == "slice":
            return EMPTY
        if self.kind == "text":
            return NO_TEXT
        if self.kind == "array":
            return [self.element.zero() for _ in range(self.count)]
        if self.kind == "struct":
            return [kind.zero() for _, kind in self.fields]
        return None

    def leads_back(self):
        """Whether a slice's elements may hold slices of the same type, other than behind pointers."""
        seen, todo = set(), [self.element]
        while todo:
            kind = todo.pop()
            if kind is self:
                return True
            if kind not in seen and kind.kind in ("struct", "array", "slice", "maybe", "enum"):
                seen.add(kind)
                if kind.kind in ("struct", "enum"):
                    todo += [part for _, fields in [*kind.cases, ("", kind.fields)] for _, part in fields]
                else:
                    todo.append(kind.element)
        return False

    def is_printable(self):
        """Whether `print` shows nothing but numbers and what a declared `write` does."""
        if self.kind == "int" or self.keeps:
            return True
        if self.kind == "struct":
            return all(kind.kind == "int" for _, kind in self.fields)
        return self.kind in ("slice", "array") and (self.element.kind == "int" or bool(self.element.keeps))


class Int(Type):
    def __init__(self, name, bits, signed):
        super().__init__("int", name, bits // 8, bits // 8)
        self.bits, self.signed = bits, signed

    def wrap(self, value):
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.signed and value >> (self.bits - 1) else value


NO_TEXT = (None, "", 0, 0)
TEXT = Type("text", "String", SLICE_SIZE, 8)
I64, I32, U8 = Int("I64", 64, True), Int("I32", 32, True), Int("U8", 8, False)
INTS = [I64, I32, U8]


class Variable:
    """A local, a parameter or a global. `borrowed` pointers are not kept, only followed; a counter is assigned by its
    loop alone, and what is fixed isn't assigned at all."""

    __slots__ = ("name", "type", "is_global", "borrowed", "is_counter", "is_fixed")

    def __init__(self, name, kind, is_global=False, borrowed=False, is_counter=False, is_fixed=False):
        self.name, self.type, self.is_global = name, kind, is_global
        self.borrowed, self.is_counter, self.is_fixed = borrowed, is_counter, is_fixed


class Node:
    """An expression. `children` are the names of its parts that are expressions themselves."""

    is_stored = False

    def read(self, machine, frame):
        prepared = []
        self.prepare(machine, frame, prepared)
        prepared.reverse()
        _, container, index = self.resolve(machine, frame, prepared)
        return copy(container[index])

    def place(self, machine, frame):
        prepared = []
        self.prepare(machine, frame, prepared)
        prepared.reverse()
        return self.resolve(machine, frame, prepared)

    def value(self, machine, frame):
        return self.read(machine, frame)


class Local(Node):
    is_stored = True

    def __init__(self, variable):
        self.variable, self.type = variable, variable.type

    def text(self):
        return self.variable.name

    def prepare(self, machine, frame, prepared):
        pass

    def resolve(self, machine, frame, prepared):
        allocation = (machine.globals if self.variable.is_global else frame)[self.variable]
        return allocation, allocation.cells, 0


class Deref(Node):
    is_stored = True

    def __init__(self, pointer):
        self.pointer, self.type = pointer, pointer.type.element

    def text(self):
        return f"{self.pointer.text()}*"

    def prepare(self, machine, frame, prepared):
        prepared.append(self.pointer.value(machine, frame))

    def resolve(self, machine, frame, prepared):
        pointer = prepared.pop()
        check(pointer[0])
        return pointer


class Field(Node):
    is_stored = True

    def __init__(self, base, index):
        self.base, self.index = base, index
        self.name, self.type = base.type.fields[index]

    def text(self):
        # A pointer is followed by itself.
        base = self.base.pointer if type(self.base) is Deref else self.base
        return f"{base.text()}.{self.name}"

    def prepare(self, machine, frame, prepared):
        self.base.prepare(machine, frame, prepared)

    def resolve(self, machine, frame, prepared):
        allocation, container, index = self.base.resolve(machine, frame, prepared)
        return allocation, container[index], self.index


class Element(Node):
    is_stored = True

    def __init__(self, base, index):
        self.base, self.index, self.type = base, index, base.type.element

    def text(self):
        return f"{self.base.text()}[{self.index.text()}]"

    def prepare(self, machine, frame, prepared):
        if self.base.is_stored:
            self.base.prepare(machine, frame, prepared)
        else:
            prepared.append(self.base.value(machine, frame))
        prepared.append(self.index.value(machine, frame))

    def resolve(self, machine, frame, prepared):
        if not self.base.is_stored:
            slice_ = prepared.pop()
            return self.element_of(slice_, prepared.pop())
        allocation, container, index = self.base.resolve(machine, frame, prepared)
        at = prepared.pop()
        if self.base.type.kind == "array":
            if not 0 <= at < self.base.type.count:
                raise Stop({"bounds"})
            return allocation, container[index], at
        return self.element_of(container[index], at)

    def element_of(self, slice_, at):
        allocation, container, start, length, _ = slice_
        if not 0 <= at < length:
            raise Stop({"bounds"} | ({allocation.death, "reused"} if allocation and allocation.death else set()))
        check(allocation)
        return allocation, container, start + at


class Unwrap(Node):
    def __init__(self, optional):
        self.optional, self.type = optional, optional.type.element

    def text(self):
        return f"{self.optional.text()}!"

    def value(self, machine, frame):
        pointer = self.optional.value(machine, frame)
        if pointer is None:
            raise Stop({"null"})
        return pointer


class Number(Node):
    def __init__(self, kind, number):
        self.type, self.number = kind, number

    def text(self):
        return f"{self.number}" if self.type is I64 else f"{self.type.name}({self.number})"

    def value(self, machine, frame):
        return self.number


class Convert(Node):
    def __init__(self, kind, operand):
        self.type, self.operand = kind, operand

    def text(self):
        return f"{self.type.name}.wrapping({self.operand.text()})"

    def value(self, machine, frame):
        return self.type.wrap(self.operand.value(machine, frame))


class Binary(Node):
    def __init__(self, operator, left, right):
        self.operator, self.left, self.right, self.type = operator, left, right, left.type

    def text(self):
        return f"({self.left.text()} {self.operator} {self.right.text()})"

    def value(self, machine, frame):
        left = self.left.value(machine, frame)
        return compute(self.operator, self.type, left, self.right.value(machine, frame))


def compute(operator, kind, left, right):
    if operator == "+":
        return kind.wrap(left + right)
    if operator == "-":
        return kind.wrap(left - right)
    if operator == "^":
        return kind.wrap(left ^ right)
    return kind.wrap(left & right)


class Length(Node):
    def __init__(self, slice_):
        self.slice, self.type = slice_, I64

    def text(self):
        return f"{self.slice.text()}.length"

    def value(self, machine, frame):
        return self.slice.value(machine, frame)[3]


class Null(Node):
    def __init__(self, kind):
        self.type = kind

    def text(self):
        return "null"

    def value(self, machine, frame):
        return None


class AddressOf(Node):
    def __init__(self, place):
        self.of, self.type = place, place.type.pointer()

    def text(self):
        return f"{self.of.text()}&"

    def value(self, machine, frame):
        return self.of.place(machine, frame)


class MakeStruct(Node):
    def __init__(self, kind, parts):
        self.type, self.parts = kind, parts

    def text(self):
        fields = ", ".join(f"{name}: {part.text()}" for (name, _), part in zip(self.type.fields, self.parts))
        return f"{self.type.name}({fields})"

    def value(self, machine, frame):
        return [part.value(machine, frame) for part in self.parts]


class MakeCase(Node):
    """A value of an enum."""

    def __init__(self, kind, index, parts):
        self.type, self.index, self.parts = kind, index, parts

    def text(self):
        name, fields = self.type.cases[self.index]
        parts = ", ".join(f"{field}: {part.text()}" for (field, _), part in zip(fields, self.parts))
        return f"{self.type.name}.{name}({parts})" if fields else f"{self.type.name}.{name}"

    def value(self, machine, frame):
        return Case(self.index, [part.value(machine, frame) for part in self.parts])


class MakeList(Node):
    """A list literal: a slice or an array."""

    def __init__(self, kind, parts):
        self.type, self.parts = kind, parts

    def text(self):
        return f"[{', '.join(part.text() for part in self.parts)}]"

    def value(self, machine, frame):
        items = [part.value(machine, frame) for part in self.parts]
        return items if self.type.kind == "array" else machine.memory.storage(items, 0)


class New(Node):
    def __init__(self, made, near=None):
        self.made, self.near, self.type = made, near, made.type.pointer()

    def text(self):
        near = f"(near: {self.near.text()})" if self.near else ""
        return f"new{near} {self.made.text()}"

    def value(self, machine, frame):
        value = self.made.value(machine, frame)
        near = None
        if self.near:
            near = self.near.value(machine, frame)[0]
            check(near)
        return machine.memory.new(value, max(self.made.type.size, 1), near)


class NewSlice(Node):
    def __init__(self, kind, length, fill=None, capacity=None):
        self.type, self.length, self.fill, self.capacity = kind, length, fill, capacity

    def text(self):
        parts = [("length", self.length), ("fill", self.fill), ("capacity", self.capacity)]
        return f"{self.type.name}({', '.join(f'{name}: {part.text()}' for name, part in parts if part)})"

    def value(self, machine, frame):
        length = self.length.value(machine, frame) if self.length else 0
        fill = self.fill.value(machine, frame) if self.fill else None
        capacity = self.capacity.value(machine, frame) if self.capacity else 0
        if length < 0 or capacity < 0:
            raise Stop({"negative"})
        machine.limit(length if capacity >= 1000 else length + capacity)
        items = [copy(fill) if self.fill else self.type.element.zero() for _ in range(length)]
        return machine.memory.storage(items, capacity)


class View(Node):
    def __init__(self, base, low, high):
        self.base, self.low, self.high = base, low, high
        self.type = base.type.element.slice()

    def text(self):
        return f"{self.base.text()}[{self.low.text()}..{self.high.text()}]"

    def value(self, machine, frame):
        if self.base.type.kind == "array":
            allocation, container, index = self.base.place(machine, frame)
            cells = container[index]
            whole = (allocation, cells, 0, len(cells), 0)
        else:
            whole = self.base.value(machine, frame)
        low = self.low.value(machine, frame)
        return machine.memory.view(whole, low, self.high.value(machine, frame))


class Call(Node):
    def __init__(self, function, arguments):
        self.function, self.arguments, self.type = function, arguments, function.result

    def text(self):
        if not self.function.owner:
            return f"{self.function.name}({', '.join(argument.text() for argument in self.arguments)})"
        # The receiver's address is taken by itself.
        receiver = self.arguments[0]
        receiver = receiver.of if type(receiver) is AddressOf else receiver
        text = f"({receiver.text()})" if type(receiver) is New else receiver.text()
        return f"{text}.{self.function.name}({', '.join(argument.text() for argument in self.arguments[1:])})"

    def value(self, machine, frame):
        arguments = [argument.value(machine, frame) for argument in self.arguments]
        return machine.call(self.function, arguments)


class Compare(Node):
    """A condition on two numbers or two pointers."""

    def __init__(self, operator, left, right):
        self.operator, self.left, self.right = operator, left, right

    def text(self):
        return f"{self.left.text()} {self.operator} {self.right.text()}"

    def value(self, machine, frame):
        left, right = self.left.value(machine, frame), self.right.value(machine, frame)
        if self.left.type.keeps:
            return keep(machine, self.left.type, right) == (self.operator == "==")
        if self.left.type is TEXT:
            return (len_of(left) == len_of(right) and content(left) == content(right)) == (self.operator == "==")
        if type(left) is tuple or type(right) is tuple or left is None or right is None:
            return same_pointer(left, right) == (self.operator == "==")
        return {"==": left == right, "!=": left != right, "<": left < right, ">": left > right}[self.operator]


def keep(machine, kind, value):
    """What a declared `write` or `equals` does: it keeps what a value leads to."""
    field, variable = kind.keeps
    machine.globals[variable].cells[0] = value[field]
    return True


def same_pointer(left, right):
    if left is None or right is None:
        return left is right
    return left[0] is right[0] and left[1] is right[1] and left[2] == right[2]


class Logic(Node):
    def __init__(self, operator, left, right):
        self.operator, self.left, self.right = operator, left, right

    def text(self):
        return f"({self.left.text()}) {self.operator} ({self.right.text()})"

    def value(self, machine, frame):
        left = self.left.value(machine, frame)
        if self.operator == "&&":
            return left and self.right.value(machine, frame)
        return left or self.right.value(machine, frame)


class IfValue(Node):
    def __init__(self, condition, then, other):
        self.condition, self.then, self.other, self.type = condition, then, other, then.type

    def text(self):
        return f"if {self.condition.text()} {{ {self.then.text()} }} else {{ {self.other.text()} }}"

    def value(self, machine, frame):
        return (self.then if self.condition.value(machine, frame) else self.other).value(machine, frame)


class Coalesce(Node):
    """`optional ?? pointer`"""

    def __init__(self, optional, other):
        self.optional, self.other, self.type = optional, other, other.type

    def text(self):
        return f"({self.optional.text()} ?? {self.other.text()})"

    def value(self, machine, frame):
        pointer = self.optional.value(machine, frame)
        return self.other.value(machine, frame) if pointer is None else pointer


# Text: (allocation or None for a constant, all of its characters, start, length).


def content(text):
    """The characters of a text that is read."""
    check(text[0])
    return text[1][text[2]:text[2] + text[3]]


def len_of(text):
    return text[3]


class MakeText(Node):
    """An interpolation, or with only characters a literal."""

    def __init__(self, parts):
        self.parts, self.type = parts, TEXT

    def text(self):
        return '"' + "".join(part if type(part) is str else f"\\({part.text()})" for part in self.parts) + '"'

    def value(self, machine, frame):
        made = ""
        for part in self.parts:
            if type(part) is not str:
                value = part.value(machine, frame)
                part = content(value) if part.type is TEXT else str(value)
            made += part
        machine.limit(len(made))
        if all(type(part) is str for part in self.parts):
            return (None, made, 0, len(made))
        return (machine.memory.new_text(made), made, 0, len(made))


class TextByte(Node):
    def __init__(self, base, index):
        self.base, self.index, self.type = base, index, U8

    def text(self):
        return f"{self.base.text()}[{self.index.text()}]"

    def value(self, machine, frame):
        text = self.base.value(machine, frame)
        at = self.index.value(machine, frame)
        if not 0 <= at < text[3]:
            raise Stop({"bounds"} | ({text[0].death, "reused"} if text[0] and text[0].death else set()))
        return ord(content(text)[at])


class TextView(Node):
    def __init__(self, base, low, high):
        self.base, self.low, self.high, self.type = base, low, high, TEXT

    def text(self):
        return f"{self.base.text()}[{self.low.text()}..{self.high.text()}]"

    def value(self, machine, frame):
        allocation, characters, start, length = self.base.value(machine, frame)
        low = self.low.value(machine, frame)
        high = self.high.value(machine, frame)
        if not 0 <= low <= high <= length:
            raise Stop({"bounds"})
        return (allocation, characters, start + low, high - low)
