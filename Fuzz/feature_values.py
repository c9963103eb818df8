"""Types, values and expressions of the programs that feature_program.py makes: each expression in Zong and in Python.

A type is "I64", "F64", "Boolean" or "String", or a tuple: ("struct", name), ("enum", name), ("optional", type),
("slice", type); a generic struct or enum has its type arguments as the third item, and a type parameter is its name. In
Python a struct is a dictionary, a case of an enum a tuple that begins with its name, null is None.
"""

SCALARS = ["I64", "I64", "F64", "Boolean", "String"]
WORDS = ["", "a", "b", "ab", "zong", "two words", "\"quoted\"", "back\\slash", "line\nend", "tab\t", "{}", "Zed"]

# What the oracle's programs use. `show` writes a value as `print` does.
PRELUDE = '''
import copy, math
class Failure(Exception):
    pass
class Null(Exception):
    pass
def wrap(n):
    n &= (1 << 64) - 1
    return n - (1 << 64) if n >> 63 else n
def quotient(a, b):
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q
def divide(a, b):
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)
def note(text):
    G["notes"] = wrap(G["notes"] * 31 + len(text))
def truncated(f):
    return int(f) if -1e15 < f < 1e15 else 0
def total(numbers):
    sum = 0.0
    for number in numbers:  # Python's own sum rounds otherwise.
        sum += number
    return sum
def at(n, length):
    return n % length
def handle(value, handler):
    try:
        return value()
    except Failure as failure:
        return handler(str(failure))
def unless_null(value, other):
    return other() if value is None else value
def or_null(value):
    if value is None:
        raise Null()
    return value
def show_float(f):
    if math.isnan(f):
        return "nan"
    if math.isinf(f):
        return "inf" if f > 0 else "-inf"
    sign = "-" if math.copysign(1.0, f) < 0 else ""
    if f == 0:
        return sign + "0.0"
    mantissa, _, exponent = repr(abs(f)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0") or "0"
    if abs(f) >= 1e21 or abs(f) < 1e-5:
        rest = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1}"
    if point <= 0:
        return sign + "0." + "0" * -point + digits
    digits = digits.ljust(point + 1, "0")
    return sign + digits[:point] + "." + digits[point:]
def rounded(f, digits):
    """With so many digits. Zero has no sign."""
    text = format(f, f".{digits}f")
    return text if text.strip("-0.") else text.lstrip("-")

def quote(text):
    for plain, escape in (("\\\\", "\\\\\\\\"), ('"', '\\\\"'), ("\\n", "\\\\n"), ("\\t", "\\\\t")):
        text = text.replace(plain, escape)
    return '"' + text + '"'
def bound(of, types):
    """A type with the types that type parameters stand for."""
    if isinstance(of, str):
        return types.get(of, of)
    if of[0] in ("optional", "slice"):
        return (of[0], bound(of[1], types))
    return (*of[:2], *(tuple(bound(argument, types) for argument in arguments) for arguments in of[2:]))
def bound_fields(fields, of):
    """The fields of a struct or a case, as a type with its type arguments has them."""
    types = dict(zip(PARAMETERS[of[1]], of[2])) if len(of) > 2 else {}
    return [(name, bound(kind, types)) for name, kind in fields]
def fields_text(values, fields):
    return ", ".join(f"{name}: {show(value, of, True)}" for value, (name, of) in zip(values, fields))
def show(value, of, inner=False):
    if of == "Boolean":
        return "true" if value else "false"
    if of == "F64":
        return show_float(value)
    if of == "String":
        return quote(value) if inner else value
    if of == "I64":
        return str(value)
    if of[0] == "optional":
        return "null" if value is None else show(value, of[1], True)
    if of[0] == "slice":
        return "[" + ", ".join(show(item, of[1], True) for item in value) + "]"
    if of[0] == "struct":
        return f"{of[1].partition('__')[0]}({fields_text(value.values(), bound_fields(STRUCTS[of[1]], of))})"
    fields = bound_fields(ENUMS[of[1]][value[0]], of)
    return f"{value[0]}({fields_text(value[1:], fields)})" if fields else value[0]
'''


