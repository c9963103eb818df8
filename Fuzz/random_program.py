"""Random programs with a known output: each is written in Zong and, beside it, in Python, which serves as the oracle.

A program has structs, globals and functions that call only earlier ones, so it ends. All integer types occur, with
arithmetic that wraps. Indices are masked and divisors are made positive, so that nothing stops. In Python every variable
lives in a dictionary and a pointer is a pair (container, key).
"""

import random

TYPES = {"I8": (8, True), "I16": (16, True), "I32": (32, True), "I64": (64, True),
         "U8": (8, False), "U16": (16, False), "U32": (32, False), "U64": (64, False)}
NAMES = list(TYPES)
ARRAY_LENGTH = 4

# What the oracle's programs use.
PRELUDE = '''
import copy
def wrap(value, bits, signed):
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value
def divide(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient
def remainder(a, b):
    return a - b * divide(a, b)
def show(value):
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)
'''


class Expression:
    """An expression in both languages."""

    def __init__(self, zong, python, is_constant=False):
        self.zong = zong
        self.python = python
        self.is_constant = is_constant


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.zong, self.python = [], []
        self.structs = {}     # name -> {field: type}
        self.functions = []   # (name, parameter kinds, result type)
        self.counter = 0
        self.depth = 0
        self.variables = []   # scopes of {name: kind}; a kind is a type's name, ("struct", name) or ("array", type)
        self.globals = {}
        self.loops = 0

    # Lines.

    def line(self, zong, python=None):
        if zong is not None:
            self.zong.append("  " * self.depth + zong)
        self.python.append("    " * self.depth + (python if python is not None else zong))

    def fresh(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    def pick(self, options):
        return self.random.choice(options)

    # Places: variables, fields, elements and what pointers point to, of one integer type.

    def places(self, kind):
        found = []
        for scope, container in [*((scope, "v") for scope in self.variables), (self.globals, "g")]:
            for name, of in scope.items():
                if name.startswith("_"):
                    continue
                base = f"{container}['{name}']"
                if of == kind:
                    found.append((name, base, container, repr(name)))
                elif isinstance(of, tuple) and of[0] == "pointer" and of[1] == kind:
                    found.append((f"{name}*", f"{base}[0][{base}[1]]", f"{base}[0]", f"{base}[1]"))
                elif isinstance(of, tuple) and of[0] == "struct":
                    for field, type_name in self.structs[of[1]].items():
                        if type_name == kind:
                            found.append((f"{name}.{field}", f"{base}['{field}']", base, repr(field)))
                elif isinstance(of, tuple) and of[0] == "array" and of[1] == kind:
                    index = self.random.randrange(ARRAY_LENGTH)
                    found.append((f"{name}[{index}]", f"{base}[{index}]", base, str(index)))
                    counters = [n for s in self.variables for n, k in s.items() if k == "I64"]
                    if counters:
                        at = self.pick(counters)
                        found.append((f"{name}[{at} & 3]", f"{base}[v['{at}'] & 3]", base, f"v['{at}'] & 3"))
        return found

    # Expressions.

    def constant(self, kind):
        bits, signed = TYPES[kind]
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        value = self.pick([0, 1, 2, 3, 7, low, high, high - 1, self.random.randint(low, high), self.random.randint(0, 100)])
        value = max(low, min(high, value))
        # A constant alone in an operation takes the other side's type; a conversion makes its type certain.
        return Expression(f"{kind}({value})", f"({value})", is_constant=True)

    def expression(self, kind, depth=0):
        choice = self.random.random()
        places = self.places(kind)
        if depth > 3 or choice < 0.25:
            if places and self.random.random() < 0.8:
                place = self.pick(places)
                return Expression(place[0], place[1])
            return self.constant(kind)
        if choice < 0.75:
            return self.binary(kind, depth)
        if choice < 0.85:
            operator = self.pick("-~")
            inner = self.expression(kind, depth + 1)
            python = self.wrapped(kind, f"{operator}({inner.python})")
            return Expression(f"{operator}({inner.zong})", python, inner.is_constant)
        other = self.pick(NAMES)
        inner = self.expression(other, depth + 1)
        return Expression(f"{kind}.wrapping({inner.zong})", self.wrapped(kind, inner.python), inner.is_constant)

    def wrapped(self, kind, python):
        bits, signed = TYPES[kind]
        return f"wrap({python}, {bits}, {signed})"

    def binary(self, kind, depth):
        operator = self.pick(["+", "-", "*", "&", "|", "^", "+", "-", "<<", ">>", "/", "%"])
        left = self.expression(kind, depth + 1)
        right = self.expression(kind, depth + 1)
        bits, _ = TYPES[kind]
        is_constant = left.is_constant and right.is_constant
        if is_constant and operator == "*":
            operator = "+"  # Constants are computed with 127 bits, and more is an error.
        zong = f"({left.zong} {operator} {right.zong})"
        if operator in "/%":
            name = "divide" if operator == "/" else "remainder"
            zong = f"({left.zong} {operator} (({right.zong} & 15) + 1))"
            python = f"{name}({left.python}, ({right.python} & 15) + 1)"
        elif operator in ("<<", ">>"):
            python = f"({left.python} {operator} ({right.python} & {bits - 1}))"
        else:
            python = f"({left.python} {operator} {right.python})"
        return Expression(zong, self.wrapped(kind, python), is_constant)

    def condition(self, depth=0):
        if depth < 2 and self.random.random() < 0.3:
            left, right = self.condition(depth + 1), self.condition(depth + 1)
            operator = self.pick(["&&", "||"])
            word = "and" if operator == "&&" else "or"
            return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {word} {right.python})")
        if depth < 2 and self.random.random() < 0.2:
            inner = self.condition(depth + 1)
            return Expression(f"!({inner.zong})", f"(not {inner.python})")
        kind = self.pick(NAMES)
        left, right = self.expression(kind, 2), self.expression(kind, 2)
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="])
        return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {operator} {right.python})")

    def call(self, kind):
        """A call of an earlier function with this result, or None."""
        candidates = [f for f in self.functions if f[2] == kind]
        if not candidates:
            return None
        name, parameters, _ = self.pick(candidates)
        zong, python = [], []
        for parameter in parameters:
            if isinstance(parameter, tuple) and parameter[0] == "pointer":
                places = [p for p in self.places(parameter[1]) if not p[0].endswith("*")]
                if not places:
                    return None
                place = self.pick(places)
                zong.append(f"{place[0]}&")
                python.append(f"({place[2]}, {place[3]})")
            elif isinstance(parameter, tuple):
                same = [(n, c) for s, c in [*((s, "v") for s in self.variables), (self.globals, "g")]
                        for n, k in s.items() if k == parameter]
                if not same:
                    return None
                variable, container = self.pick(same)
                zong.append(variable)
                python.append(f"copy.deepcopy({container}['{variable}'])")
            else:
                argument = self.expression(parameter, 2)
                zong.append(argument.zong)
                python.append(argument.python)
        return Expression(f"{name}({', '.join(zong)})", f"{name}({', '.join(python)})")

    # Statements.

    def block(self, length, in_loop):
        self.depth += 1
        self.variables.append({})
        for _ in range(length):
            self.statement(in_loop)
        self.line(None, "pass")
        self.variables.pop()
        self.depth -= 1

    def statement(self, in_loop):
        if self.depth > 4:
            return self.assignment()
        choice = self.random.random()
        if choice < 0.2:
            self.declaration()
        elif choice < 0.55:
            self.assignment()
        elif choice < 0.7:
            self.conditional(in_loop)
        elif choice < 0.8 and self.loops < 3:
            self.loop()
        elif choice < 0.85 and in_loop:
            self.leave()
        elif choice < 0.95:
            self.call_statement()
        else:
            self.copy_statement()

    def declare(self, kind):
        name = self.fresh("v")
        self.variables[-1][name] = kind
        return name

    def declaration(self):
        choice = self.random.random()
        if choice < 0.6 or not self.structs:
            kind = self.pick(NAMES)
            value = self.expression(kind)
            name = self.declare(kind)
            self.line(f"var {name}: {kind} = {value.zong}", f"v['{name}'] = {value.python}")
        elif choice < 0.8:
            struct = self.pick(list(self.structs))
            values = {field: self.expression(kind, 2) for field, kind in self.structs[struct].items()}
            name = self.declare(("struct", struct))
            self.line(f"var {name} = {struct}({', '.join(f'{f}: {v.zong}' for f, v in values.items())})",
                      f"v['{name}'] = {{{', '.join(f'{f!r}: {v.python}' for f, v in values.items())}}}")
        else:
            kind = self.pick(NAMES)
            values = [self.expression(kind, 3) for _ in range(ARRAY_LENGTH)]
            name = self.declare(("array", kind))
            self.line(f"var {name}: {kind}[{ARRAY_LENGTH}] = [{', '.join(v.zong for v in values)}]",
                      f"v['{name}'] = [{', '.join(v.python for v in values)}]")

    def assignment(self):
        kind = self.pick(NAMES)
        places = self.places(kind)
        if not places:
            return self.declaration() if self.depth <= 4 else None
        zong, python, _, _ = self.pick(places)
        operator = self.pick(["", "", "+", "-", "*", "^", "&", "|"])
        value = self.expression(kind)
        if not operator:
            self.line(f"{zong} = {value.zong}", f"{python} = {value.python}")
        else:
            self.line(f"{zong} {operator}= {value.zong}",
                      f"{python} = {self.wrapped(kind, f'{python} {operator} {value.python}')}")

    def conditional(self, in_loop):
        condition = self.condition()
        self.line(f"if {condition.zong} {{", f"if {condition.python}:")
        self.block(self.random.randint(1, 3), in_loop)
        if self.random.random() < 0.5:
            self.line("} else {", "else:")
            self.block(self.random.randint(1, 3), in_loop)
        self.line("}", "")

    def loop(self):
        self.loops += 1
        end = self.random.randint(1, 6)
        if self.random.random() < 0.5:
            name = self.fresh("i")
            self.line(f"for {name} in 0..{end} {{", f"for _{name} in range({end}):")
            self.depth += 1
            self.line(None, f"v['{name}'] = _{name}")
            self.depth -= 1
            self.variables.append({name: "I64"})
            self.block(self.random.randint(1, 4), True)
            self.variables.pop()
        else:
            name = self.fresh("_n")  # Hidden from the program's own assignments, so that the loop ends.
            self.line(f"var {name} = 0", f"v['{name}'] = 0")
            self.line(f"while {name} < {end} {{", f"while v['{name}'] < {end}:")
            self.depth += 1
            self.line(f"{name} += 1", f"v['{name}'] += 1")
            self.depth -= 1
            self.block(self.random.randint(1, 4), True)
        self.line("}", "")
        self.loops -= 1

    def leave(self):
        condition = self.condition()
        word = self.pick(["break", "continue"])
        self.line(f"if {condition.zong} {{ {word} }}", f"if {condition.python}: {word}")

    def call_statement(self):
        kind = self.pick(NAMES)
        call = self.call(kind)
        if not call:
            return self.assignment()
        value = self.expression(kind, 3)
        name = self.declare(kind)
        self.line(f"var {name} = {call.zong} + {value.zong}",
                  f"v['{name}'] = {self.wrapped(kind, f'{call.python} + {value.python}')}")

    def copy_statement(self):
        """A struct or an array, copied: the two are independent afterwards."""
        places = [(n, k, c) for s, c in [*((s, "v") for s in self.variables), (self.globals, "g")]
                  for n, k in s.items() if isinstance(k, tuple) and k[0] != "pointer"]
        if not places:
            return self.declaration()
        name, kind, container = self.pick(places)
        same = [p for p in places if p[1] == kind and p[0] != name]
        if same and self.random.random() < 0.5:
            target, _, other = self.pick(same)
            self.line(f"{target} = {name}", f"{other}['{target}'] = copy.deepcopy({container}['{name}'])")
        else:
            target = self.declare(kind)
            self.line(f"var {target} = {name}", f"v['{target}'] = copy.deepcopy({container}['{name}'])")

    # Declarations.

    def struct(self):
        name = self.fresh("S")
        self.structs[name] = {self.fresh("f"): self.pick(NAMES) for _ in range(self.random.randint(1, 5))}
        self.zong.append(f"struct {name}({', '.join(f'{f}: {k}' for f, k in self.structs[name].items())})")

    def function(self):
        name, result = self.fresh("fn"), self.pick(NAMES)
        parameters = []
        for _ in range(self.random.randint(0, 4)):
            kind = self.pick(NAMES)
            choice = self.random.random()
            if choice < 0.2:
                parameters.append(("pointer", kind))
            elif choice < 0.4 and self.structs:
                parameters.append(("struct", self.pick(list(self.structs))))
            else:
                parameters.append(kind)
        names = [self.fresh("p") for _ in parameters]
        scope = dict(zip(names, parameters))
        listed = ", ".join(f"_ {n}: {self.type_text(k)}" for n, k in scope.items())
        self.line(f"func {name}({listed}): {result} {{", f"def {name}({', '.join(names)}):")
        self.variables.append(scope)
        self.depth += 1
        self.line(None, f"v = {{{', '.join(f'{n!r}: {n}' for n in names)}}}")
        for _ in range(self.random.randint(2, 8)):
            self.statement(False)
        if self.random.random() < 0.3:
            condition, early = self.condition(), self.expression(result)
            self.line(f"if {condition.zong} {{ return {early.zong} }}", f"if {condition.python}: return {early.python}")
        value = self.expression(result)
        self.line(f"return {value.zong}", f"return {value.python}")
        self.depth -= 1
        self.variables.pop()
        self.line("}", "")
        self.functions.append((name, parameters, result))

    def type_text(self, kind):
        if not isinstance(kind, tuple):
            return kind
        return f"{kind[1]}*" if kind[0] == "pointer" else kind[1]

    def program(self):
        """The program's text in Zong and in Python; the Python one calls `out` with each line that is printed."""
        self.python.append(PRELUDE)
        self.python.append("g = {}")
        for _ in range(self.random.randint(1, 3)):
            self.struct()
        for _ in range(self.random.randint(1, 4)):
            kind, name = self.pick(NAMES), self.fresh("g")
            value = self.constant(kind)
            self.line(f"var {name}: {kind} = {value.zong}", f"g['{name}'] = {value.python}")
            self.globals[name] = kind
        for _ in range(self.random.randint(2, 6)):
            self.function()
        self.line("func main() {", "def main():")
        self.variables.append({})
        self.depth += 1
        self.line(None, "v = {}")
        for _ in range(self.random.randint(5, 20)):
            self.statement(False)
        self.print_everything()
        self.depth -= 1
        self.line("}", "")
        return "\n".join(self.zong) + "\n", "\n".join(self.python) + "\n"

    def print_everything(self):
        for scope, container in ((self.variables[0], "v"), (self.globals, "g")):
            for name, kind in scope.items():
                base = f"{container}['{name}']"
                if not isinstance(kind, tuple):
                    self.line(f"print({name})", f"out(show({base}))")
                elif kind[0] == "struct":
                    for field in self.structs[kind[1]]:
                        self.line(f"print({name}.{field})", f"out(show({base}['{field}']))")
                else:
                    self.line(f"print({name})", f"out('[' + ', '.join(map(show, {base})) + ']')")


def generate(seed):
    """A program in Zong, and what it prints."""
    zong, python = Generator(seed).program()
    lines = []
    names = {"out": lines.append}
    exec(compile(python, f"seed {seed}", "exec"), names)
    names["main"]()
    return zong, "".join(line + "\n" for line in lines)
