"""Ends for programs: something that is alive when the program is through is freed, moved or left behind, and then used
by another way. What that does is for the reference to say."""

from memory_statements import (
    Append, Arena, Assign, Block, Compound, Declare, Delete, Evaluate, ForEach, ForRange, If, Nested, Print, Shorten)
from memory_tree import (
    I64, TEXT, AddressOf, Compare, Deref, Element, Field, Length, Local, MakeText, Null, Number, TextByte, Unwrap,
    Variable, View)


def find(node, value, visit, depth=0):
    """Visits the places with pointers and slices that can be reached without using a stale one."""
    kind = node.type
    if depth > 4:
        return
    if kind.kind in ("pointer", "optional"):
        if value is None:
            return
        visit(node, value)
        if not value[0].death:
            pointer = Unwrap(node) if kind.kind == "optional" else node
            find(Deref(pointer), value[1][value[2]], visit, depth + 1)
    elif kind.kind == "struct":
        for index in range(len(kind.fields)):
            find(Field(node, index), value[index], visit, depth + 1)
    elif kind.kind == "array" and kind.element.kind != "int":
        for index in range(kind.count):
            find(Element(node, Number(I64, index)), value[index], visit, depth + 1)
    elif kind.kind == "slice" and value[0] is not None:
        visit(node, value)
        if not value[0].death:
            for index in range(min(value[3], 2)):
                find(Element(node, Number(I64, index)), value[1][value[2] + index], visit, depth + 1)


