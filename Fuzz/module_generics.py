"""Generic declarations of the programs that module_program.py makes: structs, enums and functions with type parameters,
which use each other with derived types. In Python a generic function or method has what its type parameters stand for
as a parameter `types`, since values alone don't say how they are printed.
"""

from feature_program import Program
from feature_values import Expression, spelled

CONSTRAINTS = ["", "", "", "Equatable", "Hashable", "Ordered", "Shape", "Number"]


def mentions(of, names):
    """Whether a type mentions one of these type parameters."""
    if isinstance(of, str):
        return of in names
    if of[0] in ("optional", "slice"):
        return mentions(of[1], names)
    return any(mentions(argument, names) for arguments in of[2:] for argument in arguments)


def bound(of, types):
    """A type with the types that type parameters stand for."""
    if isinstance(of, str):
        return types.get(of, of)
    if of[0] in ("optional", "slice"):
        return (of[0], bound(of[1], types))
    return (*of[:2], *(tuple(bound(argument, types) for argument in arguments) for arguments in of[2:]))


def unify(pattern, of, names, found):
    """Whether a type is the pattern with some types for the names, which are added to `found`."""
    if isinstance(pattern, str):
        if pattern not in names:
            return pattern == of
        # In Python an optional in an optional would be the same as one, and slices are copied.
        return of[0] not in ("optional", "slice") and found.setdefault(pattern, of) == of
    if isinstance(of, str) or pattern[0] != of[0] or len(pattern) != len(of):
        return False
    if pattern[0] in ("optional", "slice"):
        return unify(pattern[1], of[1], names, found)
    return pattern[1] == of[1] and all(unify(*pair, names, found) for pair in zip(*pattern[2:], *of[2:]))


