"""What the programs of module_program.py do with function values that are kept, in structs and in slices, and with
iterators: structs with a method next(), put together from generic ones whose type arguments nest.
"""

import re

from feature_values import Expression, spelled
from module_generics import Generics

SOURCES = """
interface Source<T> { func next(): T? }
struct Taken<T, S: Source<T>>(inner: S, left: I64) {
    func next(): T? {
        if self.left <= 0 { return null; }
        self.left -= 1;
        return self.inner.next();
    }
}
struct Mapped<A, B, S: Source<A>>(inner: S, f: func(A): B) {
    func next(): B? { return self.f(self.inner.next()?); }
}
struct Filtered<T, S: Source<T>>(inner: S, f: func(T): Boolean) {
    func next(): T? {
        for item in self.inner { if self.f(item) { return item; } }
        return null;
    }
}
struct Chained<T, S: Source<T>, R: Source<T>>(first: S, second: R, isSecond: Boolean = false) {
    func next(): T? {
        if !self.isSecond {
            if var item = self.first.next() { return item; }
            self.isSecond = true;
        }
        return self.second.next();
    }
}
struct Zipped<A, B, S: Source<A>, R: Source<B>>(first: S, second: R) {
    func next(): Pair<A, B>? { return Pair(first: self.first.next()?, second: self.second.next()?); }
}
func collected<T, S: Source<T>>(_ source: S*, _ limit: I64): T[] {
    var result = T[]();
    for item in source* {
        append(result&, item);
        if result.length >= limit { break; }
    }
    return result;
}
struct Rule<A, B>(name: String, applies: func(A): Boolean, f: func(A): B) {
    func tried(_ a: A): B? { return if self.applies(a) { self.f(a) } else { null }; }
}
func firstThat<A, B>(_ rules: Rule<A, B>[], _ a: A, _ other: B): B {
    for rule& in rules { if var b = rule.tried(a) { return b; } }
    return other;
}
struct Steps<T>(steps: (func(T): T)[] = [], names: Pair<String, func(T): T>[] = Pair<String, func(T): T>[]()) {
    func add(_ name: String, _ f: func(T): T) {
        append(self.steps&, f);
        append(self.names&, Pair<String, func(T): T>(first: name, second: f));
    }
    func run(_ value: T): T {
        var result = value;
        for f in self.steps { result = f(result); }
        return result;
    }
    func named(_ name: String): (func(T): T)? {
        for pair in self.names { if pair.first == name { return pair.second; } }
        return null;
    }
}
"""

SOURCES_IN_PYTHON = """
class Source:
    def __init__(self, **values):
        self.__dict__.update(values)
    def __iter__(self):
        return self
class Countdown(Source):
    def __next__(self):
        self.n -= self.step
        if self.n < 0: raise StopIteration
        return self.n
class Taken(Source):
    def __next__(self):
        if self.left <= 0: raise StopIteration
        self.left -= 1
        return next(self.inner)
class Mapped(Source):
    def __next__(self): return self.f(next(self.inner))
class Filtered(Source):
    def __next__(self):
        for item in self.inner:
            if self.f(item): return item
        raise StopIteration
class Chained(Source):
    is_second = False
    def __next__(self):
        if not self.is_second:
            for item in self.first: return item
            self.is_second = True
        return next(self.second)
class Zipped(Source):
    def __next__(self): return {'first': next(self.first), 'second': next(self.second)}
def collected(source, limit):
    result = []
    for item in source:
        result.append(item)
        if len(result) >= limit: break
    return result
"""


class Pipeline(Expression):
    """An iterator: its type in Zong, and that of its items."""

    def __init__(self, zong, python, kind, item):
        super().__init__(zong, python)
        self.kind, self.item = kind, item


