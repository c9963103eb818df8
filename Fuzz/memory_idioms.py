"""Idioms of the programs that `run-memory` makes: ways to go wrong that chance alone seldom finds."""

from memory_statements import (
    Append, Assign, Block, Compound, Declare, Delete, Evaluate, ForRange, Hash, If, Nested, Print, Shorten)
from memory_tree import (
    INTS, I64, AddressOf, Call, Compare, Deref, Element, Field, Length, Local, New, NewSlice, Null, Number, Variable)
from memory_values import Values, freed


class Idioms(Values):
    def idiom(self):
        return self.pick([
            self.alias_and_free, self.free_in_loop, self.slice_left_behind, self.element_left_behind,
            self.list_of_nodes, self.free_through_holder, self.own_storage, self.grow_while_reading, self.free_owner,
            self.keep_by_method])()

    def object_pointer(self):
        """A pointer variable to a struct, and its declaration if it is new."""
        struct = self.pick(self.program.structs)
        known = [v for v in self.visible() if v.type is struct.pointer() and not v.borrowed]
        if known and self.chance(0.6):
            return self.pick(known), []
        made = self.declare(struct.pointer(), New(self.struct_made(struct, 2)))
        return made.variable, [made]

    def alias_and_free(self):
        pointer, statements = self.object_pointer()
        alias = self.declare(pointer.type, Local(pointer))
        statements.append(alias)
        statements += self.statement()
        statements.append(Delete(Local(self.pick([pointer, alias.variable]))))
        return statements + self.reuse(pointer.type)

    def free_in_loop(self):
        """A loop that reads through one pointer and frees through another in some round."""
        pointer, statements = self.object_pointer()
        alias = self.declare(pointer.type, Local(pointer))
        total = self.declare(I64, Number(I64, 0))
        counter = Variable(self.fresh("i"), I64, is_counter=True)
        self.scopes.append([counter])
        number = self.walk(Local(pointer), I64, False) if I64 in self.reaches(pointer.type) else None
        body = [Compound(Local(total.variable), "+", number)] if number else []
        end = self.random.randint(2, 6)
        free = [Delete(Local(alias.variable))]
        if self.chance(0.4):
            self.scopes.append([])
            free += self.reuse(pointer.type)
            self.scopes.pop()
        body.append(If(Compare("==", Local(counter), Number(I64, self.random.randrange(end + 2))), Block(free)))
        self.loops += 1
        body[self.random.randint(0, len(body)):0] = self.statement()
        self.loops -= 1
        self.scopes.pop()
        loop = ForRange(counter, Number(I64, 0), Number(I64, end), Block(body))
        return [*statements, alias, total, loop, Print(Local(total.variable))]

    def slice_left_behind(self):
        kind = self.pick([*self.program.structs, *INTS]).slice()
        place = self.path(kind, writable=True)
        if not place:
            return None
        other = self.declare(kind, place)
        counter = Variable(self.fresh("i"), I64, is_counter=True)
        body = Block([Append(AddressOf(self.pick([place, Local(other.variable)])), self.value(kind.element, 2))])
        return [other, ForRange(counter, Number(I64, 0), Number(I64, self.random.randint(1, 7)), body)]

    def element_left_behind(self):
        kind = self.pick([*self.program.structs, *INTS]).slice()
        place = self.path(kind, writable=True)
        if not place:
            return None
        pointer = self.declare(kind.element.pointer(), AddressOf(Element(place, Number(I64, 0))))
        count = self.random.randint(0, 2)
        return [pointer, *[Append(AddressOf(place), self.value(kind.element, 2)) for _ in range(count)]]

    def list_of_nodes(self):
        lists = [s for s in self.program.structs if any(kind is s.optional_pointer() for _, kind in s.fields)]
        if not lists:
            return None
        struct = self.pick(lists)
        kind = struct.optional_pointer()
        head = self.declare(kind, Null(kind))
        made = self.struct_made(struct, 2)
        link = next(i for i, (_, part) in enumerate(struct.fields) if part is kind)
        made.parts[link] = Local(head.variable)
        counter = Variable(self.fresh("i"), I64, is_counter=True)
        build = ForRange(counter, Number(I64, 0), Number(I64, self.random.randint(2, 5)),
                         Block([Assign(Local(head.variable), New(made))]))
        self.loops += 1
        walk = self.walking()
        self.loops -= 1
        walk[0].initial = Local(head.variable) if walk[0].variable.type is kind else walk[0].initial
        return [head, build, *walk]

    def free_through_holder(self):
        """A pointer from inside something is kept, and what it came from is freed or overwritten."""
        pointer, statements = self.object_pointer()
        inner = sorted((k for k in self.reaches(pointer.type.element) if k.kind in ("pointer", "slice", "optional")),
                       key=lambda k: k.name)
        if not inner:
            return None
        kind = self.pick(inner)
        place = self.walk(Local(pointer), kind, False)
        if not place:
            return None
        kept = self.declare(kind, place)
        return [*statements, kept, *self.statement(), Delete(freed(self.pick([Local(pointer), Local(pointer), place])))]

    def own_storage(self):
        """A slice that lies in its own storage, and grows or is overwritten there."""
        fields = [(struct, index) for struct in self.program.structs
                  for index, (_, kind) in enumerate(struct.fields) if kind is struct.slice()]
        if not fields:
            return None
        struct, field = self.pick(fields)
        length = self.random.randint(1, 4)
        room = Number(I64, self.random.randrange(8)) if self.chance(0.4) else None
        made = self.declare(struct.slice(), NewSlice(
            struct.slice(), Number(I64, length), self.struct_made(struct, 3), room))
        items = Local(made.variable)
        inside = Field(Element(items, Number(I64, self.random.randrange(length))), field)
        own = self.declare(struct.slice().pointer(), AddressOf(inside))
        targets = [Local(own.variable)] * 3 + [AddressOf(items), AddressOf(inside)]
        shorten = [Shorten(items, Number(I64, self.random.randrange(length)), False)] if self.chance(0.5) else []
        store = Assign(Deref(Local(own.variable)), items)
        appends = [Append(self.pick(targets), self.value(struct, 2)) for _ in range(self.random.randint(1, 5))]
        return [made, own, *shorten, store, *appends, Print(Length(Deref(Local(own.variable))))]

    def grow_while_reading(self):
        """A loop that reads a slice and in some round appends to it, by the same name or another."""
        kind = self.pick([*self.program.structs, *INTS]).slice()
        numbers = sorted((k for k in self.reaches(kind.element) if k.kind == "int"), key=lambda k: k.name)
        place = self.path(kind, writable=True)
        if not place or not numbers:
            return None
        alias = self.declare(kind, place)
        counter = Variable(self.fresh("i"), I64, is_counter=True)
        element = Element(self.pick([place, Local(alias.variable)]), Local(counter))
        number = self.walk(element, self.pick(numbers), False)
        if not number:
            return None
        total = self.declare(number.type, Number(number.type, 0))
        grown = Append(AddressOf(self.pick([place, Local(alias.variable)])), self.value(kind.element, 2))
        body = [Compound(Local(total.variable), "+", number),
                If(Compare("==", Local(counter), Number(I64, self.random.randrange(5))), Block([grown]))]
        self.random.shuffle(body)
        loop = ForRange(counter, Number(I64, 0), Length(Local(alias.variable)), Block(body))
        return [alias, total, loop, Print(Local(total.variable))]

    def free_owner(self):
        """An object is freed with what it owns, now or at the end of a block."""
        owners = [function for function in self.program.functions if function.name == "free"]
        if not owners:
            return None
        function = self.pick(owners)
        is_deferred = self.chance(0.3)
        if is_deferred:
            self.scopes.append([])
        made = self.declare(function.owner.pointer(), New(self.struct_made(function.owner, 2)))
        pointer = Local(made.variable)
        frees = [Evaluate(Call(function, [pointer])), *([Delete(pointer)] if self.chance(0.7) else [])]
        if self.chance(0.1):
            frees.reverse()
        if not is_deferred:
            return [made, *self.statement(), *frees]
        body = self.block(2)
        self.scopes.pop()
        return [Nested("", Block([made, Nested("defer ", Block(frees)), *body.statements]))]

    def keep_by_method(self):
        """A declared `write`, `equals` or `hash` keeps a pointer to what ends soon after."""
        keepers = [struct for struct in self.program.structs if struct.keeps]
        if not keepers:
            return None
        struct = self.pick(keepers)
        field, variable = struct.keeps
        kind = struct.fields[field][1]
        pointee = (kind.element if kind.kind == "optional" else kind).element
        self.scopes.append([])
        local = self.declare(pointee, self.value(pointee, 2))
        made = self.struct_made(struct, 2)
        if kind.kind != "slice":
            made.parts[field] = AddressOf(Local(local.variable))
        value = self.declare(struct, made)
        shown = Local(value.variable)
        use = self.weighted(
            (3, lambda: Print(shown)), (2, lambda: If(Compare("==", shown, shown), self.block(1))),
            (2, lambda: Hash(self.fresh("k"), shown)))()
        self.scopes.pop()
        between = self.statement()
        return [Nested("", Block([local, value, use])), *between, self.declare(variable.type, Local(variable))]
