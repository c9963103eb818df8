"""Random programs of several files with a known output: each module uses what the ones before it declare. On top of
what feature_program.py makes there are generics that use each other across modules (module_generics.py), and iterators
and function values that are kept (module_sources.py).

A declaration has the name that it has in its file, and `__m` with the number of the module: `S1__m2`. Python uses these
names as they are; in Zong's text they become `S1` in the module itself, and `name.S1` elsewhere, with the import that it
takes. Each module numbers its names from 1, so that all have the same ones.
"""

import posixpath
import re

from feature_program import GLOBALS, ZONG_PRELUDE, printed
from feature_values import PRELUDE, Expression, spelled
from module_sources import SOURCES, SOURCES_IN_PYTHON, Sources

FOLDERS = ["", "", "shapes", "shapes/round", "other"]
NAMES = ["list", "shape", "points", "extra"]
MORE_ZONG = """
func counted<T: Hashable>(_ items: T[], _ wanted: T): I64 {
    var counts = Map<T, I64>();
    for item in items { counts.orSet(item, 0)* += 1; }
    return counts.get(wanted) ?? -1;
}
func later<T: Ordered>(_ a: T, _ b: T): T { return if a < b { b } else { a }; }
func paired<T, U>(_ a: T, _ b: U): Pair<T, U> { return Pair(first: a, second: b); }
func turned<T, U>(_ pair: Pair<Pair<T, U>, T>): Pair<T, Pair<U, T>> {
    return paired(pair.second, pair.first.swapped());
}
"""
MORE_PYTHON = """
AREA = {}
STRUCTS['Pair__m0'], PARAMETERS['Pair__m0'] = [('first', 'A'), ('second', 'B')], ['A', 'B']
ENUMS['Either__m0'], PARAMETERS['Either__m0'] = {'left': [('value', 'A')], 'right': [('value', 'B')]}, ['A', 'B']
def number(value, of): return wrap(value) if of == "I64" else float(value)
def counted__m0(types, items, wanted): return sum(item == wanted for item in items) or -1
def later__m0(types, a, b): return b if a < b else a
def paired__m0(types, a, b): return {'first': a, 'second': b}
def turned__m0(types, pair):
    return {'first': pair['second'], 'second': {'first': pair['first']['second'], 'second': pair['first']['first']}}
"""
DECLARED = re.compile(r"\b([A-Za-z]\w*?)__m(\d+)\b|\bprelude__")


class Module:
    """A file of the program while it is written."""

    def __init__(self, number, path):
        self.number, self.path = number, path
        self.lines, self.names = [], {}

    def import_path(self, other):
        return posixpath.relpath(other.path, posixpath.dirname(self.path) or ".").removesuffix(".zong")