def plain(name):
    """A declaration's name without what tells those of several modules apart."""
    return name.partition("__")[0]


def spelled(of):
    """A type as Zong writes it."""
    if isinstance(of, str):
        return of
    if of[0] == "optional":
        return f"{spelled(of[1])}?"
    if of[0] == "slice":
        return f"{spelled(of[1])}[]"
    if of[0] == "func":
        *parameters, result = map(spelled, of[2])
        return f"func({', '.join(parameters)}): {result}"
    return of[1] + (f"<{', '.join(map(spelled, of[2]))}>" if len(of) > 2 else "")


class Expression:
    """The same expression in both languages."""

    def __init__(self, zong, python, is_constant=False):
        self.zong = zong
        self.python = python
        self.is_constant = is_constant


class Values:
    """Makes expressions. What is in scope: variables, and the declarations of the program."""

    def __init__(self, random):
        self.random = random
        self.structs = {}  # name -> [(field, type)]
        self.enums = {}  # name -> {case: [(field, type)]}
        self.methods = {}  # struct -> [(name, parameter type, result type)]
        self.functions = []  # (name, parameter types, result type, "" or "!" or "?")
        self.scopes = []  # of {Zong name: (type, Python text)}
        self.globals = {}  # likewise, for what is in scope everywhere
        self.prelude = ""  # what stands before the names of the prelude
        self.can_fail = self.can_be_null = False
        self.is_pure = False  # Nothing is called, which could keep what is made.
        self.depth_limit = 3

    def pick(self, options):
        return self.random.choice(options)

    def chance(self, part):
        return self.random.random() < part

    # Types.

    def scalar(self):
        return self.pick(SCALARS)

    def any_type(self):
        roll = self.random.random()
        if roll < 0.45:
            return self.scalar()
        if roll < 0.65 and self.structs:
            return ("struct", self.pick(list(self.structs)))
        if roll < 0.8 and self.enums:
            return ("enum", self.pick(list(self.enums)))
        return ("optional", self.scalar()) if roll < 0.92 else ("slice", self.scalar())

    def holds_float(self, of):
        if isinstance(of, str):
            return of == "F64"
        if of[0] in ("optional", "slice"):
            return self.holds_float(of[1])
        fields = self.fields(of) if of[0] == "struct" else [f for case in self.cases(of).values() for f in case]
        return any(self.holds_float(kind) for _, kind in fields)

    def fields(self, of):
        """The fields of a struct, and their types."""
        return self.structs[of[1]]

    def cases(self, of):
        """The cases of an enum, and the fields of each."""
        return self.enums[of[1]]

    def methods_of(self, of):
        return self.methods.get(of[1], [])

    def typed(self, of):
        """A type as Python writes it."""
        return repr(of)

    # Places.

    def places(self, of):
        found = []
        for scope in [*self.scopes, self.globals]:
            for name, (kind, python) in scope.items():
                if kind == of:
                    found.append(Expression(name, python))
                elif isinstance(kind, tuple) and kind[0] == "struct":
                    found += [Expression(f"{name}.{field}", f"{python}['{field}']")
                              for field, inner in self.fields(kind) if inner == of]
        return found

    # Expressions.

    def constant(self, of):
        if of == "I64":
            value = self.pick([0, 1, 2, 3, 5, 10, 100, -1, -7, 1 << 40, self.random.randint(-1000, 1000)])
            return Expression(f"{value}" if value >= 0 else f"({value})", f"({value})", True)
        if of == "F64":
            value = self.pick([0.0, 1.0, 0.5, -2.25, 3.14159, 1e10, 1e-7, 123456.789, self.random.uniform(-100, 100)])
            text = repr(value) if "." in repr(value) or "e" in repr(value) else f"{value}.0"
            return Expression(text if value >= 0 else f"({text})", f"({text})", True)
        if of == "Boolean":
            value = self.pick([True, False])
            return Expression("true" if value else "false", str(value), True)
        return self.text()

    def text(self):
        value = self.pick(WORDS)
        zong = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return Expression(f'"{zong}"', repr(value), True)

    def variable(self, of):
        """A scalar that isn't constant, for where a constant could be computed while compiling."""
        places = self.places(of)
        if places:
            return self.pick(places)
        name = {"I64": "one", "F64": "half", "Boolean": "yes", "String": "word"}[of]
        return Expression(self.prelude + name, f"G['{name}']")

    def expression(self, of, depth=0):
        if isinstance(of, tuple):
            return self.compound(of, depth)
        if depth > self.depth_limit or self.chance(0.2):
            return self.constant(of) if self.chance(0.3) else self.variable(of)
        special = self.special(of, depth)
        if special and self.chance(0.5):
            return special
        return {"I64": self.integer, "F64": self.float, "Boolean": self.boolean, "String": self.string}[of](depth + 1)

    def special(self, of, depth):
        """What gives a value of any type: calls, branches, handled failures and nulls."""
        roll = self.random.random()
        if roll < 0.3:
            return self.call(of, depth + 1)
        if roll < 0.36:
            return self.in_arena(of, depth + 1)
        if roll < 0.48:
            c, a, b = self.boolean(depth + 1), self.expression(of, depth + 1), self.expression(of, depth + 1)
            return Expression(f"(if {c.zong} {{ {a.zong} }} else {{ {b.zong} }})", f"({a.python} if {c.python} else {b.python})")
        if roll < 0.6:
            return self.match(of, depth + 1)
        if roll < 0.8:
            return self.coalesced(of, depth + 1)
        return self.method(of, depth + 1)

    def in_arena(self, of, depth):
        """A value that leaves an arena, in which it is made."""
        outer, self.is_pure = self.is_pure, True
        inner = self.expression(of, depth)
        self.is_pure = outer
        return Expression(f"(arena {{ {inner.zong} }})", inner.python)

    def call(self, of, depth):
        if self.is_pure:
            return None
        found = [f for f in self.functions if f[2] == of]
        if not found:
            return None
        name, parameters, _, kind = self.pick(found)
        arguments = [self.expression(parameter, depth + 1) for parameter in parameters]
        zong = f"{name}({', '.join(a.zong for a in arguments)})"
        return self.called(of, kind, zong, name, [a.python for a in arguments], depth)

    def called(self, of, kind, zong, name, arguments, depth):
        """The value of a call that may fail or give null. A failure that leaves the function from within an argument isn't one
        of the call."""
        python = f"{name}({', '.join(arguments)})"
        if kind == "!" and arguments:
            names = [f"_{index}" for index in range(len(arguments))]
            call = self.handled(of, zong, f"{name}({', '.join(names)})", depth)
            return Expression(call.zong, f"(lambda {', '.join(names)}: {call.python})({', '.join(arguments)})")
        if kind == "!":
            return self.handled(of, zong, python, depth)
        if kind == "?":
            if self.can_be_null and self.chance(0.4):
                return Expression(f"{zong}?", f"or_null({python})")
            other = self.expression(of, depth + 1)
            return Expression(f"({zong} ?? {other.zong})", f"unless_null({python}, lambda: {other.python})")
        return Expression(zong, python)

    def handled(self, of, zong, python, depth):
        roll = self.random.random()
        if self.can_fail and roll < 0.4:
            return Expression(f"{zong}?", python)
        other = self.expression(of, depth + 2)
        if roll < 0.7:
            return Expression(f"({zong} ?? {other.zong})", f"handle(lambda: {python}, lambda _: {other.python})")
        return Expression(f"({zong} catch e {{ {self.prelude}note(e.message); {other.zong} }})",
                          f"handle(lambda: {python}, lambda e: (note(e), {other.python})[1])")

    def coalesced(self, of, depth):
        places = self.places(("optional", of))
        if not places:
            return None
        place, other = self.pick(places), self.expression(of, depth + 1)
        return Expression(f"({place.zong} ?? {other.zong})", f"unless_null({place.python}, lambda: {other.python})")

    def method(self, of, depth):
        if self.is_pure:
            return None
        found = [(n, kind, m) for scope in self.scopes for n, (kind, _) in scope.items()
                 if isinstance(kind, tuple) and kind[0] == "struct" for m in self.methods_of(kind) if m[2] == of]
        if not found:
            return None
        name, kind, (method, parameter, _) = self.pick(found)
        python = next(scope[name][1] for scope in self.scopes if name in scope)
        argument = self.expression(parameter, depth + 1)
        return Expression(f"{name}.{method}({argument.zong})", f"{kind[1]}_{method}({python}, {self.receiver_types(kind)}{argument.python})")

    def receiver_types(self, of):
        """What a method is told about the type arguments of its receiver."""
        return ""

    def match(self, of, depth):
        """A match over an enum or an integer."""
        kinds = [kind for scope in self.scopes for kind, _ in scope.values() if isinstance(kind, tuple) and kind[0] == "enum"]
        if kinds and self.chance(0.6):
            kind = self.pick(kinds)
            return self.match_enum(self.pick(self.places(kind)), self.cases(kind), of, depth)
        subject = self.variable("I64")
        arms = [self.expression(of, depth + 1) for _ in range(3)]
        return Expression(
            f"(match {subject.zong} {{ 0 | 1 => {arms[0].zong}, 2..10 => {arms[1].zong}, _ => {arms[2].zong} }})",
            f"(lambda s: {arms[0].python} if s in (0, 1) else {arms[1].python} if 2 <= s < 10 else {arms[2].python})"
            f"({subject.python})")

    def match_enum(self, subject, cases, of, depth):
        zong, chain = [], "None"
        for case, fields in reversed(cases.items()):
            names = [f"m{self.random.randrange(10 ** 6)}" for _ in fields]
            self.scopes.append({name: (kind, name) for name, (_, kind) in zip(names, fields)})
            inner = self.expression(of, depth + 2)
            self.scopes.pop()
            zong.append(f"{case}({', '.join(names)}) => {inner.zong}" if fields else f"{case} => {inner.zong}")
            bound = ", ".join(f"{name}=s[{number}]" for number, name in enumerate(names, 1))
            chain = f"(lambda {bound}: {inner.python})() if s[0] == {case!r} else {chain}"
        return Expression(f"(match {subject.zong} {{ {', '.join(zong)} }})", f"(lambda s: {chain})({subject.python})")

    def integer(self, depth):
        roll = self.random.random()
        if roll < 0.15:
            text = self.string(depth + 1)
            return Expression(f"({text.zong}).length", f"len({text.python})")
        if roll < 0.25:
            number = self.float(depth + 1)
            return Expression(f"{self.prelude}truncated({number.zong})", f"truncated({number.python})")
        if roll < 0.35:
            lists = [p for kind in SCALARS for p in self.places(("slice", kind))]
            if lists:
                place = self.pick(lists)
                return Expression(f"{place.zong}.length", f"len({place.python})")
        left, right = self.expression("I64", depth + 1), self.expression("I64", depth + 1)
        if left.is_constant and right.is_constant:
            left = self.variable("I64")
        operator = self.pick("+-*+-&|^/%")
        if operator in "/%":
            left = self.variable("I64")
            name = "quotient(n, d)" if operator == "/" else "n - d * quotient(n, d)"
            return Expression(f"({left.zong} {operator} (({right.zong} & 7) + 1))",
                              f"(lambda n, d: wrap({name}))({left.python}, ({right.python} & 7) + 1)")
        return Expression(f"({left.zong} {operator} {right.zong})", f"wrap({left.python} {operator} {right.python})")

    def float(self, depth):
        if self.chance(0.2):
            number = self.integer(depth + 1)
            return Expression(f"F64({number.zong})", f"float({number.python})")
        left, right = self.expression("F64", depth + 1), self.expression("F64", depth + 1)
        if left.is_constant and right.is_constant:
            left = self.variable("F64")
        operator = self.pick("+-*/")
        python = f"divide({left.python}, {right.python})" if operator == "/" else f"({left.python} {operator} {right.python})"
        return Expression(f"({left.zong} {operator} {right.zong})", python)

    def boolean(self, depth):
        if depth < 3 and self.chance(0.3):
            left, right = self.boolean(depth + 1), self.boolean(depth + 1)
            operator, word = self.pick([("&&", "and"), ("||", "or")])
            return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {word} {right.python})")
        if self.chance(0.1):
            inner = self.expression("Boolean", depth + 1)
            return Expression(f"!({inner.zong})", f"(not {inner.python})")
        of = self.pick(["I64", "F64", "String"])
        if self.chance(0.2):
            compound = self.any_type()
            left = self.variable_of(compound)
            if left and not self.holds_float(compound):
                right = self.expression(compound, depth + 2)
                operator = self.pick(["==", "!="])
                return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {operator} {right.python})")
        left, right = self.variable(of), self.expression(of, depth + 1)
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="])
        return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {operator} {right.python})")

    def variable_of(self, of):
        places = self.places(of)
        return self.pick(places) if places else None

    def string(self, depth):
        roll = self.random.random()
        if roll < 0.35:
            left, right = self.expression("String", depth + 1), self.expression("String", depth + 1)
            if left.is_constant and right.is_constant:
                left = self.variable("String")
            return Expression(f"({left.zong} + {right.zong})", f"({left.python} + {right.python})")
        if roll < 0.5:
            text = self.variable("String")
            return Expression(f"{text.zong}[{text.zong}.length / 2..{text.zong}.length]",
                              f"{text.python}[len({text.python}) // 2:]")
        if roll < 0.6:
            number = self.variable("F64")
            digits = self.random.randrange(4)
            return Expression(f'"\\({number.zong}, digits: {digits})"', f"rounded({number.python}, {digits})")
        return self.interpolation(depth)

    def interpolation(self, depth):
        zong, python = [], []
        for _ in range(self.random.randint(1, 3)):
            of = self.any_type()
            value = self.variable_of(of) if isinstance(of, tuple) else self.expression(of, depth + 1)
            if value:
                zong.append(f"<\\({value.zong})>")
                python.append(f"'<' + show({value.python}, {self.typed(of)}) + '>'")
        if not python:
            return self.text()
        return Expression(f'"{"".join(zong)}"', f"({' + '.join(python)})")

    def compound(self, of, depth):
        places = self.places(of)
        if places and (depth > self.depth_limit or self.chance(0.4)):
            place = self.pick(places)
            if of[0] != "slice":
                return Expression(place.zong, f"copy.deepcopy({place.python})")
        if of[0] == "struct":
            values = [(name, self.expression(kind, depth + 1)) for name, kind in self.fields(of)]
            return Expression(f"{spelled(of)}({', '.join(f'{n}: {v.zong}' for n, v in values)})",
                              f"{{{', '.join(f'{n!r}: {v.python}' for n, v in values)}}}")
        if of[0] == "enum":
            case, fields = self.pick(list(self.cases(of).items()))
            values = [(name, self.expression(kind, depth + 1)) for name, kind in fields]
            listed = f"({', '.join(f'{n}: {v.zong}' for n, v in values)})" if values else ""
            return Expression(f"{spelled(of)}.{case}{listed}", f"({case!r}, {''.join(v.python + ', ' for _, v in values)})")
        if of[0] == "optional":
            if self.chance(0.3):
                return Expression(f"{self.prelude}nothing<{spelled(of[1])}>()", "None")
            value = self.expression(of[1], depth + 1)
            return Expression(f"{self.prelude}some<{spelled(of[1])}>({value.zong})", value.python)
        values = [self.expression(of[1], depth + 1) for _ in range(self.random.randint(1, 4))]
        return Expression(f"[{', '.join(v.zong for v in values)}]", f"[{', '.join(v.python for v in values)}]")