class Sources(Generics):
    def __init__(self, seed, skipped):
        super().__init__(seed, skipped)
        self.walks = []  # (name, item type): iterators that modules declare

    def kept(self, parameters, result):
        """A function value that uses no locals, so that it can be stored."""
        scopes, self.scopes = self.scopes, []
        value = self.function_value(("func", "", (*parameters, result)), 1)
        self.scopes = scopes
        return value

    # Iterators.

    def walk(self):
        """A struct with a next() of its own, and a private field."""
        if self.is_left_out():
            return
        name = self.declared("Walk")
        item = self.instance() if self.chance(0.3) else self.scalar()
        start, factor = self.random.randint(-5, 5), self.random.randint(2, 9)
        self.scopes = [{"self.n": ("I64", "self.n"), "self._seen": ("I64", "self._seen")}]
        value = self.expression(item or "I64", 1)
        self.line(f"struct {name}(n: I64, _seen: I64 = {start}) {{")
        self.line(f"    func next(): {spelled(item or 'I64')}? {{")
        self.line("        self.n -= 1;")
        self.line("        if self.n < 0 { return null; }")
        self.line(f"        self._seen = self._seen * {factor} + self.n;")
        self.line(f"        return {value.zong};")
        self.line("    }")
        self.line("}")
        self.python += [f"class {name}(Source):", f"    _seen = {start}", "    def __next__(self):", "        self.n -= 1",
                        "        if self.n < 0: raise StopIteration",
                        f"        self._seen = wrap(self._seen * {factor} + self.n)", f"        return {value.python}"]
        self.walks.append((name, item or "I64"))

    def source(self, depth=0):
        """An expression that makes an iterator."""
        roll = self.random.random()
        if depth > 2 or roll < 0.2:
            return self.simple_source()
        inner = self.source(depth + 1)
        p, item = self.prelude, spelled(inner.item)
        if roll < 0.4:
            left = self.random.randint(0, 9)
            return self.stage("Taken", [item, inner.kind], inner.item, inner=inner, left=Expression(str(left), str(left)))
        if roll < 0.55:
            return self.stage("Filtered", [item, inner.kind], inner.item, inner=inner, f=self.kept([inner.item], "Boolean"))
        if roll < 0.75:
            made = self.scalar() if self.chance(0.6) else self.argument("")
            return self.stage("Mapped", [item, spelled(made), inner.kind], made, inner=inner, f=self.kept([inner.item], made))
        other = self.source(depth + 2)
        if inner.item == other.item and self.chance(0.7):
            return self.stage("Chained", [item, inner.kind, other.kind], inner.item, first=inner, second=other)
        pair = ("struct", "Pair__m0", (inner.item, other.item))
        return self.stage("Zipped", [item, spelled(other.item), inner.kind, other.kind], pair, first=inner, second=other)

    def simple_source(self):
        if self.walks and self.chance(0.7):
            name, item = self.pick(self.walks)
            n = self.random.randint(0, 12)
            return Pipeline(f"{name}(n: {n})", f"{name}(n={n})", name, item)
        n, step = self.random.randint(0, 30), self.random.randint(1, 5)
        countdown = f"{self.prelude}Countdown"
        return Pipeline(f"{countdown}(n: {n}, step: {step})", f"Countdown(n={n}, step={step})", countdown, "I64")

    def stage(self, name, arguments, item, **fields):
        kind = f"{self.prelude}{name}<{', '.join(arguments)}>"
        return Pipeline(f"{kind}({', '.join(f'{f}: {v.zong}' for f, v in fields.items())})",
                        f"{name}({', '.join(f'{f}={v.python}' for f, v in fields.items())})", kind, item)

    def pipelines(self):
        """Goes through a part of an iterator, through the rest, and through a copy of that."""
        source = self.source()
        # Type arguments of a call are at most 256 tokens, and a name may become three.
        if len(re.findall(r"\w+|[^\w\s]", source.kind)) > 70:
            source = self.simple_source()
        name, copied, x = self.fresh("source"), self.fresh("copy"), self.fresh("x")
        written = f": {source.kind}" if self.chance(0.5) else ""
        self.line(f"var {name}{written} = {source.zong};", f"{name} = {source.python}")
        self.scopes.append({x: (source.item, x)})
        condition, shown = self.boolean(1), self.expression("String", 1)
        self.scopes.pop()
        self.line(f"for {x} in {name} {{", f"for {x} in {name}:")
        self.line(f"    print({shown.zong});", f"    out({shown.python})")
        self.line(f"    if {condition.zong} {{ break; }}", f"    if {condition.python}: break")
        self.line("}")
        self.line(f"var {copied} = {name};", f"{copied} = copy.deepcopy({name})")
        limit = self.random.randint(1, 5)
        self.line(f"print({self.prelude}collected<{spelled(source.item)}, {source.kind}>({name}&, {limit}));",
                  f"out(show(collected({name}, {limit}), {('slice', source.item)!r}))")
        for one in (name, copied):
            self.line(f"for {x} in {one} {{ print(\"<\\({x})>\"); }}",
                      f"for {x} in {one}: out('<' + show({x}, {source.item!r}) + '>')")

    # Function values.

    def tables(self):
        """A slice of functions that grows, is changed, gone through, and whose elements are passed on."""
        a, b = self.argument(""), self.scalar()
        name, x, i = self.fresh("table"), self.fresh("x"), self.fresh("i")
        values = [self.kept([a], b) for _ in range(self.random.randint(1, 3))]
        self.line(f"var {name}: (func({spelled(a)}): {b})[] = [{', '.join(v.zong for v in values)}];",
                  f"{name} = [{', '.join(v.python for v in values)}]")
        more = self.kept([a], b)
        self.line(f"append({name}&, {more.zong});", f"{name}.append({more.python})")
        if self.chance(0.5):
            changed = self.kept([a], b)
            self.line(f"{name}[0] = {changed.zong};", f"{name}[0] = {changed.python}")
        argument = self.expression(a, 1)
        self.line(f"for {x} in {name} {{ print({x}({argument.zong})); }}",
                  f"for {x} in {name}: out(show({x}({argument.python}), {b!r}))")
        index, other = self.expression("I64", 1), self.expression(a, 1)
        self.line(f"print({name}[{self.prelude}at({index.zong}, {name}.length)]({other.zong}));",
                  f"out(show({name}[at({index.python}, len({name}))]({other.python}), {b!r}))")
        items = [self.expression(a, 2) for _ in range(self.random.randint(1, 3))]
        self.line(f"for {i} in {name} {{ print({self.prelude}mapped<{spelled(a)}, {b}>([{', '.join(v.zong for v in items)}], {i})); }}",
                  f"for {i} in {name}: out(show([{i}(t) for t in [{', '.join(v.python for v in items)}]], {('slice', b)!r}))")

    def rules(self):
        """Functions as fields of a generic struct."""
        a, b, name = self.argument(""), self.scalar(), self.fresh("rules")
        p, made = self.prelude, []
        for number in range(self.random.randint(1, 3)):
            made.append((number, self.kept([a], "Boolean"), self.kept([a], b)))
        rule = f"{p}Rule<{spelled(a)}, {b}>"
        self.line(f"var {name} = [{', '.join(f'{rule}(f: {f.zong}, name: {chr(34)}r{n}{chr(34)}, applies: {c.zong})' for n, c, f in made)}];",
                  f"{name} = [{', '.join(f'({c.python}, {f.python})' for n, c, f in made)}]")
        argument, other, subject = self.expression(a, 1), self.expression(b, 1), self.fresh("t")
        self.line(None, f"{subject} = {argument.python}")
        self.line(f"print({p}firstThat({name}, {argument.zong}, {other.zong}));",
                  f"{subject}o = {other.python}")
        self.line(None, f"out(show(next((f({subject}) for c, f in {name} if c({subject})), {subject}o), {b!r}))")
        one, second = self.random.randrange(len(made)), self.expression(a, 1)
        self.line(f"print({name}[{one}].f({second.zong}));", f"out(show({name}[{one}][1]({second.python}), {b!r}))")

    def steps(self):
        of, name = self.argument(""), self.fresh("steps")
        values = [self.kept([of], of) for _ in range(self.random.randint(0, 3))]
        self.line(f"var {name} = {self.prelude}Steps<{spelled(of)}>();", f"{name} = []")
        for number, value in enumerate(values):
            self.line(f"{name}.add(\"s{number}\", {value.zong});", f"{name}.append({value.python})")
        start, result, f = self.expression(of, 1), self.fresh("r"), self.fresh("f")
        self.line(None, f"{result} = {start.python}")
        self.line(None, f"for {f} in {name}: {result} = {f}({result})")
        self.line(f"print({name}.run({start.zong}));", f"out(show({result}, {of!r}))")
        wanted, argument = self.random.randrange(4), self.expression(of, 1)
        self.line(f"if var {f} = {name}.named(\"s{wanted}\") {{ print({f}({argument.zong})); }} else {{ print(\"none\"); }}",
                  f"if {wanted} < len({name}): out(show({name}[{wanted}]({argument.python}), {of!r}))")
        self.line(None, "else: out('none')")
