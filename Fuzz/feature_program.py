"""Random programs over the whole language with a known output, as random_program.py makes them of its core: floats, text
and interpolation, growing slices, structs and enums with methods, match, optionals, failures, generics, interfaces,
function values, containers, and `for` over next(). Each is written in Zong and in Python at once.

A program is declarations and items, which are functions that main calls one after the other. Each declaration and each
item draws its own random numbers from the seed, so that some can be left out and the others stay much as they are: that
is how a program that fails is made small.
"""

import random

from feature_values import PRELUDE, SCALARS, Values, plain, spelled

ZONG_PRELUDE = """
var one = 1;
var half = 0.5;
var yes = true;
var word = "word";

var notes = 0;

/// What happened, and in which order. (A print inside of a print's own interpolation would stand in its midst.)
func note(_ text: String) { notes = notes * 31 + text.length; }
func truncated(_ f: F64): I64 { return if f > -1e15 && f < 1e15 { I64(f) } else { 0 }; }
func at(_ n: I64, _ length: I64): I64 {
    var rest = n % length;
    return if rest < 0 { rest + length } else { rest };
}
func some<T>(_ value: T): T? { return value; }
func nothing<T>(): T? { return null; }

struct Stack<T>(items: T[] = T[]()) {
    func push(_ item: T) { append(self.items&, item); }
    func pop(): T? {
        if self.items.length == 0 { return null; }
        var last = self.items[self.items.length - 1];
        self.items.length -= 1;
        return last;
    }
}
struct Pair<A, B>(first: A, second: B) {
    func swapped(): Pair<B, A> { return Pair(first: self.second, second: self.first); }
}
func largest<T: Ordered>(_ items: T[]): T {
    var best = items[0];
    for item in items { if item > best { best = item; } }
    return best;
}
func mapped<A, B>(_ items: A[], _ f: func(A): B): B[] {
    var result = B[]();
    for item in items { append(result&, f(item)); }
    return result;
}
func folded<A, B>(_ items: A[], _ start: B, _ f: func(B, A): B): B {
    var result = start;
    for item in items { result = f(result, item); }
    return result;
}
struct Countdown(n: I64, step: I64) {
    func next(): I64? {
        self.n -= self.step;
        return if self.n < 0 { null } else { self.n };
    }
}
interface Shape {
    func area(_ scale: F64): F64;
    func name(): String;
}
enum Either<A, B> { left(value: A), right(value: B) }
func chosen<A, B>(_ isLeft: Boolean, _ a: A, _ b: B): Either<A, B> {
    return if isLeft { Either<A, B>.left(value: a) } else { Either<A, B>.right(value: b) };
}
func total<T: Shape>(_ items: T[], _ scale: F64): F64 {
    var sum = 0.0;
    for item& in items { sum += item.area(scale); }
    return sum;
}
func twice<T>(_ value: T, _ f: func(T): T): T { return f(f(value)); }
func increased(_ n: I64): I64 { return n + 1; }
struct Log(lines: String[] = String[](), count: I64 = 0) {
    func add(_ line: String) {
        append(self.lines&, line);
        self.count += line.length;
    }
    func drop(_ n: I64): I64! {
        defer self.count += 1000;
        if n > self.lines.length { fail Error("only \\(self.lines.length) lines", code: "log.short"); }
        self.lines.length -= n;
        return self.lines.length;
    }
}
"""

GLOBALS = """
G = {'one': 1, 'half': 0.5, 'yes': True, 'word': 'word', 'notes': 0}
STRUCTS, ENUMS, PARAMETERS = {}, {}, {}
"""