class Ending:
    """Makes statements for the end of the program's own function. `places` are (node, value) of pointers and slices."""

    def __init__(self, generator, places):
        self.generator, self.random = generator, generator.random
        self.alive = [(node, value) for node, value in places if not value[0].death]
        self.stale = [node for node, value in places if value[0].death]

    def make(self):
        """A wrong ending, or nothing."""
        makers = [self.left_behind]
        if self.generator.arenas:
            makers += [self.ended_arena] * 2
        if self.stale:
            makers += [self.stale_use] * 2
        if any(node.type.kind != "slice" for node, _ in self.alive):
            makers += [self.freed_object] * 3 + [self.freed_twice, self.wrong_free]
        if any(node.type.kind == "slice" for node, _ in self.alive):
            makers += [self.moved_slice] * 2 + [self.freed_slice]
        return self.random.choice(makers)() if makers else []

    def chance(self, probability):
        return self.random.random() < probability

    def choose(self, *, slices):
        return self.random.choice([(n, v) for n, v in self.alive if (n.type.kind == "slice") == slices])

    # What goes wrong.

    def stale_use(self):
        place = self.random.choice(self.stale)
        return [*self.filler(place.type), *self.use(place)]

    def freed_object(self):
        """Freed through one pointer, used through another: one that exists, or one that is made."""
        objects = [(n, v) for n, v in self.alive if n.type.kind != "slice"]
        whole = [(n, v) for n, v in objects if v[0].kind == "object" and v[1] is v[0].cells]
        if not whole:
            return self.wrong_free()
        node, value = self.random.choice(whole)
        aliases = [n for n, v in self.alive if v[0] is value[0] and n is not node]
        statements = []
        if not aliases or self.chance(0.4):
            statements, aliases = self.aliases(node)
        return [*statements, *self.wrapped(Delete(unwrapped(node))), *self.filler(node.type),
                *self.use(self.random.choice(aliases))]

    def aliases(self, node):
        """Declarations of pointers and slices into what a pointer leads to."""
        generator = self.generator
        if self.chance(0.4):
            made = generator.declare(node.type, node)
            return [made], [Local(made.variable)]
        target = Deref(unwrapped(node))
        kinds = [k for k in generator.reaches(target.type) if k.kind in ("int", "struct", "slice")]
        kinds.sort(key=lambda kind: kind.name)
        place = generator.walk(target, self.random.choice(kinds), True) if kinds else None
        if not place or type(place) is Deref:
            made = generator.declare(node.type, node)
            return [made], [Local(made.variable)]
        arrays = place.type.kind == "array"
        made = generator.declare(place.type.pointer(), AddressOf(place)) if not arrays else generator.declare(
            place.type.element.slice(), View(place, Number(I64, 0), Number(I64, 1)))
        return [made], [Local(made.variable)]

    def freed_twice(self):
        node, _ = self.choose(slices=False)
        statements, aliases = self.aliases(node)
        first, second = Delete(unwrapped(node)), Delete(unwrapped(self.random.choice([*aliases, node])))
        return [*statements, first, *(self.filler(node.type) if self.chance(0.5) else []), second]

    def wrong_free(self):
        """Something that isn't on the heap, or is a part of something."""
        node, _ = self.choose(slices=False)
        statements, aliases = self.aliases(node)
        return [*statements, Delete(unwrapped(self.random.choice(aliases)))]

    def freed_slice(self):
        node, value = self.choose(slices=True)
        other = self.slice_alias(node, value)
        freed = self.random.choice([node, node, Local(other.variable)])
        return [other, *self.wrapped(Delete(freed)), *self.filler(node.type), *self.use(Local(other.variable))]

    def slice_alias(self, node, value):
        generator = self.generator
        if value[3] and self.chance(0.4):
            element = Element(node, Number(I64, self.random.randrange(value[3])))
            return generator.declare(element.type.pointer(), AddressOf(element))
        if value[3] and self.chance(0.5):
            low = self.random.randrange(value[3])
            return generator.declare(node.type, View(node, Number(I64, low), Length(node)))
        return generator.declare(node.type, node)

    def moved_slice(self):
        """Appending until the storage moves, and one of those left behind."""
        generator = self.generator
        node, value = self.choose(slices=True)
        rounds = value[4] - value[3] + 1 if value[4] > value[3] else 1
        if rounds > 20:
            return self.freed_slice()
        other = self.slice_alias(node, value)
        append = Append(AddressOf(node), generator.fresh_value(node.type.element))
        counter = Variable(generator.fresh("i"), I64, is_counter=True)
        rounds += self.random.choice([-1, 0, 0, 1])
        loop = ForRange(counter, Number(I64, 0), Number(I64, rounds), Block([append]))
        return [other, loop, *self.filler(node.type), *self.use(Local(other.variable))]

    def left_behind(self):
        """A pointer to a local that has ended."""
        generator = self.generator
        struct = self.random.choice([*generator.program.structs, I64])
        outer = generator.declare(struct.pointer().optional(), Null(struct.pointer().optional()))
        inner = Variable(generator.fresh("v"), struct)
        store = Assign(Local(outer.variable), AddressOf(Local(inner)))
        block = Block([Declare(inner, generator.fresh_value(struct)), store])
        if self.chance(0.4):
            generator.scopes.append([])
            block.statements += self.use(Local(outer.variable))
            generator.scopes.pop()
        counter = Variable(generator.fresh("i"), I64, is_counter=True)
        around = self.random.choice([
            Nested("", block), If(Compare("<", Number(I64, 0), Number(I64, 1)), block),
            ForRange(counter, Number(I64, 0), Number(I64, 2), block)])
        return [outer, around, *self.filler(outer.variable.type), *self.use(Local(outer.variable))]

    def ended_arena(self):
        """Something from an arena that has ended; or that grew where it was, outside."""
        generator = self.generator
        struct = self.random.choice(generator.program.structs)
        kind = self.random.choice([
            struct.pointer().optional(), struct.slice(), I64.slice(), TEXT, I64.pointer().optional()])
        outer = generator.declare(kind, generator.fresh_value(kind))
        generator.scopes.append([])
        inside = []
        if kind.kind == "slice" and self.chance(0.5):
            inside += [Append(AddressOf(Local(outer.variable)), generator.fresh_value(kind.element)) for _ in range(3)]
        else:
            inside.append(Assign(Local(outer.variable), generator.value(kind)))
        if self.chance(0.3):
            inside += self.use(Local(outer.variable))
        if self.chance(0.3):
            inside = [Arena(Block(inside))]
        generator.scopes.pop()
        return [outer, Arena(Block(inside)), *self.filler(kind), *self.use(Local(outer.variable))]

    # What happens in between, and how something is used.

    def wrapped(self, statement):
        """The statement, on a condition, in a loop or deferred in a block."""
        choice = self.random.random()
        generator = self.generator
        if choice < 0.5:
            return [statement]
        if choice < 0.65:
            return [If(Compare(">", Local(generator.seed_variable), Number(I64, 0)), Block([statement]))]
        if choice < 0.8:
            counter = Variable(generator.fresh("i"), I64, is_counter=True)
            condition = Compare("==", Local(counter), Number(I64, self.random.randrange(3)))
            return [ForRange(counter, Number(I64, 0), Number(I64, 3), Block([If(condition, Block([statement]))]))]
        if choice < 0.9:
            return [Nested("", Block([Nested("defer ", Block([statement])), Print(Number(I64, 1))]))]
        return [Nested("", Block([statement]))]

    def filler(self, kind):
        """New memory, perhaps where the old was."""
        if self.chance(0.4):
            return []
        statements = self.generator.reuse(kind)
        if statements and self.chance(0.3):
            for statement in statements:
                self.generator.scopes[-1].remove(statement.variable)
            counter = Variable(self.generator.fresh("i"), I64, is_counter=True)
            frees = [Delete(Local(d.variable)) for d in statements] if self.chance(0.5) else []
            rounds = Number(I64, self.random.randint(1, 5))
            return [ForRange(counter, Number(I64, 0), rounds, Block([*statements, *frees]))]
        return statements

    def use(self, place):
        """Statements that use a pointer or slice, which may be stale."""
        if place.type is TEXT:
            return [self.random.choice([
                lambda: Print(place), lambda: Print(TextByte(place, Number(I64, 0))), lambda: Delete(place),
                lambda: generator_text(self.generator, place)])()]
        if self.chance(0.15):
            return self.use_in_function(place) or self.use(place)
        return self.use_of_slice(place) if place.type.kind == "slice" else self.use_of_pointer(place)

    def use_in_function(self, place):
        generator = self.generator
        functions = [f for f in generator.program.functions if any(p.type is place.type for p in f.parameters)]
        if not functions:
            return None
        function = self.random.choice(functions)
        call = generator.call_of(function)
        for index, parameter in enumerate(function.parameters):
            if parameter.type is place.type:
                call.arguments[index] = place
        return [Evaluate(call)]

    def use_of_slice(self, place):
        generator, element = self.generator, Element(place, Number(I64, 0))
        kinds = sorted((k for k in generator.reaches(element.type) if k.kind == "int"), key=lambda k: k.name)
        number = generator.walk(element, self.random.choice(kinds), False) if kinds else None
        choices = [
            lambda: Append(AddressOf(place), generator.fresh_value(element.type)),
            lambda: Assign(element, generator.fresh_value(element.type)),
            lambda: Shorten(place, Number(I64, 0), False),
            lambda: Delete(place),
            lambda: generator.declare(element.type.pointer(), AddressOf(element)),
            lambda: generator.declare(place.type, View(place, Number(I64, 0), Length(place))),
            lambda: ForEach(Variable(generator.fresh("e"), element.type), place, False, Block([Print(Number(I64, 1))])),
        ]
        if number:
            choices += [lambda: Print(number)] * 4 + [lambda: self.read_in_loop(number)] * 2
        if place.type.is_printable():
            choices.append(lambda: Print(place))
        return [self.random.choice(choices)()]

    def use_of_pointer(self, place):
        generator = self.generator
        pointer = unwrapped(place)
        target = Deref(pointer)
        kinds = sorted((k for k in generator.reaches(target.type) if k.kind == "int"), key=lambda k: k.name)
        number = generator.walk(target, self.random.choice(kinds), False) if kinds else None
        choices = [lambda: Assign(target, generator.fresh_value(target.type)), lambda: Delete(pointer)]
        if number:
            choices += [lambda: Print(number)] * 3 + [
                lambda: Assign(number, generator.fresh_value(number.type)),
                lambda: Compound(number, "+", generator.fresh_value(number.type)), *[lambda: self.read_in_loop(number)] * 2]
        if target.type.kind == "struct":
            choices.append(lambda: generator.declare(target.type, target))
        if target.type.kind == "slice":
            return self.use_of_slice(target)
        return [self.random.choice(choices)()]

    def read_in_loop(self, number):
        generator = self.generator
        counter = Variable(generator.fresh("i"), I64, is_counter=True)
        total = Variable(generator.fresh("v"), number.type)
        body = [Compound(Local(total), "+", number)]
        if self.chance(0.3):
            body.insert(0, Print(Local(counter)))
        if self.chance(0.3):
            body = [If(Compare("==", Local(counter), Number(I64, self.random.randrange(4))), Block(body))]
        return Nested("", Block([
            Declare(total, Number(number.type, 0)),
            ForRange(counter, Number(I64, 0), generator.rounds(), Block(body)),
            Print(Local(total))]))


def generator_text(generator, place):
    return generator.declare(TEXT, MakeText(["again ", place]))


def unwrapped(place):
    return Unwrap(place) if place.type.kind == "optional" else place
