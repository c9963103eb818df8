"""One test: a program and what it must do. A random program most often stops at once, so what stops it is taken out until
it gets far enough; about half of the programs stop in the end, many of them where a stale pointer is used on purpose."""

from memory_generator import Generator
from memory_model import Unspecified
from memory_statements import (
    Append, Assign, Block, Compound, Declare, Delete, ForEach, ForRange, If, IfVar, Leave, Machine, Print, Return, Shorten, While)
from memory_tree import (
    I64, AddressOf, Compare, Deref, Element, Field, Length, Local, New, Number, Unwrap, Variable)

SEED = Variable("seed", I64, is_global=True, is_counter=True)
SEED_VALUE = 5


class Prediction:
    """What a program does: its output, and the stop or None."""

    def __init__(self, machine, stop):
        self.output, self.stop, self.steps = machine.output, stop, machine.memory.steps
        self.machine = machine


def predict(program, options, rooms):
    """The prediction; raises Unspecified."""
    machine = Machine(program, rooms, options.kinds)
    machine.globals_given = {SEED: SEED_VALUE}
    stop = machine.run()
    return Prediction(machine, stop)


class Test:
    def __init__(self, seed, name, options, rooms):
        self.seed, self.name, self.options, self.rooms = seed, name, options, rooms
        self.generator = Generator(seed, name, options, rooms)
        self.random = self.generator.random
        self.program = self.generator.make(SEED)
        self.prediction = None
        self.settle()

    # Getting far.

    def settle(self):
        wants_stop = self.random.random() < 0.5
        least = self.random.choice([10, 20, 40])
        for _ in range(60):
            prediction = self.attempt()
            if prediction is None:
                continue
            if prediction.stop is None:
                break
            if wants_stop and prediction.steps >= least:
                break
            self.make_safe(prediction.stop.statement)
        else:
            self.program.main.body.statements.clear()
            prediction = self.attempt()
        if prediction.stop is None:
            self.finish(prediction, wants_stop)

    def attempt(self):
        """A run; None after taking out what no one has specified."""
        machine = Machine(self.program, self.rooms, self.options.kinds)
        machine.globals_given = {SEED: SEED_VALUE}
        try:
            return Prediction(machine, machine.run())
        except Unspecified:
            self.make_safe(machine.statement)
            return None

    def make_safe(self, statement):
        """Takes a statement out, or takes out of it what can stop."""
        fresh = self.generator.fresh_value
        if isinstance(statement, Declare):
            statement.initial = fresh(statement.variable.type)
            return
        if isinstance(statement, Return):
            statement.given = fresh(statement.given.type)
            if statement.condition:
                statement.condition = Compare("==", Number(I64, 0), Number(I64, 1))
            return
        if isinstance(statement, While):
            statement.condition = None
            statement.end = min(statement.end, 2)
            return
        for block in self.program.all_blocks():
            if statement in block.statements:
                block.statements.remove(statement)
                return

    # The end.

    def finish(self, prediction, wants_stop):
        statements = self.program.main.body.statements
        frame = prediction.machine.frame
        variables = [s.variable for s in statements if isinstance(s, Declare)]
        self.generator.scopes = [[*variables]]
        before = list(statements)
        if wants_stop:
            stale = []
            for variable in variables:
                find_stale(Local(variable), frame[variable].cells[0], stale, 0)
            for variable, _ in self.program.globals:
                find_stale(Local(variable), prediction.machine.globals[variable].cells[0], stale, 0)
            if stale:
                place = self.random.choice(stale)
                if self.random.random() < 0.5:
                    statements += self.generator.reuse(place.type)
                statements += self.misuse(place)
        for variable in [*variables, *(v for v, _ in self.program.globals)]:
            if variable.type.kind == "int" or variable.type.kind == "slice" and variable.type.is_printable():
                statements.append(Print(Local(variable)))
        for _ in range(40):
            prediction = self.attempt()
            if prediction is None:
                continue
            if prediction.stop is None or wants_stop and prediction.steps > 12:
                return
            self.make_safe(prediction.stop.statement)
        statements[:] = before

    def misuse(self, place):
        """Statements that use a stale pointer or slice."""
        generator, random = self.generator, self.random
        if place.type.kind == "slice":
            element = Element(place, Number(I64, 0))
            if random.random() < 0.5:
                number = generator.walk(element, I64, False)
                return [Print(number or Length(place))]
            return [random.choice([
                lambda: Append(AddressOf(place), generator.fresh_value(place.type.element)),
                lambda: Assign(element, generator.fresh_value(element.type)),
                lambda: Shorten(place, Number(I64, 0), False),
                *([lambda: Delete(place)] if self.options.kinds else []),
                lambda: generator.declare(element.type.pointer(), AddressOf(element)),
                lambda: ForEach(Variable(generator.fresh("e"), element.type), place, False,
                                Block([Print(Number(I64, 1))]))])()]
        pointer = Unwrap(place) if place.type.kind == "optional" else place
        target = Deref(pointer)
        kinds = sorted((k for k in generator.reaches(target.type) if k.kind == "int"), key=lambda k: k.name)
        number = generator.walk(target, random.choice(kinds), False) if kinds else None
        choices = [lambda: Assign(target, generator.fresh_value(target.type))]
        if self.options.kinds:
            choices.append(lambda: Delete(pointer))
        if number:
            choices += [lambda: Print(number), lambda: Print(number),
                        lambda: Assign(number, generator.fresh_value(number.type)),
                        lambda: Compound(number, "+", generator.fresh_value(number.type))]
        if target.type.kind == "struct":
            choices.append(lambda: generator.declare(target.type, target))
            choices.append(lambda: generator.declare(target.type.pointer(), New(generator.struct_made(target.type, 3))))
        return [random.choice(choices)()]


def find_stale(node, value, found, depth):
    """The places with stale pointers that can be reached without using one."""
    kind = node.type
    if depth > 4 or len(found) > 20:
        return
    if kind.kind in ("pointer", "optional") and value is not None:
        if value[0].death:
            found.append(node)
        else:
            pointer = Unwrap(node) if kind.kind == "optional" else node
            find_stale(Deref(pointer), value[1][value[2]], found, depth + 1)
    elif kind.kind == "struct":
        for index in range(len(kind.fields)):
            find_stale(Field(node, index), value[index], found, depth + 1)
    elif kind.kind == "slice" and value[0] is not None:
        if value[0].death:
            found.append(node)
        else:
            for index in range(min(value[3], 2)):
                find_stale(Element(node, Number(I64, index)), value[1][value[2] + index], found, depth + 1)
