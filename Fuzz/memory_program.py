"""One test: a program, run with several values of its variable `seed`, and what it must do. A random program most often
stops at once, so what stops it is taken out until it gets far enough. About half of the runs stop in the end, many of
them where a stale pointer is used on purpose."""

from memory_generator import Generator
from memory_misuse import Ending, find
from memory_model import Unspecified
from memory_statements import Block, Declare, If, Machine, Print, Return, While
from memory_tree import I64, Compare, Local, Number, Variable

SEED = Variable("seed", I64, is_global=True, is_counter=True)
SEEDS = (1, 2, 3, 4)
PLAIN = {"bounds", "null", "raised", "negative"}  # These stops are tested elsewhere.
ATTEMPTS = 60


class Prediction:
    """What a program does: its output, and the stop or None."""

    def __init__(self, machine, stop):
        self.machine, self.stop = machine, stop
        self.output, self.steps = machine.output, machine.memory.steps


def predict(program, rooms, seed):
    """The prediction; raises Unspecified."""
    machine = Machine(program, rooms, {SEED: seed})
    return Prediction(machine, machine.run())


class Test:
    def __init__(self, seed, name, rooms, arenas=False, blocks=False):
        self.rooms = rooms
        self.generator = Generator(seed, name, SEED, arenas, blocks)
        self.random = self.generator.random
        self.program = self.generator.make()
        for each in SEEDS:
            self.settle(each)
        self.check()

    def statements(self):
        return self.program.main.body.statements

    # Getting far.

    def settle(self, seed):
        """Sees to it that the program gets far with this seed, and gives it an end."""
        wants_stop = self.random.random() < 0.5
        least = self.random.choice([10, 20, 40])
        for _ in range(ATTEMPTS):
            prediction = self.attempt(seed)
            if prediction is None:
                continue
            if prediction.stop is None:
                return self.finish(prediction, seed, wants_stop)
            is_plain = prediction.stop.kinds & PLAIN
            if wants_stop and prediction.steps >= least and (not is_plain or self.random.random() < 0.1):
                return
            self.make_safe(prediction.stop.statement)

    def check(self):
        """Takes out what no one has specified: the seeds' ends may have changed what the others do."""
        for _ in range(ATTEMPTS):
            if all([self.attempt(seed) for seed in SEEDS]):
                return
        self.statements().clear()

    def attempt(self, seed):
        """A run; None after taking out what no one has specified."""
        machine = Machine(self.program, self.rooms, {SEED: seed})
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

    def finish(self, prediction, seed, wants_stop):
        """Adds an end for this seed alone: something wrong, perhaps, and then all that can be printed."""
        machine, statements = prediction.machine, self.statements()
        variables = [s.variable for s in statements if isinstance(s, Declare)]
        self.generator.scopes = [[*variables], []]
        cells = [(variable, machine.frame[variable]) for variable in variables]
        cells += [(variable, machine.globals[variable]) for variable, _ in self.program.globals]
        places = []
        if wants_stop:
            for variable, allocation in cells:
                find(Local(variable), allocation.cells[0], lambda node, value: places.append((node, value)))
        made = Ending(self.generator, places).make() if wants_stop else []
        for variable, _ in cells:
            if variable.type.kind == "int" or variable.type.kind == "slice" and variable.type.is_printable():
                made.append(Print(Local(variable)))
        self.generator.scopes = []
        statements.append(If(Compare("==", Local(SEED), Number(I64, seed)), Block(made)))
        for _ in range(ATTEMPTS):
            prediction = self.attempt(seed)
            if prediction is None:
                continue
            if prediction.stop is None or wants_stop and prediction.steps > 12:
                return
            self.make_safe(prediction.stop.statement)