class Program(Values):
    def __init__(self, seed, skipped):
        super().__init__(random.Random(seed))
        self.seed = seed
        self.skipped = skipped
        self.zong, self.python = [ZONG_PRELUDE], [PRELUDE]
        self.depth = self.counter = self.parts = 0

    # Lines.

    def line(self, zong, python=None):
        if zong is not None:
            self.zong.append("    " * self.depth + zong)
        if python is not None:
            self.python.append("    " * self.depth + python)

    def fresh(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    def declared(self, stem):
        """The name of a new declaration."""
        return self.fresh(stem)

    def is_left_out(self):
        """Begins a part of the program with random numbers of its own."""
        self.parts += 1
        self.random = self.random_for(self.parts)
        self.counter = self.parts * 1000
        return self.parts in self.skipped

    def random_for(self, purpose):
        """Random numbers that nothing else draws from."""
        return random.Random(f"{self.seed} {purpose}")

    def declare(self, name, of, python=None):
        self.scopes[-1][name] = (of, python or f"v['{name}']")

    # Declarations.

    def struct(self):
        if self.is_left_out():
            return
        name = self.declared("S")
        fields = [(self.fresh("f"), self.field_type()) for _ in range(self.random.randint(1, 4))]
        self.line(f"struct {name}({', '.join(f'{f}: {spelled(kind)}' for f, kind in fields)}) {{")
        self.structs[name] = fields
        self.methods[name] = []
        self.depth = 1
        for _ in range(self.random.randint(0, 3)):
            method, parameter, result = self.fresh("method"), self.scalar(), self.scalar()
            self.scopes = [{"p": (parameter, "p")} | {f"self.{f}": (kind, f"self['{f}']") for f, kind in fields}]
            value = self.expression(result)
            self.line(f"func {method}(_ p: {parameter}): {result} {{ return {value.zong}; }}")
            self.python.append(f"def {name}_{method}(self, p): return {value.python}")
            self.methods[name].append((method, parameter, result))
        self.depth = 0
        self.line("}")
        self.python.append(f"STRUCTS[{name!r}] = {fields!r}")

    def field_type(self):
        kind = self.any_type()
        return kind if kind[0] != "slice" else self.scalar()

    def enum(self):
        if self.is_left_out():
            return
        name = self.declared("E")
        cases = {}
        for _ in range(self.random.randint(2, 4)):
            cases[self.fresh("c")] = [(self.fresh("f"), self.field_type()) for _ in range(self.random.choice([0, 1, 1, 2]))]
        listed = [case + (f"({', '.join(f'{f}: {spelled(kind)}' for f, kind in fields)})" if fields else "")
                  for case, fields in cases.items()]
        self.line(f"enum {name} {{ {', '.join(listed)} }}")
        self.enums[name] = cases
        self.python.append(f"ENUMS[{name!r}] = {cases!r}")

    def function(self):
        if self.is_left_out():
            return
        name, kind = self.declared("fn"), self.pick(["", "", "!", "?"])
        result = self.any_type() if kind == "" else self.scalar()
        parameters = [self.field_type() for _ in range(self.random.randint(0, 3))]
        names = [self.fresh("p") for _ in parameters]
        listed = ", ".join(f"_ {n}: {spelled(of)}" for n, of in zip(names, parameters))
        self.line(f"func {name}({listed}): {spelled(result)}{kind} {{", f"def {name}({', '.join(names)}):")
        self.scopes = [{n: (of, n) for n, of in zip(names, parameters)}, {}]
        self.function_body(result, kind)
        self.functions.append((name, parameters, result, kind))

    def function_body(self, result, kind):
        self.can_fail, self.can_be_null = kind == "!", kind == "?"
        self.depth += 1
        self.line(None, "v = {}")
        self.line(None, "try:")
        self.python.append("        pass")
        self.body(result, kind)
        self.line(None, "except Null: return None")
        self.depth -= 1
        self.line("}")
        self.can_fail = self.can_be_null = False

    def body(self, result, kind):
        # Python has one level more here, of `try`.
        zong_depth = self.depth
        for _ in range(self.random.randint(0, 3)):
            of = self.scalar()
            value = self.expression(of)
            name = self.fresh("v")
            self.zong.append("    " * zong_depth + f"var {name}: {of} = {value.zong};")
            self.python.append("        " + f"v['{name}'] = {value.python}")
            self.declare(name, of)
        if kind:
            condition, text = self.boolean(1), self.string(2)
            leave = f"fail Error({text.zong})" if kind == "!" else "return null"
            python = f"raise Failure({text.python})" if kind == "!" else "return None"
            self.zong.append("    " * zong_depth + f"if {condition.zong} {{ {leave}; }}")
            self.python.append("        " + f"if {condition.python}: {python}")
        value = self.expression(result)
        self.zong.append("    " * zong_depth + f"return {value.zong};")
        self.python.append("        " + f"return {value.python}")

    def shape(self):
        """A struct that has the interface Shape."""
        if self.is_left_out():
            return
        name = self.declared("Shape")
        self.scopes = [{"scale": ("F64", "scale"), "self.size": ("F64", "self['size']")}]
        area = self.expression("F64", 1)
        self.line(f"struct {name}(size: F64) {{")
        self.line(f"    func area(_ scale: F64): F64 {{ return {area.zong}; }}")
        self.line(f"    func name(): String {{ return \"{plain(name)}\"; }}")
        self.line("}")
        self.python.append(f"def {name}_area(self, scale): return {area.python}")
        self.shapes.append(name)

    # Items.

    def item(self):
        if self.is_left_out():
            return
        name = self.declared("item")
        self.line(f"func {name}() {{", f"def {name}():")
        self.scopes = [{}]
        self.depth += 1
        self.line(None, "v = {}")
        for _ in range(self.random.randint(1, 3)):
            self.statement()
        self.show_all()
        self.depth -= 1
        self.line("}")
        self.items.append(name)

    def show_all(self):
        self.line(f"print({self.prelude}notes);", "out(str(G['notes']))")
        for name, (of, python) in self.scopes[0].items():
            self.line(f"print({name});", f"out(show({python}, {of!r}))")

    def statement(self):
        kinds = [self.variables, self.variables, self.slices, self.branches, self.loops, self.closures, self.generics,
                 self.maps, self.sets, self.deques, self.heaps, self.interfaces, self.matches, self.defers, self.bindings,
                 self.logs, self.arenas, self.labels, self.nested_closures, self.eithers, self.text_matches, self.totals,
                 self.copies]
        self.pick(kinds)()

    def variable_statement(self, of=None):
        of = of or self.any_type()
        value = self.expression(of)
        name = self.fresh("v")
        self.line(f"var {name}: {spelled(of)} = {value.zong};", f"v['{name}'] = {value.python}")
        self.declare(name, of)
        return name

    def variables(self):
        for _ in range(self.random.randint(1, 3)):
            self.variable_statement()
        of = self.scalar()
        places = [place for place in self.places(of) if "." not in place.zong or of in SCALARS]
        if places:
            place, value = self.pick(places), self.expression(of)
            self.line(f"{place.zong} = {value.zong};", f"{place.python} = {value.python}")

    def slices(self):
        of = self.field_type()
        name, i = self.fresh("list"), self.fresh("i")
        self.line(f"var {name} = {spelled(of)}[]();", f"v['{name}'] = []")
        self.declare(name, ("slice", of))
        count = self.random.randint(1, 20)
        self.scopes.append({})
        self.line(f"for {i} in 0..{count} {{", f"for {i} in range({count}):")
        self.depth += 1
        self.declare(i, "I64", i)
        value = self.expression(of, 1)
        self.line(f"append({name}&, {value.zong});", f"v['{name}'].append({value.python})")
        index = self.expression("I64", 2)
        if self.chance(0.5):
            other = self.expression(of, 2)
            self.line(f"{name}[{self.prelude}at({index.zong}, {name}.length)] = {other.zong};",
                      f"t = at({index.python}, len(v['{name}'])); v['{name}'][t] = {other.python}")
        else:
            self.line(f"print({name}[{self.prelude}at({index.zong}, {name}.length)]);",
                      f"out(show(v['{name}'][at({index.python}, len(v['{name}']))], {of!r}))")
        if self.chance(0.3):
            self.line(f"if {name}.length > 3 {{ {name}.length -= 2; }}",
                      f"if len(v['{name}']) > 3: del v['{name}'][-2:]")
        self.depth -= 1
        self.line("}")
        self.scopes.pop()
        item = self.fresh("x")
        self.scopes.append({item: (of, item)})
        self.line(f"for {item} in {name}[0..{name}.length / 2] {{", f"for {item} in v['{name}'][:len(v['{name}']) // 2]:")
        self.depth += 1
        shown = self.expression("String", 1)
        self.line(f"print({shown.zong});", f"out({shown.python})")
        self.depth -= 1
        self.line("}")
        self.scopes.pop()

    def branches(self):
        condition = self.boolean(0)
        self.line(f"if {condition.zong} {{", f"if {condition.python}:")
        self.inner(2)
        self.line("} else {", "else:")
        self.inner(1)
        self.line("}")

    def inner(self, count):
        self.depth += 1
        self.scopes.append({})
        self.line(None, "pass")
        for _ in range(count):
            of = self.scalar()
            places = self.places(of)
            value = self.expression(of, 1)
            place = self.pick(places) if places else None
            if place and not place.python.isidentifier():
                self.line(f"{place.zong} = {value.zong};", f"{place.python} = {value.python}")
            else:
                self.line(f"print({value.zong});" if not value.is_constant else "", f"out(show({value.python}, {of!r}))"
                          if not value.is_constant else "pass")
        self.scopes.pop()
        self.depth -= 1

    def loops(self):
        name = self.fresh("total")
        self.line(f"var {name} = 0;", f"v['{name}'] = 0")
        self.declare(name, "I64")
        i, start, step = self.fresh("i"), self.random.randint(0, 30), self.random.randint(1, 7)
        self.line(f"for {i} in {self.prelude}Countdown(n: {start}, step: {step}) {{",
                  f"for {i} in range({start} - {step}, -1, -{step}):")
        self.depth += 1
        self.scopes.append({i: ("I64", i)})
        condition, value = self.boolean(1), self.expression("I64", 1)
        word = self.pick(["break", "continue"])
        self.line(f"if {condition.zong} {{ {word}; }}", f"if {condition.python}: {word}")
        self.line(f"{name} += {value.zong};", f"v['{name}'] = wrap(v['{name}'] + {value.python})")
        self.scopes.pop()
        self.depth -= 1
        self.line("}")

    def closures(self):
        count, function, p = self.fresh("count"), self.fresh("f"), self.fresh("p")
        of = self.scalar()
        self.line(f"var {count} = 0;", f"v['{count}'] = 0")
        self.declare(count, "I64")
        self.scopes.append({p: (of, p)})
        step, result = self.expression("I64", 1), self.expression(of, 1)
        self.scopes.pop()
        self.line(f"var {function} = func({p}: {of}): {of} {{", f"def {function}({p}):")
        self.depth += 1
        self.line(f"{count} += {step.zong};", f"v['{count}'] = wrap(v['{count}'] + {step.python})")
        self.line(f"return {result.zong};", f"return {result.python}")
        self.depth -= 1
        self.line("};")
        for _ in range(self.random.randint(1, 3)):
            argument = self.expression(of, 1)
            self.line(f"print({function}({argument.zong}));", f"out(show({function}({argument.python}), {of!r}))")

    def generics(self):
        of, other = self.pick(["I64", "F64", "String"]), self.scalar()
        values = self.compound_list(of)
        name, p, q = self.fresh("list"), self.fresh("p"), self.fresh("q")
        self.line(f"var {name}: {of}[] = {values.zong};", f"v['{name}'] = {values.python}")
        self.declare(name, ("slice", of))
        if of != "F64":
            self.line(f"print({self.prelude}largest({name}));", f"out(show(max(v['{name}']), {of!r}))")
        self.scopes.append({p: (of, p)})
        mapped = self.expression(other, 1)
        self.scopes.append({q: (other, q)})
        folded = self.expression(other, 1)
        self.scopes = self.scopes[:-2]
        self.line(f"print({self.prelude}mapped({name}, func({p}: {of}): {other} {{ return {mapped.zong}; }}));",
                  f"out(show([(lambda {p}: {mapped.python})({p}) for {p} in v['{name}']], ('slice', {other!r})))")
        start = self.expression(other, 2)
        result = self.fresh("r")
        self.line(f"var {result}: {other} = {self.prelude}folded<{of}, {other}>({name}, {start.zong}, func({q}, {p}) => {folded.zong});",
                  f"{q} = {start.python}")
        self.line(None, f"for {p} in v['{name}']: {q} = {folded.python}")
        self.line(None, f"v['{result}'] = {q}")
        self.declare(result, other)
        first, second = self.expression(of, 1), self.expression(other, 1)
        self.line(f"print({self.prelude}Pair<{of}, {other}>(first: {first.zong}, second: {second.zong}).swapped().first);",
                  f"out(show(({first.python}, {second.python})[1], {other!r}))")

    def compound_list(self, of):
        return self.compound(("slice", of), self.depth_limit + 1)

    def key(self):
        return self.pick(["I64", "String", "Boolean"])

    def maps(self):
        key, of = self.key(), self.field_type()
        name, k, x = self.fresh("map"), self.fresh("k"), self.fresh("x")
        self.line(f"var {name} = Map<{key}, {spelled(of)}>();", f"{name} = {{}}")
        for _ in range(self.random.randint(1, 6)):
            one, value = self.expression(key, 2), self.expression(of, 1)
            self.line(f"{name}.set({one.zong}, {value.zong});", f"{name}.__setitem__({one.python}, {value.python})")
            if self.chance(0.3):
                other = self.expression(key, 2)
                self.line(f"print({name}.remove({other.zong}));",
                          f"out(show({name}.pop({other.python}, out) is not out, 'Boolean'))")
        self.line(f"for {k}, {x} in {name} {{", f"for {k}, {x} in {name}.items():")
        self.line(f"    print(\"\\({k}): \\({x})\");", f"    out(show({k}, {key!r}) + ': ' + show({x}, {of!r}))")
        self.line("}")
        asked = self.expression(key, 1)
        self.line(f"print({name}.get({asked.zong}) == null);", f"out(show({asked.python} not in {name}, 'Boolean'))")
        self.line(f"print({name}.length);", f"out(str(len({name})))")

    def sets(self):
        of, name = self.key(), self.fresh("set")
        self.line(f"var {name} = Set<{of}>();", f"{name} = {{}}")
        for _ in range(self.random.randint(1, 5)):
            item = self.expression(of, 1)
            self.line(f"print({name}.add({item.zong}));",
                      f"out(show((lambda x: (x not in {name}, {name}.setdefault(x, 1)))({item.python})[0], 'Boolean'))")
        self.line(f"for x in {name} {{ print(x); }}", f"for x in {name}: out(show(x, {of!r}))")

    def deques(self):
        of, name = self.field_type(), self.fresh("deque")
        self.line(f"var {name} = Deque<{spelled(of)}>();", f"{name} = []")
        for _ in range(self.random.randint(2, 8)):
            value = self.expression(of, 1)
            action = self.random.randrange(4)
            if action == 0:
                self.line(f"{name}.pushBack({value.zong});", f"{name}.append({value.python})")
            elif action == 1:
                self.line(f"{name}.pushFront({value.zong});", f"{name}.insert(0, {value.python})")
            elif of[0] != "optional":
                side, python = self.pick([("popBack", "pop()"), ("popFront", "pop(0)")])
                self.line(f"print({name}.{side}());", f"out(show({name}.{python} if {name} else None, ('optional', {of!r})))")
        self.line(f"print({name}.length);", f"out(str(len({name})))")

    def heaps(self):
        of, name, x = self.pick(["I64", "String"]), self.fresh("heap"), self.fresh("x")
        values = self.compound_list(of)
        self.line(f"var {name} = Heap<{of}>();")
        self.line(f"for {x} in {values.zong} {{ {name}.push({x}); }}", f"{name} = sorted({values.python})")
        self.line(f"while var {x} = {name}.pop() {{ print({x}); }}", f"for {x} in {name}: out(show({x}, {of!r}))")
        stack = self.fresh("stack")
        self.line(f"var {stack} = {self.prelude}Stack<{of}>();", f"{stack} = []")
        for _ in range(self.random.randint(1, 4)):
            value = self.expression(of, 1)
            self.line(f"{stack}.push({value.zong});", f"{stack}.append({value.python})")
        self.line(f"while var {x} = {stack}.pop() {{ print({x}); }}", f"for {x} in reversed({stack}): out(show({x}, {of!r}))")

    def interfaces(self):
        if not self.shapes:
            return self.variables()
        name, x = self.fresh("shapes"), self.fresh("x")
        made = [(self.pick(self.shapes), self.expression("F64", 2)) for _ in range(self.random.randint(1, 4))]
        scale = self.variable("F64")
        self.line(f"var {name}: {self.prelude}Shape[] = [{', '.join(f'new {s}(size: {v.zong})' for s, v in made)}];",
                  f"{name} = [{', '.join(f'({plain(s)!r}, {s}_area, {{{chr(39)}size{chr(39)}: {v.python}}})' for s, v in made)}]")
        self.line(f"for {x} in {name} {{ print(\"\\({x}.name()) \\({x}.area({scale.zong}))\"); }}",
                  f"for {x} in {name}: out({x}[0] + ' ' + show_float({x}[1]({x}[2], {scale.python})))")

    def matches(self):
        if not self.enums:
            return self.variables()
        of = ("enum", self.pick(list(self.enums)))
        name = self.variable_statement(of)
        value = self.match_enum(next(p for p in self.places(of) if p.zong == name), self.cases(of), "String", 1)
        self.line(f"print({value.zong});", f"out({value.python})")

    def defers(self):
        first, second = self.expression("String", 1), self.expression("String", 1)
        name = self.fresh("text")
        self.line("{")
        self.line(f"    var {name} = {first.zong};", f"v['{name}'] = {first.python}")
        self.line(f"    defer print({name});")
        self.line("    defer print(\"deferred\");")
        self.line(f"    {name} = {second.zong};", f"v['{name}'] = {second.python}")
        self.line("}", f"out('deferred'); out(v['{name}'])")

    def bindings(self):
        of = ("optional", self.scalar())
        name, x = self.variable_statement(of), self.fresh("x")
        self.scopes.append({x: (of[1], x)})
        shown = self.expression("String", 1)
        self.scopes.pop()
        self.line(f"if var {x} = {name} {{ print({shown.zong}); }} else {{ print(\"null\"); }}",
                  f"{x} = v['{name}']")
        self.line(None, f"out({shown.python} if {x} is not None else 'null')")

    def logs(self):
        """A struct that owns a slice, changed through its methods; a deferred statement on both ways out."""
        name, e = self.fresh("log"), self.fresh("e")
        self.line(f"var {name} = {self.prelude}Log();", f"v['{name}'] = [[], 0]")
        for _ in range(self.random.randint(1, 5)):
            line = self.expression("String", 1)
            self.line(f"{name}.add({line.zong});", f"t = {line.python}; v['{name}'][0].append(t); v['{name}'][1] += len(t)")
            n = self.random.randint(0, 4)
            self.line(f"{name}.drop({n}) catch {e} {{ print(\"\\({e}.code): \\({e}.message)\"); 0 }};" if self.chance(0.5) else
                      f"_ = {name}.drop({n}) catch {e} {{ print(\"\\({e}.code): \\({e}.message)\"); -1 }};",
                      f"v['{name}'][1] += 1000")
            self.line(None, f"if {n} > len(v['{name}'][0]): out(f\"log.short: only {{len(v['{name}'][0])}} lines\")")
            self.line(None, f"else: del v['{name}'][0][len(v['{name}'][0]) - {n}:]")
        self.line(f"print({name});", f"out(f\"Log(lines: {{show(v['{name}'][0], ('slice', 'String'))}}, count: {{v['{name}'][1]}})\")")

    def arenas(self):
        """Text that leaves an arena as its value."""
        of, name, inner, i = self.scalar(), self.fresh("text"), self.fresh("list"), self.fresh("i")
        count = self.random.randint(1, 30)
        self.line(f"var {name} = \"\";", f"v['{name}'] = ''")
        self.line("arena {")
        self.line(f"    var {inner} = {of}[]();", f"v['{inner}'] = []")
        self.scopes.append({i: ("I64", i)})
        value = self.expression(of, 1)
        self.scopes.pop()
        self.line(f"    for {i} in 0..{count} {{ append({inner}&, {value.zong}); }}",
                  f"for {i} in range({count}): v['{inner}'].append({value.python})")
        self.line(f"    print({inner});", f"out(show(v['{inner}'], ('slice', {of!r})))")
        self.line(f"    {name} = \"\\({inner}.length)\";", f"v['{name}'] = str({count})")
        self.line(f"    print({name});", f"out(v['{name}'])")
        self.line("}")

    def labels(self):
        name, i, j = self.fresh("sum"), self.fresh("i"), self.fresh("j")
        self.line(f"var {name} = 0;", f"v['{name}'] = 0")
        self.declare(name, "I64")
        self.scopes.append({i: ("I64", i), j: ("I64", j)})
        condition, other, value = self.boolean(1), self.boolean(2), self.expression("I64", 1)
        self.scopes.pop()
        word = self.pick(["break", "continue"])
        self.line(f"outer: for {i} in 0..7 {{", f"for {i} in range(7):")
        self.line(f"    for {j} in 0..={i} {{", f"    for {j} in range({i} + 1):")
        self.line(f"        if {condition.zong} {{ {word} outer; }}", f"        if {condition.python}: break")
        self.line(f"        if {other.zong} {{ continue; }}", f"        if {other.python}: continue")
        self.line(f"        {name} = {name} * 3 + {value.zong};",
                  f"        v['{name}'] = wrap(v['{name}'] * 3 + {value.python})")
        self.line("    }", "    else: continue")
        self.line("}", f"    {word}")

    def nested_closures(self):
        of, seen, p = self.scalar(), self.fresh("seen"), self.fresh("p")
        self.line(f"var {seen} = 0;", f"v['{seen}'] = 0")
        self.declare(seen, "I64")
        start = self.expression(of, 1)
        self.scopes.append({p: (of, p)})
        value, step = self.expression(of, 1), self.expression("I64", 2)
        self.scopes.pop()
        function = self.fresh("g")
        self.line(None, f"def {function}({p}):")
        self.line(None, f"    v['{seen}'] = wrap(v['{seen}'] + {step.python})")
        self.line(None, f"    return {value.python}")
        self.line(f"print({self.prelude}twice<{of}>({start.zong}, func({p}) {{ {seen} += {step.zong}; return {value.zong}; }}));",
                  f"out(show({function}({function}({start.python})), {of!r}))")
        number = self.expression("I64", 1)
        self.line(f"print({self.prelude}twice<I64>({number.zong}, {self.prelude}increased));", f"out(str(wrap({number.python} + 2)))")

    def eithers(self):
        a, b, name = self.scalar(), self.scalar(), self.fresh("either")
        condition, first, second = self.boolean(1), self.expression(a, 1), self.expression(b, 1)
        self.line(f"var {name} = {self.prelude}chosen<{a}, {b}>({condition.zong}, {first.zong}, {second.zong});",
                  f"v['{name}'] = ({condition.python}, {first.python}, {second.python})")
        x = self.fresh("x")
        self.scopes.append({x: (a, x)})
        left = self.expression("I64", 1)
        self.scopes[-1] = {x: (b, x)}
        right = self.expression("I64", 1)
        self.scopes.pop()
        self.line(f"print(match {name} {{ left({x}) => {left.zong}, right({x}) => {right.zong} }});",
                  f"out(str((lambda {x}: {left.python})(v['{name}'][1]) if v['{name}'][0] else "
                  f"(lambda {x}: {right.python})(v['{name}'][2])))")

    def text_matches(self):
        subject = self.variable("String")
        arms = [self.expression("I64", 2) for _ in range(3)]
        self.line(f"print(match {subject.zong} {{ \"a\" | \"ab\" => {arms[0].zong}, \"word\" => {arms[1].zong}, _ => {arms[2].zong} }});",
                  f"out(str((lambda s: {arms[0].python} if s in ('a', 'ab') else {arms[1].python} if s == 'word' else "
                  f"{arms[2].python})({subject.python})))")

    def totals(self):
        """An interface as a constraint."""
        if not self.shapes:
            return self.variables()
        shape, scale = self.pick(self.shapes), self.variable("F64")
        sizes = [self.expression("F64", 2) for _ in range(self.random.randint(1, 4))]
        self.line(f"print({self.prelude}total([{', '.join(f'{shape}(size: {size.zong})' for size in sizes)}], {scale.zong}));",
                  f"out(show_float(total([{shape}_area({{'size': s}}, {scale.python}) for s in "
                  f"[{', '.join(size.python for size in sizes)}]])))")

    def copies(self):
        """Structs are values: a copy that is changed leaves the first one as it was."""
        if not self.structs:
            return self.variables()
        of = ("struct", self.pick(list(self.structs)))
        first, second = self.variable_statement(of), self.fresh("v")
        self.line(f"var {second} = {first};", f"v['{second}'] = copy.deepcopy(v['{first}'])")
        field, kind = self.pick(self.fields(of))
        value = self.expression(kind, 1)
        self.line(f"{second}.{field} = {value.zong};", f"v['{second}']['{field}'] = {value.python}")
        self.declare(second, of)
        p = self.fresh("p")
        other = self.expression(kind, 1)
        self.line(f"var {p} = {first}&;")
        self.line(f"{p}.{field} = {other.zong};", f"v['{first}']['{field}'] = {other.python}")

    # The whole.

    def program(self):
        """The program in both languages; the Python one calls `out` with each line that is printed."""
        self.shapes, self.items = [], []
        self.python.append(GLOBALS)
        for part, count in ((self.struct, 3), (self.enum, 3), (self.function, 8), (self.shape, 3), (self.item, 8)):
            for _ in range(count):
                part()
        self.line("func main() {", "def main():\n    pass")
        for item in self.items:
            self.line(f"    {item}();", f"    {item}()")
        self.line("}")
        return "\n".join(self.zong) + "\n", "\n".join(self.python) + "\n"


def printed(python, seed):
    """What a program prints, by its twin in Python."""
    lines = []
    names = {"out": lines.append}
    exec(compile(python, f"seed {seed}", "exec"), names)
    names["main"]()
    return "".join(line + "\n" for line in lines)


def generate(seed, skipped=frozenset()):
    """A program in Zong, what it prints, and how many parts it has."""
    made = Program(seed, skipped)
    zong, python = made.program()
    return zong, printed(python, seed), made.parts
