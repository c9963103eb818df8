"""Random programs that use memory in every way, rightly and wrongly: their statements, functions and types."""

from memory_statements import (
    Append, Arena, Assign, Block, Compound, Declare, Delete, Evaluate, ForEach, ForRange, Function, If, IfCase, IfVar,
    Leave, Match, Nested, Print, Return, Shorten, While)
from memory_tree import (
    INTS, I64, TEXT, U8, AddressOf, Binary, Call, Compare, Deref, Element, Field, Length, Local, New, NewSlice, Null, Number,
    Type, Variable)
from memory_idioms import Idioms
from memory_values import freed

LARGEST = 200  # of a struct, in bytes


class Generator(Idioms):
    # Statements.

    def block(self, most, extra=()):
        self.scopes.append(list(extra))
        self.depth += 1
        statements = []
        for _ in range(self.random.randint(1, most)):
            statements.extend(self.statement())
        self.depth -= 1
        self.scopes.pop()
        return Block(statements)

    def statement(self):
        """A few statements."""
        nested = self.depth < 4
        make = self.weighted(
            (16, self.declaration), (12, self.assignment), (6, self.compound), (9, self.deletion), (9, self.appending),
            (3, self.shortening), (12, self.printing), (6 if nested else 0, self.conditional),
            (3 if nested else 0, self.if_var), (6 if nested else 0, self.matching), (6 if nested and self.loops < 2 else 0, self.loop),
            (1.5 if nested else 0, self.nested), (2.5 if nested and self.arenas else 0, self.arena),
            (5, self.calling), (1.5 if self.loops else 0, self.leaving),
            (1 if self.function else 0, self.returning), (8 if nested else 0, self.idiom))
        scope = self.scopes[-1]
        known = len(scope)
        made = make()
        if not made:
            del scope[known:]
        return made or self.declaration()

    def some_type(self):
        """A type for a variable."""
        struct = self.pick(self.program.structs)
        if self.program.enums and self.chance(0.12):
            enum = self.pick(self.program.enums)
            return self.weighted((6, lambda: enum), (2, enum.pointer), (2, enum.slice), (1, enum.maybe))()
        if self.chance(0.04):
            return self.pick([struct, *INTS]).maybe()
        choice = self.random.random()
        if choice < 0.4:
            return struct.pointer()
        if choice < 0.5:
            return struct.optional_pointer()
        if choice < 0.65:
            return struct.slice()
        if choice < 0.72:
            return self.pick(INTS).slice()
        if choice < 0.78:
            return struct
        if choice < 0.83:
            return self.pick(INTS).pointer()
        if choice < 0.88:
            return struct.pointer().slice()
        if choice < 0.9:
            return self.pick([struct, *INTS]).slice().pointer()
        if choice < 0.92:
            return self.pick(INTS).slice().slice()
        if choice < 0.94:
            return struct.pointer().pointer()
        if choice < 0.955:
            return self.pick([struct, I64]).array(self.random.randint(2, 4))
        if choice < 0.975:
            return TEXT
        if choice < 0.985:
            return struct.maybe()
        return self.pick(INTS)

    def declare(self, kind, initial):
        """The declaration of a variable, which is visible from here on."""
        return Declare(self.declared("v", kind), initial)

    def declaration(self):
        kind = self.some_type()
        return [self.declare(kind, self.value(kind))]

    def assigned_type(self):
        """A type that something visible has a place of."""
        variable = self.pick(self.visible())
        kinds = sorted(self.reaches(variable.type), key=lambda kind: kind.name)
        pointers = [kind for kind in kinds if kind.kind != "int"]
        return self.pick(pointers if pointers and self.chance(0.6) else kinds)

    def assignment(self):
        kind = self.assigned_type()
        place = self.path(kind, writable=True)
        return [Assign(place, self.value(kind, 1))] if place else None

    def compound(self):
        kind = self.pick(INTS)
        place = self.path(kind, writable=True)
        return [Compound(place, self.pick("+-^"), self.number(kind, 1))] if place else None

    def deletion(self):
        place = self.place_of("pointer", "optional", "slice", "text")
        if not place:
            return None
        statements = [Delete(freed(place))]
        if self.chance(0.4):
            statements += self.reuse(place.type)
        return statements

    def reuse(self, kind):
        """Something new where `kind` was freed, perhaps."""
        if kind.kind == "slice":
            made = NewSlice(kind, Number(I64, self.random.randrange(1, 4)), self.value(kind.element, 2))
            return [self.declare(kind, made)]
        if kind is TEXT:
            return [self.declare(kind, self.value(kind, 2))]
        pointee = (kind.element if kind.kind == "optional" else kind).element
        if pointee.kind != "struct":
            return []
        count = self.random.randint(1, 2)
        return [self.declare(pointee.pointer(), New(self.struct_made(pointee, 2))) for _ in range(count)]

    def appending(self):
        pointer = self.slice_pointer() if self.chance(0.25) else None
        place = None if pointer else self.place_of("slice", writable=True)
        if not pointer and not place:
            return None
        kind = pointer.type.element if pointer else place.type
        statement = Append(pointer or AddressOf(place), self.value(kind.element, 2))
        if self.chance(0.2) and self.loops < 2:
            counter = Variable(self.fresh("i"), I64, is_counter=True)
            return [ForRange(counter, Number(I64, 0), Number(I64, self.random.randint(2, 6)), Block([statement]))]
        return [statement]

    def slice_pointer(self):
        """A pointer to a slice, or None."""
        kinds = self.types(lambda kind: kind.kind == "pointer" and kind.element.kind == "slice")
        return self.path(self.pick(kinds)) if kinds else None

    def shortening(self):
        place = self.place_of("slice", writable=True)
        if not place:
            return None
        is_relative = self.chance(0.4)
        shorten = Shorten(place, Number(I64, 1 if is_relative else self.random.randrange(3)), is_relative)
        if self.chance(0.7):
            return [If(Compare(">", Length(place), Number(I64, 2)), Block([shorten]))]
        return [shorten]

    def printing(self):
        place = self.path(self.pick(self.types(lambda kind: kind.is_printable())))
        return [Print(place if place else self.number(I64))]

    def conditional(self):
        condition = self.condition()
        then = self.block(3)
        return [If(condition, then, self.block(2) if self.chance(0.3) else None)]

    def matching(self):
        subject = self.place_of("enum")
        if not subject:
            return None
        cases = list(range(len(subject.type.cases)))
        self.random.shuffle(cases)
        if self.chance(0.3) and subject.type.cases[cases[0]][1]:
            index = cases[0]
            variables = self.names(subject.type, index)
            return [IfCase(index, variables, subject, self.block(3, variables))]
        arms = []
        named = len(cases) if self.chance(0.7) else self.random.randint(1, len(cases))
        for index in cases[:named]:
            variables = self.names(subject.type, index)
            arms.append((index, variables, self.block(2, variables)))
        if named < len(cases):
            arms.append((None, [], self.block(2)))
        return [Match(subject, arms)]

    def names(self, kind, index):
        return [Variable(self.fresh("b"), part) for _, part in kind.cases[index][1]]

    def if_var(self):
        optional = self.place_of("optional", "maybe")
        if not optional:
            return None
        variable = Variable(self.fresh("v"), optional.type.element)
        return [IfVar("if", variable, optional, self.block(3, [variable]))]

    def loop(self):
        self.loops += 1
        made = self.weighted((4, self.for_range), (3, self.for_each), (2, self.while_loop), (2, self.walking))()
        self.loops -= 1
        return made

    def for_range(self):
        counter = Variable(self.fresh("i"), I64, is_counter=True)
        slice_ = self.place_of("slice") if self.chance(0.3) else None
        high = Length(slice_) if slice_ else self.rounds()
        return [ForRange(counter, Number(I64, 0), high, self.block(4, [counter]))]

    def for_each(self):
        items = self.place_of("slice", "array")
        if not items:
            return None
        by_pointer = self.chance(0.4)
        element = items.type.element
        variable = Variable(self.fresh("e"), element.pointer() if by_pointer else element)
        index = Variable(self.fresh("i"), I64, is_counter=True) if self.chance(0.3) else None
        return [ForEach(variable, items, by_pointer, self.block(3, [variable, *([index] if index else [])]), index)]

    def while_loop(self):
        counter = Variable(self.fresh("n"), I64, is_counter=True)
        condition = self.condition(1) if self.chance(0.5) else None
        body = self.block(4, [counter])
        self.scopes[-1].append(counter)
        return [While(counter, self.random.randint(2, 7), condition, body)]

    def walking(self):
        """`while var` along a list."""
        lists = [s for s in self.program.structs if any(kind is s.optional_pointer() for _, kind in s.fields)]
        if not lists:
            return None
        struct = self.pick(lists)
        kind = struct.optional_pointer()
        at = self.declare(kind, self.value(kind))
        count = self.declare(I64, Number(I64, 0))
        count.variable.is_counter = True
        variable = Variable(self.fresh("v"), kind.element)
        body = self.block(3, [variable])
        link = next(i for i, (_, part) in enumerate(struct.fields) if part is kind)
        advance = Assign(Local(at.variable), Field(Deref(Local(variable)), link))
        body.statements.insert(self.random.randint(0, len(body.statements)), advance)
        body.statements[:0] = [Compound(Local(count.variable), "+", Number(I64, 1)),
                               Leave(Compare(">", Local(count.variable), Number(I64, 6)), "break")]
        return [at, count, IfVar("while", variable, Local(at.variable), body)]

    def nested(self):
        if not self.chance(0.6):
            return [Nested("", self.block(4))]
        # What is deferred can't leave its block.
        loops, self.loops = self.loops, 0
        function, self.function = self.function, None
        body = self.block(2)
        self.loops, self.function = loops, function
        return [Nested("defer ", body)]

    def arena(self):
        return [Arena(self.block(4))]

    def calling(self):
        call = self.call(None)
        if not call:
            return None
        if call.type and self.chance(0.5):
            return [self.declare(call.type, call)]
        return [Evaluate(call)]

    def leaving(self):
        return [Leave(self.condition(), self.pick(["break", "continue"]))]

    def returning(self):
        return [Return(self.value(self.function.result, 1), self.condition())]

    # Declarations.

    def make_free(self, struct):
        """The method that frees what a struct's pointers and slices lead to, or all but one of them."""
        this = Variable("self", struct.pointer(), is_fixed=True)
        function = Function("free", [this], None)
        function.owner = struct
        statements = []
        for index, (_, kind) in enumerate(struct.fields):
            place = Field(Deref(Local(this)), index)
            if self.chance(0.1) or kind.kind not in ("pointer", "optional", "slice", "text"):
                continue
            if kind.kind != "optional":
                statements.append(Delete(place))
                continue
            variable = Variable(self.fresh("v"), kind.element)
            owned = next((f for f in self.program.functions if f.owner is kind.element.element and f.name == "free"), None)
            if kind.element.element is struct and self.chance(0.5):
                owned = function
            inner = [Evaluate(Call(owned, [Local(variable)]))] if owned else []
            statements.append(IfVar("if", variable, place, Block([*inner, Delete(Local(variable))])))
        function.body = Block(statements)
        return function

    def make_struct(self, first):
        struct = Type("struct", self.fresh(f"S{self.name}x"), 0, 1)
        struct.optional_pointer = lambda: struct.pointer().optional()
        earlier = self.program.structs
        fields = [(self.fresh("f"), self.pick(INTS))]
        for _ in range(self.random.randint(0 if first else 1, 3)):
            kind = self.weighted(
                (3, lambda: self.pick(INTS)), (1, lambda: self.pick([I64, U8]).array(self.random.randint(2, 5))),
                (2, struct.optional_pointer), (2, lambda: self.pick(INTS).slice()), (1, struct.slice),
                (0.5, lambda: TEXT),
                *[(2, lambda: self.pick(self.program.enums)) for _ in self.program.enums[:1]],
                *([] if not earlier else [
                    (0.7, lambda: self.pick(earlier).maybe()),
                    (2, lambda: self.pick(earlier)), (3, lambda: self.pick(earlier).pointer()),
                    (1, lambda: self.pick(earlier).optional_pointer()), (2, lambda: self.pick(earlier).slice()),
                    (1, lambda: self.pick(earlier).pointer().slice()), (0.5, lambda: self.pick(earlier).array(2))]))()
            fields.append((self.fresh("f"), kind))
        self.random.shuffle(fields)
        struct.set_fields(fields)
        while struct.size > LARGEST:
            struct.set_fields(struct.fields[:-1])
        if not struct.fields or all(k.kind != "int" for _, k in struct.fields):
            struct.set_fields([*struct.fields[:2], (self.fresh("f"), I64)])
        return struct

    def make_enum(self):
        enum = Type("enum", self.fresh(f"E{self.name}x"), 0, 1)
        structs = self.program.structs
        cases = []
        for _ in range(self.random.randint(2, 4)):
            fields = []
            for _ in range(self.weighted((1, 0), (3, 1), (2, 2))):
                struct = self.pick(structs)
                kind = self.weighted(
                    (3, struct.pointer), (1, struct.optional_pointer), (1.5, struct.slice), (1, lambda: I64.slice()),
                    (1, lambda: self.pick(INTS)), (0.7, lambda: struct), (0.7, lambda: TEXT),
                    (1, enum.pointer), (0.5, lambda: enum.pointer().optional()))()
                fields.append((self.fresh("f"), kind))
            cases.append((self.fresh("c"), fields))
        # One of them ends every list of them.
        cases.append((self.fresh("c"), []))
        enum.set_cases(cases)
        return enum

    def make_function(self):
        function = Function(self.fresh(f"f{self.name}x"), [], None)
        self.scopes = [[]]
        if self.chance(0.25):
            function.owner = self.pick(self.program.structs)
            function.parameters.append(Variable("self", function.owner.pointer(), is_fixed=True))
            self.scopes[-1].append(function.parameters[0])
        for _ in range(self.random.randint(1, 3)):
            struct = self.pick(self.program.structs)
            kind = self.weighted(
                (4, struct.pointer), (1.5, lambda: struct.slice().pointer()), (1, lambda: I64.slice().pointer()),
                (1.5, struct.slice), (1, lambda: self.pick(INTS).slice()), (1.5, lambda: self.pick(INTS)),
                (1, lambda: struct),
                (1, struct.optional_pointer), (0.7, lambda: I64.pointer()),
                *[(1.5, lambda: self.pick(self.program.enums)) for _ in self.program.enums[:1]],
                (0.5, struct.maybe))()
            borrowed = kind.kind == "pointer" and self.chance(0.4)
            function.parameters.append(self.declared("p", kind, borrowed=borrowed))
        if self.chance(0.25):
            function.parameters.append(self.declared("d", I64, is_counter=True))
        struct = self.pick(self.program.structs)
        function.result = self.weighted(
            (3, lambda: I64), (2, struct.pointer), (1, struct.optional_pointer), (1, lambda: struct),
            (1.5, struct.slice),
            (0.5, lambda: U8), (0.5, lambda: I64.slice()), (0.4, lambda: TEXT), (0.4, struct.maybe),
            *[(1, lambda: self.pick(self.program.enums)) for _ in self.program.enums[:1]])()
        self.function = function
        self.fill_function(function)
        self.function = None
        return function

    def fill_function(self, function):
        self.scopes.append([])
        statements = []
        for _ in range(self.random.randint(1, 5)):
            statements += self.statement()
        if function.parameters[-1].is_counter:
            depth = Local(function.parameters[-1])
            call = self.call_of(function, Binary("-", depth, Number(I64, 1)))
            at = self.random.randint(0, len(statements))
            # Only what is declared up to there is visible; the parameters always are.
            names = {v.name for s in statements[at:] if isinstance(s, (Declare, While)) for v in [variable_of(s)]}
            if not names & used_names(call):
                statements.insert(at, If(Compare(">", depth, Number(I64, 0)), Block([Evaluate(call)])))
        for _ in range(self.random.randint(0, 2)):
            statements += self.statement()
        statements.append(Return(self.value(function.result, 1)))
        function.body = Block(statements)
        self.scopes = []

    def make_globals(self):
        self.globals.append(self.seed_variable)
        structs = self.program.structs
        for struct in structs:
            kept = [index for index, (_, kind) in enumerate(struct.fields) if kind.kind in ("pointer", "optional", "slice")]
            if kept and self.chance(0.25):
                self.make_keeper(struct, self.pick(kept))
        for _ in range(self.random.randint(1, 4)):
            struct = self.pick(structs)
            kind = self.weighted(
                (2, struct.optional_pointer), (2, struct.slice), (1, lambda: self.pick(INTS).slice()), (1, lambda: I64),
                (1, lambda: struct), (1, lambda: I64.array(3)))()
            if not kind.has_zero():
                kind = struct.optional_pointer()
            variable = Variable(self.fresh(f"g{self.name}x"), kind, is_global=True)
            self.program.globals.append((variable, None))
            self.globals.append(variable)
            if kind.kind != "optional" and self.chance(0.3):
                pointer = Variable(self.fresh(f"g{self.name}x"), kind.pointer(), is_global=True)
                self.program.globals.append((pointer, AddressOf(Local(variable))))
                self.globals.append(pointer)

    def make_keeper(self, struct, field):
        """The struct declares `write` and `equals`, which store a field in a global."""
        kind = struct.fields[field][1]
        kind = kind.optional() if kind.kind == "pointer" else kind
        variable = Variable(self.fresh(f"g{self.name}x"), kind, is_global=True)
        self.program.globals.append((variable, None))
        self.globals.append(variable)
        struct.keeps = field, variable

    # The whole program.

    def make(self):
        for index in range(self.random.randint(2, 4)):
            self.program.structs.append(self.make_struct(index == 0))
            if self.chance(0.3):
                self.program.enums.append(self.make_enum())
        self.make_globals()
        for struct in self.program.structs:
            if self.chance(0.35):
                self.program.functions.append(self.make_free(struct))
        for _ in range(self.random.randint(1, 4)):
            function = self.make_function()
            self.program.functions.append(function)
        self.program.main = Function(f"main{self.name}", [], None)
        self.scopes = [[]]
        statements = []
        for _ in range(self.random.randint(6, 22)):
            statements += self.statement()
        self.program.main.body = Block(statements)
        return self.program


def variable_of(statement):
    return statement.counter if isinstance(statement, While) else statement.variable


def used_names(node):
    """The names of the variables in an expression."""
    if isinstance(node, Local):
        return {node.variable.name}
    found = set()
    for part in vars(node).values():
        for one in part if isinstance(part, list) else [part]:
            if hasattr(one, "text"):
                found |= used_names(one)
    return found
