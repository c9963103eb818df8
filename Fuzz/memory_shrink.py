"""Makes a program that fails small: takes out statements, and programs in front of it, while the failure stays."""

from memory_model import Unspecified
from memory_program import predict
from memory_statements import ForEach, ForRange, If, IfCase, IfVar, Match, Nested, While

LIMIT = 400  # tries


class Shrinker:
    """`tests` are the programs that ran in one process, the failing one last."""

    def __init__(self, runner, tests, mode, seed, name):
        self.runner, self.tests, self.mode, self.seed = runner, tests, mode, seed
        self.path = runner.folder / f"{name}.zong"
        self.program = tests[-1].program
        self.tries = 0

    def problem(self, tests=None):
        """What the last program does differently; None if nothing, or if this is no program."""
        self.tries += 1
        tests = tests or self.tests
        try:
            self.runner.write(self.path, tests)
            predictions = [predict(test.program, self.runner.room, self.seed) for test in tests]
        except (Unspecified, KeyError, TypeError):
            return None
        # Those in front that stop would stop the process.
        if any(prediction.stop for prediction in predictions[:-1]):
            return None
        found = self.runner.differences(self.path, tests, predictions, self.mode, self.seed)
        return next((text for number, _, text in found if number == len(tests) - 1 and "error[" not in text), None)

    def shrink(self):
        """The problem of the smallest program found, which is in `path`."""
        if not self.problem():
            return None
        while len(self.tests) > 1:
            half = len(self.tests) // 2
            last = self.tests[-1:]
            fewer = [last, self.tests[half:], self.tests[:half] + last, self.tests[1:]]
            kept = next((tests for tests in fewer if len(tests) < len(self.tests) and self.problem(tests)), None)
            if not kept:
                break
            self.tests = kept
        while self.tries < LIMIT and self.round():
            pass
        return self.problem()

    def round(self):
        """Whether anything could be taken out."""
        return any([self.take_statements(), self.unwrap_blocks(), self.take_declarations()])

    def attempt(self, container, index, replacement):
        """Replaces a part of a list if the failure stays."""
        if self.tries >= LIMIT:
            return False
        old = container[:]
        container[index:index + 1] = replacement
        if self.problem():
            return True
        container[:] = old
        return False

    def take_statements(self):
        taken = False
        for block in self.program.all_blocks():
            for size in (8, 4, 2, 1):
                at = len(block.statements) - size
                while at >= 0 and self.tries < LIMIT:
                    old = block.statements[:]
                    del block.statements[at:at + size]
                    if self.problem():
                        taken = True
                    else:
                        block.statements[:] = old
                    at -= size
        return taken

    def unwrap_blocks(self):
        """Puts the statements of inner blocks in the place of the statement that they belong to."""
        taken = False
        for block in self.program.all_blocks():
            for index in reversed(range(len(block.statements))):
                statement = block.statements[index]
                if isinstance(statement, (If, IfCase, IfVar, Match, ForRange, ForEach, While, Nested)):
                    inner = [part for b in statement.blocks() for part in b.statements]
                    taken = self.attempt(block.statements, index, inner) or taken
        return taken

    def take_declarations(self):
        taken = False
        for declarations in (self.program.functions, self.program.globals, self.program.structs, self.program.enums):
            for index in reversed(range(len(declarations))):
                taken = self.attempt(declarations, index, []) or taken
        return taken