class Generics(Program):
    """Adds type arguments to what Program makes."""

    def __init__(self, seed, skipped):
        super().__init__(seed, skipped)
        self.opaque = {}  # the type parameters in scope, and the constraint of each
        self.generic_structs = {}  # name -> ({parameter: constraint}, [(field, type)])
        self.generic_enums = {}  # name -> ({parameter: constraint}, {case: [(field, type)]})
        self.generic_functions = []  # (name, {parameter: constraint}, parameter types, result type, kind)

    # Types.

    def any_type(self):
        roll = self.random.random()
        if self.opaque and roll < 0.35:
            return self.pick(list(self.opaque))
        return (roll < 0.55 and self.instance()) or super().any_type()

    def instance(self, depth=0):
        """A generic struct or enum with type arguments; None if none fits."""
        names = [*self.generic_structs, *self.generic_enums]
        if not names:
            return None
        name = self.pick(names)
        kind, (parameters, _) = ("struct", self.generic_structs[name]) if name in self.generic_structs else (
            "enum", self.generic_enums[name])
        arguments = tuple(self.argument(constraint, depth + 1) for constraint in parameters.values())
        return (kind, name, arguments) if all(arguments) else None

    def argument(self, constraint, depth=1):
        """A type that has the constraint, or None."""
        found = [of for of in self.opaque if self.satisfies(of, constraint)] * 3
        found += [of for of in ("I64", "String", "Boolean", "F64") if self.satisfies(of, constraint)]
        found += [of for of in (("struct", name) for name in self.structs) if self.satisfies(of, constraint)]
        found += [of for of in (("enum", name) for name in self.enums) if self.satisfies(of, constraint)]
        if depth < 3 and self.chance(0.35):
            nested = self.instance(depth)
            if nested and self.satisfies(nested, constraint):
                return nested
        return self.pick(found) if found else None

    def satisfies(self, of, constraint):
        if constraint == "":
            return True
        if of in self.opaque:
            return self.opaque[of] == constraint or (self.opaque[of], constraint) == ("Hashable", "Equatable")
        if constraint == "Ordered":
            return of in ("I64", "String")
        if constraint == "Number":
            return of in ("I64", "F64")
        if constraint == "Shape":
            return of[0] == "struct" and of[1] in self.shapes
        weak = [name for name, own in self.opaque.items() if own == "Equatable" and constraint == "Hashable"]
        return not self.holds_float(of) and not mentions(of, weak)

    def holds_float(self, of):
        """Whether it can't be compared: NaN is an element of a list in Python that is equal to itself."""
        if isinstance(of, str) and of in self.opaque:
            return self.opaque[of] not in ("Equatable", "Hashable")
        return super().holds_float(of)

    def fields(self, of):
        return self.given(of, self.generic_structs[of[1]][1]) if len(of) > 2 else super().fields(of)

    def cases(self, of):
        if len(of) == 2:
            return super().cases(of)
        return {case: self.given(of, fields) for case, fields in self.generic_enums[of[1]][1].items()}

    def given(self, of, fields):
        types = self.arguments(of)
        return [(name, bound(kind, types)) for name, kind in fields]

    def arguments(self, of):
        """What a type's parameters stand for."""
        declared = self.generic_structs if of[0] == "struct" else self.generic_enums
        return dict(zip(declared[of[1]][0], of[2])) if len(of) > 2 else {}

    def methods_of(self, of):
        types = self.arguments(of)
        return [(name, bound(parameter, types), bound(result, types)) for name, parameter, result in super().methods_of(of)]

    def typed(self, of):
        return f"bound({of!r}, types)" if mentions(of, self.opaque) else repr(of)

    def types_text(self, types):
        return "{" + ", ".join(f"{name!r}: {self.typed(of)}" for name, of in types.items()) + "}"

    def receiver_types(self, of):
        return self.types_text(self.arguments(of)) + ", " if len(of) > 2 else ""

    # Expressions.

    def expression(self, of, depth=0):
        if isinstance(of, str) and of in self.opaque:
            special = self.special(of, depth) if depth < self.depth_limit and self.chance(0.5) else None
            if special:
                return special
            place = self.pick(self.places(of))
            if self.opaque[of] == "Number" and depth < self.depth_limit and self.chance(0.7):
                return self.arithmetic(of, place, depth)
            return Expression(place.zong, f"copy.deepcopy({place.python})")
        if of[0] == "func":
            return self.function_value(of, depth)
        return super().expression(of, depth)

    def arithmetic(self, of, left, depth):
        """Numbers of a type that isn't known; those that are written fit every one."""
        operator, literal = self.pick("+-*"), self.random.randrange(128)
        right = Expression(str(literal), str(literal)) if self.chance(0.4) else self.expression(of, depth + 1)
        if self.chance(0.2):
            left = Expression(f"{of}({literal})", str(literal))
        return Expression(f"({left.zong} {operator} {right.zong})",
                          f"number({left.python} {operator} {right.python}, types[{of!r}])")

    def function_value(self, of, depth):
        """A literal, or the name of a function."""
        *parameters, result = of[2]
        named = [f for f in self.functions if f[1] == parameters and f[2] == result and f[3] == ""]
        if named and self.chance(0.4):
            name = self.pick(named)[0]
            return Expression(name, name)
        names = [self.fresh("a") for _ in parameters]
        before = self.can_fail, self.can_be_null
        self.can_fail = self.can_be_null = False
        self.scopes.append(dict(zip(names, ((kind, name) for kind, name in zip(parameters, names)))))
        value = self.expression(result, depth + 1)
        self.scopes.pop()
        self.can_fail, self.can_be_null = before
        listed = ", ".join(f"{name}: {spelled(kind)}" for name, kind in zip(names, parameters))
        return Expression(f"func({listed}): {spelled(result)} {{ return {value.zong}; }}",
                          f"(lambda {', '.join(names)}: {value.python})")

    def call(self, of, depth):
        if self.is_pure:
            return None
        values = [(name, kind, python) for scope in self.scopes for name, (kind, python) in scope.items()
                  if kind[0] == "func" and kind[2][-1] == of]
        if values and self.chance(0.4):
            name, kind, python = self.pick(values)
            arguments = [self.expression(parameter, depth + 1) for parameter in kind[2][:-1]]
            return Expression(f"{name}({', '.join(a.zong for a in arguments)})",
                              f"{python}({', '.join(a.python for a in arguments)})")
        return (self.chance(0.5) and self.generic_call(of, depth)) or super().call(of, depth)

    def generic_call(self, of, depth):
        """A call of a generic function with such a result, or None."""
        found = []
        for function in self.generic_functions:
            types = {}
            if unify(function[3], of, function[1], types) and all(
                    self.satisfies(types[name], constraint) for name, constraint in function[1].items() if name in types):
                found.append((function, types))
        if not found:
            return None
        (name, constraints, parameters, _, kind), types = self.pick(found)
        types = {p: types.get(p) or self.argument(constraint, 2) for p, constraint in constraints.items()}
        if not all(types.values()):
            return None
        arguments = [self.expression(bound(parameter, types), depth + 1) for parameter in parameters]
        written = f"<{', '.join(map(spelled, types.values()))}>" if self.chance(0.5) else ""
        zong = f"{name}{written}({', '.join(a.zong for a in arguments)})"
        return self.called(of, kind, zong, name, [self.types_text(types), *(a.python for a in arguments)], depth)

    def boolean(self, depth):
        ordered = [of for of, constraint in self.opaque.items() if constraint in ("Ordered", "Number")]
        equal = [of for of, constraint in self.opaque.items() if constraint in ("Equatable", "Hashable")]
        if self.chance(0.3) and ordered + equal:
            of = self.pick(ordered + equal)
            left, right = self.pick(self.places(of)), self.expression(of, depth + 1)
            operator = self.pick(["<", "<=", ">", ">="] if of in ordered else ["==", "!="])
            return Expression(f"({left.zong} {operator} {right.zong})", f"({left.python} {operator} {right.python})")
        return super().boolean(depth)

    def float(self, depth):
        shapes = [of for of, constraint in self.opaque.items() if constraint == "Shape"]
        if shapes and self.chance(0.4):
            of = self.pick(shapes)
            place, scale = self.pick(self.places(of)), self.expression("F64", depth + 1)
            return Expression(f"{place.zong}.area({scale.zong})", f"AREA[types[{of!r}][1]]({place.python}, {scale.python})")
        return super().float(depth)

    # Declarations.

    def parameters(self, names):
        """Some of these type parameters and their constraints."""
        chosen = names[:self.random.randint(1, len(names))]
        return {name: self.pick(CONSTRAINTS) for name in chosen}

    def listed(self, parameters):
        """Type parameters as Zong writes them."""
        said = {"": "", "Shape": f": {self.prelude}Shape"}
        return "<" + ", ".join(name + said.get(c, f": {c}") for name, c in parameters.items()) + ">"

    def derived(self):
        """A type for a field or a parameter, most of them made of the type parameters."""
        roll = self.random.random()
        if roll < 0.2:
            return ("optional", self.pick(list(self.opaque)))
        return self.field_type() if roll < 0.4 else self.instance() or self.pick(list(self.opaque))

    def generic_struct(self):
        if self.is_left_out():
            return
        name, self.opaque = self.declared("Box"), self.parameters(["A", "B"])
        fields = [(self.fresh("f"), parameter) for parameter in self.opaque]
        fields += [(self.fresh("f"), self.derived()) for _ in range(self.random.randint(0, 2))]
        self.line(f"struct {name}{self.listed(self.opaque)}({', '.join(f'{f}: {spelled(of)}' for f, of in fields)}) {{")
        self.depth, made = 1, []
        for _ in range(self.random.randint(1, 3)):
            method, parameter, result = self.fresh("method"), self.derived(), self.derived()
            self.scopes = [{"p": (parameter, "p")} | {f"self.{f}": (of, f"self['{f}']") for f, of in fields}]
            value = self.expression(result)
            stored, (field, _) = "", fields[0]
            if parameter == fields[0][1] and self.chance(0.7):
                stored = f"self.{field} = p; "
            self.line(f"func {method}(_ p: {spelled(parameter)}): {spelled(result)} {{ {stored}return {value.zong}; }}")
            self.python.append(f"def {name}_{method}(self, types, p):")
            self.python.append(f"    self['{field}'] = copy.deepcopy(p)" if stored else "    pass")
            self.python.append(f"    return {value.python}")
            made.append((method, parameter, result))
        self.depth = 0
        self.line("}")
        self.python.append(f"STRUCTS[{name!r}], PARAMETERS[{name!r}] = {fields!r}, {list(self.opaque)!r}")
        self.generic_structs[name] = self.opaque, fields
        self.methods[name] = made
        self.opaque = {}

    def generic_enum(self):
        if self.is_left_out():
            return
        name, self.opaque = self.declared("Choice"), self.parameters(["A", "B"])
        cases = {}
        for _ in range(self.random.randint(2, 3)):
            cases[self.fresh("c")] = [(self.fresh("f"), self.derived()) for _ in range(self.random.choice([0, 1, 1, 2]))]
        cases[self.fresh("c")] = [(self.fresh("f"), parameter) for parameter in self.opaque]
        written = [case + (f"({', '.join(f'{f}: {spelled(of)}' for f, of in fields)})" if fields else "")
                   for case, fields in cases.items()]
        self.line(f"enum {name}{self.listed(self.opaque)} {{ {', '.join(written)} }}")
        self.python.append(f"ENUMS[{name!r}], PARAMETERS[{name!r}] = {cases!r}, {list(self.opaque)!r}")
        self.generic_enums[name] = self.opaque, cases
        self.opaque = {}

    def generic_function(self):
        if self.is_left_out():
            return
        name, kind = self.declared("generic"), self.pick(["", "", "!", "?"])
        self.opaque = self.parameters(["T", "U"])
        types = [*self.opaque, *(self.derived() for _ in range(self.random.randint(0, 2)))]
        if self.chance(0.4):
            types.append(("func", "", (self.pick(types), self.pick([*self.opaque, "I64", "String"]))))
        result = self.derived() if kind == "" else self.pick([*self.opaque, "I64", "String"])
        names = [self.fresh("p") for _ in types]
        written = ", ".join(f"_ {n}: {spelled(of)}" for n, of in zip(names, types))
        self.line(f"func {name}{self.listed(self.opaque)}({written}): {spelled(result)}{kind} {{",
                  f"def {name}({', '.join(['types', *names])}):")
        self.scopes = [{n: (of, n) for n, of in zip(names, types)}, {}]
        self.function_body(result, kind)
        self.generic_functions.append((name, self.opaque, types, result, kind))
        self.opaque = {}
