"""The statements of the programs that `run-memory` makes, as Zong and as the reference runs them, and the machine that
runs a whole program."""

from memory_model import Allocation, Memory, Stop, Unspecified, check, copy, store
from memory_tree import compute, content, keep

BREAK, CONTINUE, RETURN = "break", "continue", "return"
STEP_LIMIT, DEPTH_LIMIT, SIZE_LIMIT = 3000, 30, 60


class Writer:
    """The text of a program, with line numbers."""

    def __init__(self, lines=None):
        self.lines = lines if lines is not None else []
        self.depth = 0

    def line(self, text):
        self.lines.append("  " * self.depth + text)
        return len(self.lines)


class Machine:
    """Runs a program as the language prescribes."""

    def __init__(self, program, rooms, given):
        """`given`: the values of globals that come from outside."""
        self.memory = Memory(rooms)
        self.program = program
        self.output = []
        self.globals = {}
        self.depth = 0
        self.result = None
        self.arenas_around = [1]  # for each function being run, how many regions were there before
        self.scopes = []  # of the blocks being run: (deferred statements, locals)
        self.statement = None
        self.frame = None  # of the program's own function, when it has ended
        self.given = given

    def run(self):
        """The stop, or None."""
        for variable, number in self.given.items():
            self.globals[variable] = Allocation("global", [number], 0)
        for variable, initial in self.program.globals:
            value = initial.value(self, {}) if initial else variable.type.zero()
            self.globals[variable] = Allocation("global", [value], 0)
        self.frame = frame = {}
        try:
            # Its locals stay: nothing can be seen of their end.
            self.enter()
            for statement in self.program.main.body.statements:
                if statement.run(self, frame):
                    break
            self.scopes[-1][1].clear()
            self.leave(frame)
        except Stop as stop:
            stop.line = self.memory.line
            stop.statement = self.statement
            return stop
        return None

    def step(self, statement):
        self.statement = statement
        self.memory.line = statement.line
        self.memory.steps += 1
        if self.memory.steps > STEP_LIMIT:
            raise Unspecified

    def limit(self, size):
        if size > SIZE_LIMIT:
            raise Unspecified

    def declare(self, frame, variable, value):
        allocation = Allocation("local", [value], 0, self.memory.line)
        frame[variable] = allocation
        self.scopes[-1][1].append(allocation)

    def enter(self):
        self.scopes.append(([], []))

    def leave(self, frame):
        """The end of a block, by whatever way: what was deferred, then its locals are gone."""
        deferred, declared = self.scopes[-1]
        result = self.result  # Computed before.
        while deferred:
            deferred.pop().run(self, frame)
        self.result = result
        self.scopes.pop()
        for allocation in declared:
            self.memory.end(allocation, "ended")

    def call(self, function, arguments):
        line, statement = self.memory.line, self.statement
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise Unspecified
        frame = {}
        self.arenas_around.append(len(self.memory.regions))
        self.enter()
        for parameter, argument in zip(function.parameters, arguments):
            self.declare(frame, parameter, argument)
        function.body.run(self, frame)
        result, self.result = self.result, None
        self.leave(frame)
        self.depth -= 1
        self.arenas_around.pop()
        self.memory.line, self.statement = line, statement
        return result


class Block:
    def __init__(self, statements):
        self.statements = statements

    def write(self, writer):
        writer.depth += 1
        for statement in self.statements:
            statement.write(writer)
        writer.depth -= 1

    def run(self, machine, frame):
        machine.enter()
        signal = None
        for statement in self.statements:
            signal = statement.run(machine, frame)
            if signal:
                break
        machine.leave(frame)
        return signal

    def blocks(self):
        return [self]


class Statement:
    line = 0

    def blocks(self):
        return []

    def write(self, writer):
        self.line = writer.line(self.text())

    def run(self, machine, frame):
        machine.step(self)
        self.execute(machine, frame)


class Declare(Statement):
    def __init__(self, variable, initial):
        self.variable, self.initial = variable, initial

    def text(self):
        return f"var {self.variable.name}: {self.variable.type.name} = {self.initial.text()};"

    def execute(self, machine, frame):
        machine.declare(frame, self.variable, self.initial.value(machine, frame))


class Assign(Statement):
    def __init__(self, place, given):
        self.place, self.given = place, given

    def text(self):
        return f"{self.place.text()} = {self.given.text()};"

    def execute(self, machine, frame):
        prepared = []
        self.place.prepare(machine, frame, prepared)
        prepared.reverse()
        value = self.given.value(machine, frame)
        _, container, index = self.place.resolve(machine, frame, prepared)
        store(container, index, value)


