"""One test: a program and what it must do. A random program most often stops at once, so what stops it is taken out until
it gets far enough; about half of the programs stop in the end, many of them where a stale pointer is used on purpose."""

from memory_generator import Generator
from memory_model import Unspecified
from memory_misuse import Ending, find
from memory_statements import Declare, Machine, Print, Return, While
from memory_tree import I64, Compare, Local, Number, Variable

SEED = Variable("seed", I64, is_global=True, is_counter=True)
SEED_VALUE = 5
PLAIN = {"bounds", "null", "raised"}  # These stops are tested elsewhere.


class Prediction:
    """What a program does: its output, and the stop or None."""

    def __init__(self, machine, stop):
        self.output, self.stop, self.steps = machine.output, stop, machine.memory.steps
        self.machine = machine


def predict(program, rooms):
    """The prediction; raises Unspecified."""
    machine = Machine(program, rooms)
    machine.globals_given = {SEED: SEED_VALUE}
    stop = machine.run()
    return Prediction(machine, stop)


class Test:
    def __init__(self, seed, name, rooms):
        self.rooms = rooms
        self.generator = Generator(seed, name)
        self.random = self.generator.random
        self.program = self.generator.make(SEED)
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
            is_plain = prediction.stop.kinds & PLAIN
            if wants_stop and prediction.steps >= least and (not is_plain or self.random.random() < 0.1):
                break
            self.make_safe(prediction.stop.statement)
        else:
            self.program.main.body.statements.clear()
            prediction = self.attempt()
        if prediction.stop is None:
            self.finish(prediction, wants_stop)

    def attempt(self):
        """A run; None after taking out what no one has specified."""
        machine = Machine(self.program, self.rooms)
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
            places = []
            for variable in variables:
                find(Local(variable), frame[variable].cells[0], lambda node, value: places.append((node, value)))
            for variable, _ in self.program.globals:
                find(Local(variable), prediction.machine.globals[variable].cells[0],
                     lambda node, value: places.append((node, value)))
            statements += Ending(self.generator, places).make()
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