class ModuleProgram(Sources):
    def __init__(self, seed, skipped):
        super().__init__(seed, skipped)
        self.prelude = "prelude__"
        self.modules = [Module(0, "base.zong")]
        self.modules[0].lines = [ZONG_PRELUDE, SOURCES, MORE_ZONG]
        self.python = [PRELUDE, GLOBALS, SOURCES_IN_PYTHON, MORE_PYTHON]
        self.shapes, self.items, self.constants = [], [], []
        self.generic_structs["Pair__m0"] = {"A": "", "B": ""}, [("first", "A"), ("second", "B")]
        self.generic_enums["Either__m0"] = {"A": "", "B": ""}, {"left": [("value", "A")], "right": [("value", "B")]}
        pair = ("struct", "Pair__m0", ("T", "U"))
        nested, turned = ("struct", "Pair__m0", (pair, "T")), ("struct", "Pair__m0", ("T", ("struct", "Pair__m0", ("U", "T"))))
        free = {"T": "", "U": ""}
        self.generic_functions += [
            ("counted__m0", {"T": "Hashable"}, [("slice", "T"), "T"], "I64", ""),
            ("later__m0", {"T": "Ordered"}, ["T", "T"], "T", ""),
            ("paired__m0", free, ["T", "U"], pair, ""), ("turned__m0", free, [nested], turned, "")]

    # Modules.

    def begin(self, path):
        """What follows is written to a new module."""
        self.modules.append(Module(len(self.modules), path))
        self.zong = self.modules[-1].lines

    def declared(self, stem):
        module = self.modules[-1]
        module.names[stem] = module.names.get(stem, 0) + 1
        return f"{stem}{module.names[stem]}__m{module.number}"

    def resolved(self, module):
        """A module's text, with the imports that its names take."""
        imports, draw = {}, self.random_for(f"imports of {module.number}")

        def name(number):
            other = self.modules[number]
            if number not in imports:
                stem = posixpath.basename(other.path).removesuffix(".zong")
                taken = stem in imports.values() or draw.random() < 0.4
                imports[number] = f"q{len(imports)}" if taken else stem
            return imports[number]

        def spell(match):
            number = int(match[2] or 0)
            own = match[1] or ""
            return own if number == module.number else f"{name(number)}.{own}"

        text = DECLARED.sub(spell, "\n".join(module.lines)) + "\n"
        lines = []
        for number, used in imports.items():
            path = module.import_path(self.modules[number])
            lines.append(f'import "{path}"' + ("" if path.split("/")[-1] == used else f" as {used}") + ";\n")
        draw.shuffle(lines)
        return "".join(lines) + text

    # Expressions and statements.

    def constant(self, of):
        if of == "I64" and self.constants and self.chance(0.2):
            name, value = self.pick(self.constants)
            return Expression(name, f"({value})", True)
        return super().constant(of)

    def match(self, of, depth):
        if self.constants and self.chance(0.15):
            name, value = self.pick(self.constants)
            subject, equal, other = self.variable("I64"), self.expression(of, depth + 1), self.expression(of, depth + 1)
            return Expression(f"(match {subject.zong} {{ {name} => {equal.zong}, _ => {other.zong} }})",
                              f"({equal.python} if {subject.python} == {value} else {other.python})")
        return super().match(of, depth)

    def body(self, result, kind):
        """A function may change globals, its module's own and those of others: numbers, as it may run in an arena."""
        numbers = [entry for entry in self.globals.items() if entry[1][0] in ("I64", "F64", "Boolean")]
        if numbers and self.chance(0.4):
            name, (of, python) = self.pick(numbers)
            value = self.expression(of, 1)
            self.zong.append("    " * self.depth + f"{name} = {value.zong};")
            self.python.append("        " + f"{python} = {value.python}")
        super().body(result, kind)

    def statement(self):
        if self.chance(0.4):
            self.pick([self.pipelines, self.pipelines, self.tables, self.rules, self.steps])()
        else:
            super().statement()

    # Declarations.

    def variable_of_module(self):
        if self.is_left_out():
            return
        if self.chance(0.4):
            name, value = self.declared("limit"), self.random.randint(-20, 20)
            self.line(f"const {name} = {value};")
            self.constants.append((name, value))
            return
        name, of = self.declared("total"), self.scalar() if self.chance(0.5) else self.field_type()
        # What runs before main is no function, as modules are initialised in an order that Python's isn't.
        kept = self.functions, self.generic_functions, self.methods
        self.functions, self.generic_functions, self.methods, self.scopes = [], [], {}, []
        value = self.expression(of, 1)
        self.functions, self.generic_functions, self.methods = kept
        self.line(f"var {name}: {spelled(of)} = {value.zong};")
        self.python.append(f"G['{name}'] = {value.python}")
        self.globals[name] = of, f"G['{name}']"

    def private(self):
        """What each module has under the same private name."""
        if self.is_left_out():
            return
        name, factor = self.declared("scaled"), self.random.randint(2, 99)
        self.line(f"var _factor = {factor};")
        self.line("func _scaled(_ n: I64): I64 {\n    _factor += 1;\n    return n * _factor;\n}")
        self.line(f"func {name}(_ n: I64): I64 {{ return _scaled(n); }}")
        self.python += [f"G['_factor{name}'] = {factor}", f"def {name}(n):",
                        f"    G['_factor{name}'] += 1", f"    return wrap(n * G['_factor{name}'])"]
        self.functions.append((name, ["I64"], "I64", ""))

    def shape(self):
        before = len(self.shapes)
        super().shape()
        for name in self.shapes[before:]:
            self.structs[name] = [("size", "F64")]
            self.python.append(f"STRUCTS[{name!r}] = [('size', 'F64')]\nAREA[{name!r}] = {name}_area")

    # The whole.

    def program(self):
        """The files of the program and what it is in Python."""
        draw = self.random_for("modules")
        count = draw.randint(2, 4)
        places = draw.sample([posixpath.join(folder, name + ".zong") for folder in sorted(set(FOLDERS)) for name in NAMES], count)
        functions = 8 // count
        for path in [*places, "main.zong"]:
            self.begin(path)
            parts = [(self.variable_of_module, draw.randint(1, 2)), (self.struct, 1), (self.enum, 1), (self.shape, 1),
                     (self.generic_struct, draw.randint(1, 2)), (self.generic_enum, draw.randint(0, 1)),
                     (self.private, draw.randint(0, 1)), (self.function, functions), (self.generic_function, functions),
                     (self.walk, draw.randint(0, 2)), (self.item, 6 // count)]
            for part, times in parts:
                for _ in range(times):
                    part()
        self.line("func main() {", "def main():\n    pass")
        for item in self.items:
            self.line(f"    {item}();", f"    {item}()")
        self.line("}")
        return {module.path: self.resolved(module) for module in self.modules}, "\n".join(self.python) + "\n"


def generate(seed, skipped=frozenset()):
    """A program's files, `main.zong` among them, what it prints, and how many parts it has."""
    made = ModuleProgram(seed, skipped)
    files, python = made.program()
    return files, printed(python, seed), made.parts