class Compound(Statement):
    def __init__(self, place, operator, given):
        self.place, self.operator, self.given = place, operator, given

    def text(self):
        return f"{self.place.text()} {self.operator}= {self.given.text()};"

    def execute(self, machine, frame):
        prepared = []
        self.place.prepare(machine, frame, prepared)
        prepared.reverse()
        _, container, index = self.place.resolve(machine, frame, list(prepared))
        old = container[index]
        value = compute(self.operator, self.place.type, old, self.given.value(machine, frame))
        _, container, index = self.place.resolve(machine, frame, prepared)
        container[index] = value


class Delete(Statement):
    def __init__(self, given):
        self.given = given

    def text(self):
        return f"delete {self.given.text()};"

    def execute(self, machine, frame):
        value = self.given.value(machine, frame)
        kind = self.given.type
        if kind.kind == "slice":
            machine.memory.delete_slice(value)
        elif kind.kind == "text":
            machine.memory.delete_text(value)
        else:
            pointee = kind.element.element if kind.kind == "optional" else kind.element
            machine.memory.delete(value, max(pointee.size, 1))


class Append(Statement):
    def __init__(self, target, item):
        self.target, self.item = target, item  # `target` is a pointer to a slice

    def text(self):
        return f"append({self.target.text()}, {self.item.text()});"

    def execute(self, machine, frame):
        allocation, container, index = self.target.value(machine, frame)
        item = self.item.value(machine, frame)
        check(allocation)
        machine.limit(container[index][3] + 1)
        grown = machine.memory.room_for(container[index], self.item.type.size, allocation)
        # It may lie in its own storage: then it is gone with that, or the element takes its place.
        check(allocation)
        container[index] = grown
        machine.memory.place(grown, item)


class Shorten(Statement):
    """`s.length = n`, or `s.length -= n`."""

    def __init__(self, place, length, is_relative):
        self.place, self.length, self.is_relative = place, length, is_relative

    def text(self):
        return f"{self.place.text()}.length {'-=' if self.is_relative else '='} {self.length.text()};"

    def execute(self, machine, frame):
        prepared = []
        self.place.prepare(machine, frame, prepared)
        prepared.reverse()
        length = self.length.value(machine, frame)
        _, container, index = self.place.resolve(machine, frame, prepared)
        if self.is_relative:
            length = container[index][3] - length
        container[index] = machine.memory.shorten(container[index], length)


class Print(Statement):
    def __init__(self, given):
        self.given = given

    def text(self):
        return f"print({self.given.text()});"

    def execute(self, machine, frame):
        machine.output.append(shown(machine, self.given.value(machine, frame), self.given.type))


class Hash(Statement):
    """A value goes into a set, by its declared `hash`."""

    def __init__(self, name, given):
        self.name, self.given = name, given

    def text(self):
        kind = self.given.type.name
        return f"{{ var {self.name} = Set<{kind}>(); _ = {self.name}.add({self.given.text()}); {self.name}.free(); }}"

    def execute(self, machine, frame):
        keep(machine, self.given.type, self.given.value(machine, frame))


def shown(machine, value, kind):
    if kind.kind == "int":
        return str(value)
    if kind.keeps:
        keep(machine, kind, value)
        return "shown"
    if kind.kind == "text":
        return content(value)
    if kind.kind == "struct":
        fields = ", ".join(f"{name}: {shown(machine, part, of)}" for (name, of), part in zip(kind.fields, value))
        return f"{kind.name}({fields})"
    if kind.kind == "slice":
        allocation, cells, start, length, _ = value
        if length:
            check(allocation)
        value = cells[start:start + length]
    return f"[{', '.join(shown(machine, part, kind.element) for part in value)}]"


class Evaluate(Statement):
    def __init__(self, call):
        self.call = call

    def text(self):
        return f"{'_ = ' if self.call.type else ''}{self.call.text()};"

    def execute(self, machine, frame):
        self.call.value(machine, frame)


class If(Statement):
    def __init__(self, condition, then, other=None):
        self.condition, self.then, self.other = condition, then, other

    def write(self, writer):
        self.line = writer.line(f"if {self.condition.text()} {{")
        self.then.write(writer)
        if self.other:
            writer.line("} else {")
            self.other.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        if self.condition.value(machine, frame):
            return self.then.run(machine, frame)
        return self.other.run(machine, frame) if self.other else None

    def blocks(self):
        return [self.then] + ([self.other] if self.other else [])


class IfVar(Statement):
    """`if var x = optional`, or `while`, where the body must see to it that the loop ends."""

    def __init__(self, word, variable, optional, body):
        self.word, self.variable, self.condition, self.body = word, variable, optional, body

    def write(self, writer):
        self.line = writer.line(f"{self.word} var {self.variable.name} = {self.condition.text()} {{")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        while True:
            machine.step(self)
            pointer = self.condition.value(machine, frame)
            if pointer is None:
                return None
            machine.enter()
            machine.declare(frame, self.variable, pointer)
            signal = self.body.run(machine, frame)
            machine.leave(frame)
            if self.word == "if" or signal == RETURN:
                return signal
            if signal == BREAK:
                return None

    def blocks(self):
        return [self.body]


class Match(Statement):
    """`match`: an arm for each case, or one for all others; each is (case or None, variables, block)."""

    def __init__(self, subject, arms):
        self.subject, self.arms = subject, arms

    def write(self, writer):
        self.line = writer.line(f"match {self.subject.text()} {{")
        writer.depth += 1
        for index, variables, body in self.arms:
            writer.line(f"{pattern(self.subject.type, index, variables)} => {{")
            body.write(writer)
            writer.line("}")
        writer.depth -= 1
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        value = self.subject.value(machine, frame)
        for index, variables, body in self.arms:
            if index is None or index == value.index:
                return bound(machine, frame, variables, value, body)
        return None

    def blocks(self):
        return [body for _, _, body in self.arms]


class IfCase(Statement):
    """`if var case(a, b) = subject`"""

    def __init__(self, index, variables, subject, body):
        self.index, self.variables, self.subject, self.body = index, variables, subject, body

    def write(self, writer):
        shown = pattern(self.subject.type, self.index, self.variables)
        self.line = writer.line(f"if var {shown} = {self.subject.text()} {{")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        value = self.subject.value(machine, frame)
        if value.index != self.index:
            return None
        return bound(machine, frame, self.variables, value, self.body)

    def blocks(self):
        return [self.body]


def pattern(kind, index, variables):
    if index is None:
        return "_"
    names = ", ".join(variable.name for variable in variables)
    return f"{kind.cases[index][0]}({names})" if variables else kind.cases[index][0]


def bound(machine, frame, variables, value, body):
    """A body in which the parts of a case have names."""
    machine.enter()
    for variable, part in zip(variables, value.parts):
        machine.declare(frame, variable, part)
    signal = body.run(machine, frame)
    machine.leave(frame)
    return signal


class While(Statement):
    """Rounds of a counter that is declared in front and raised first."""

    def __init__(self, counter, end, condition, body):
        self.counter, self.end, self.condition, self.body = counter, end, condition, body

    def write(self, writer):
        writer.line(f"var {self.counter.name}: I64 = 0;")
        condition = f" && {self.condition.text()}" if self.condition else ""
        self.line = writer.line(f"while {self.counter.name} < {self.end}{condition} {{")
        writer.line(f"  {self.counter.name} += 1;")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        machine.declare(frame, self.counter, 0)
        cell = frame[self.counter].cells
        while cell[0] < self.end and (not self.condition or self.condition.value(machine, frame)):
            cell[0] += 1
            signal = self.body.run(machine, frame)
            if signal == RETURN:
                return signal
            if signal == BREAK:
                return None
            machine.step(self)
        return None

    def blocks(self):
        return [self.body]


class ForRange(Statement):
    def __init__(self, variable, low, high, body):
        self.variable, self.low, self.high, self.body = variable, low, high, body

    def write(self, writer):
        self.line = writer.line(f"for {self.variable.name} in {self.low.text()}..{self.high.text()} {{")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        low, high = self.low.value(machine, frame), self.high.value(machine, frame)
        machine.limit(high - low)
        return rounds(machine, frame, self, range(low, high), lambda number: number)

    def blocks(self):
        return [self.body]


class ForEach(Statement):
    def __init__(self, variable, items, by_pointer, body, index=None):
        self.variable, self.items, self.by_pointer, self.body, self.index = variable, items, by_pointer, body, index

    def write(self, writer):
        mark = "&" if self.by_pointer else ""
        index = f"{self.index.name}, " if self.index else ""
        self.line = writer.line(f"for {index}{self.variable.name}{mark} in {self.items.text()} {{")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        machine.step(self)
        if self.items.type.kind == "array":
            allocation, container, index = self.items.place(machine, frame)
            cells, start, length = container[index], 0, self.items.type.count
        else:
            allocation, cells, start, length, _ = self.items.value(machine, frame)

        def item(index):
            if self.by_pointer:
                return (allocation, cells, start + index)
            check(allocation)
            return copy(cells[start + index])

        return rounds(machine, frame, self, range(length), item)

    def blocks(self):
        return [self.body]


def rounds(machine, frame, statement, numbers, item):
    """A loop's rounds, with a variable that is new in each."""
    for number in numbers:
        machine.step(statement)
        value = item(number)
        machine.enter()
        machine.declare(frame, statement.variable, value)
        if isinstance(statement, ForEach) and statement.index:
            machine.declare(frame, statement.index, number)
        signal = statement.body.run(machine, frame)
        machine.leave(frame)
        if signal == RETURN:
            return signal
        if signal == BREAK:
            return None
    return None


class Nested(Statement):
    """A block of its own, or one that is deferred."""

    def __init__(self, word, body):
        self.word, self.body = word, body

    def write(self, writer):
        self.line = writer.line(f"{self.word}{{")
        self.body.write(writer)
        writer.line("}")

    def run(self, machine, frame):
        if self.word:
            machine.scopes[-1][0].append(self.body)
            return None
        return self.body.run(machine, frame)

    def blocks(self):
        return [self.body]


class Arena(Nested):
    def __init__(self, body):
        super().__init__("arena ", body)

    def run(self, machine, frame):
        machine.memory.enter_arena()
        signal = self.body.run(machine, frame)
        machine.memory.leave_arena()
        return signal


class Leave(Statement):
    """`if condition { break }`, or `continue`."""

    def __init__(self, condition, word):
        self.condition, self.word = condition, word

    def text(self):
        return f"if {self.condition.text()} {{ {self.word}; }}"

    def run(self, machine, frame):
        machine.step(self)
        return self.word if self.condition.value(machine, frame) else None


class Return(Statement):
    """`return value`, perhaps only on a condition."""

    def __init__(self, given, condition=None):
        self.given, self.condition = given, condition

    def text(self):
        text = f"return {self.given.text()};"
        return f"if {self.condition.text()} {{ {text} }}" if self.condition else text

    def run(self, machine, frame):
        machine.step(self)
        if self.condition and not self.condition.value(machine, frame):
            return None
        value = self.given.value(machine, frame)
        machine.result = machine.memory.copied_out(value, self.given.type, machine.arenas_around[-1])
        return RETURN


class Function:
    """`owner` is the struct whose method it is, with `self` as the first parameter, or None."""

    def __init__(self, name, parameters, result):
        self.name, self.parameters, self.result = name, parameters, result
        self.body = self.owner = None

    def write(self, writer):
        listed = ", ".join(f"_ {p.name}: {p.type.name}" for p in self.parameters[1 if self.owner else 0:])
        result = f": {self.result.name}" if self.result else ""
        writer.line(f"func {self.name}({listed}){result} {{")
        self.body.write(writer)
        writer.line("}")


class Program:
    def __init__(self):
        self.structs, self.globals, self.functions = [], [], []
        self.enums = []
        self.main = None

    def write(self, writer):
        for struct in self.structs:
            methods = [function for function in self.functions if function.owner is struct]
            fields = ", ".join(f"{name}: {kind.name}" for name, kind in struct.fields)
            writer.line(f"struct {struct.name}({fields})" + (" {" if methods or struct.keeps else ";"))
            for method in methods:
                method.write(writer)
            for line in keepers(struct):
                writer.line(line)
            if methods or struct.keeps:
                writer.line("}")
        for enum in self.enums:
            cases = [f"{name}({', '.join(f'{field}: {kind.name}' for field, kind in fields)})" if fields else name
                     for name, fields in enum.cases]
            writer.line(f"enum {enum.name} {{ {', '.join(cases)} }}")
        for variable, initial in self.globals:
            value = f" = {initial.text()}" if initial else ""
            writer.line(f"var {variable.name}: {variable.type.name}{value};")
        for function in [*self.functions, self.main]:
            if not function.owner:
                function.write(writer)

    def all_blocks(self):
        """Every block, the outer before the inner."""
        found = [function.body for function in [self.main, *self.functions]]
        for block in found:
            for statement in block.statements:
                found.extend(statement.blocks())
        return found


def keepers(struct):
    """The methods of a struct that keeps what its values lead to."""
    if not struct.keeps:
        return []
    field, variable = struct.keeps
    name = struct.fields[field][0]
    return [f'  func write(_ out: U8[]*) {{ {variable.name} = self.{name}; append(out, "shown"); }}',
            f"  func equals(_ other: {struct.name}*): Boolean {{ {variable.name} = other.{name}; return true; }}",
            f"  func hash(_ hasher: Hasher*) {{ {variable.name} = self.{name}; }}"]
