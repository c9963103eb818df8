"""A grammar in EBNF and a recogniser for it that knows nothing else. The notation is described in
docs/reference/grammar.md, from where the rules are read.

What always holds: a rule is tried at each token at most twice (with line ends as white space, and without), and all
places where it can end are kept, so that no choice is ever wrong; the work is bounded by tokens times ends.
"""

import re
from dataclasses import dataclass, field

BLOCK = re.compile(r"^```ebnf\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEXEME = re.compile(r"\s+|(\"[^\"]+\"|'[^']+'|\w+|[=|()\[\]{}]|⟨|⟩)")
PARTNERS = {'"("': '")"', '"["': '"]"', '"{"': '"}"', '"<"': "'>'", "stringHead": "stringTail"}
CONDITIONS = {("same", "line"): "same_line", ("new", "line"): "new_line", ("goes", "on"): "goes_on", ("end",): "end",
              ("touching",): "touching", ("operator",): "operator", ("types",): "types"}


@dataclass(eq=False)
class Node:
    """A piece of a rule. `kind` is one of: terminal, rule, sequence, choice, optional, repetition, condition, not."""

    kind: str
    name: str = ""
    parts: list = field(default_factory=list)
    first: frozenset = frozenset()
    is_nullable: bool = False
    contexts: list = field(default_factory=list)  # of a sequence's parts: None, or whether line ends are white space


class BadGrammar(Exception):
    pass


class Reader:
    """Reads the rules."""

    def __init__(self, text):
        self.lexemes = []
        at = 0
        while at < len(text):
            match = LEXEME.match(text, at)
            if not match:
                raise BadGrammar(f"what is this? {text[at:at + 30]!r}")
            if match[1]:
                self.lexemes.append(match[1])
            at = match.end()
        self.at = 0

    def peek(self, distance=0):
        index = self.at + distance
        return self.lexemes[index] if index < len(self.lexemes) else ""

    def take(self, wanted=None):
        lexeme = self.peek()
        if wanted and lexeme != wanted:
            raise BadGrammar(f"expected {wanted}, found {' '.join(self.lexemes[self.at:self.at + 8])}")
        self.at += 1
        return lexeme

    def rules(self):
        rules = {}
        while self.peek():
            name = self.take()
            self.take("=")
            if name in rules:
                raise BadGrammar(f"{name} is there twice")
            rules[name] = self.choice()
        return rules

    def choice(self):
        options = [self.sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Node("choice", parts=options)

    def sequence(self):
        parts = []
        while self.peek() and self.peek() not in ("|", ")", "]", "}", "⟩") and self.peek(1) != "=":
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else Node("sequence", parts=parts)

    def part(self):
        lexeme = self.take()
        for opening, closing, kind in (("(", ")", ""), ("[", "]", "optional"), ("{", "}", "repetition")):
            if lexeme == opening:
                inner = self.choice()
                self.take(closing)
                return Node(kind, parts=[inner]) if kind else inner
        if lexeme == "⟨":
            return self.condition()
        return Node("terminal", lexeme) if lexeme[0] in "\"'" else Node("rule", lexeme)

    def condition(self):
        if self.peek() == "not":
            self.take()
            node = Node("not", parts=[self.choice()], is_nullable=True)
        else:
            words = []
            while self.peek() != "⟩":
                words.append(self.take())
            if tuple(words) not in CONDITIONS:
                raise BadGrammar(f"there is no condition {' '.join(words)}")
            node = Node("condition", CONDITIONS[tuple(words)], is_nullable=True)
        self.take("⟩")
        return node


class Grammar:
    """The rules, ready for use. `start` is the first rule's name."""

    def __init__(self, page, terminals):
        self.rules = Reader("\n".join(BLOCK.findall(page))).rules()
        self.start = next(iter(self.rules))
        self.nodes = []
        for rule in self.rules.values():
            self.prepare(rule, terminals)
        self.find_firsts()

    def prepare(self, node, terminals):
        self.nodes.append(node)
        if node.kind == "rule" and node.name in terminals:
            node.kind = "terminal"
        if node.kind == "rule" and node.name not in self.rules:
            raise BadGrammar(f"there is no rule {node.name}")
        if node.kind == "terminal":
            node.first = frozenset([node.name])
        for part in node.parts:
            self.prepare(part, terminals)
        if node.kind == "sequence":
            node.contexts = contexts(node.parts)

    def find_firsts(self):
        """With which terminals each node can begin, and whether it can be empty; until nothing changes."""
        changed = True
        while changed:
            changed = False
            for node in self.nodes:
                first, is_nullable = self.first(node)
                if (first, is_nullable) != (node.first, node.is_nullable):
                    node.first, node.is_nullable = first, is_nullable
                    changed = True

    def first(self, node):
        if node.kind == "rule":
            rule = self.rules[node.name]
            return rule.first, rule.is_nullable
        if node.kind == "choice":
            return frozenset().union(*(p.first for p in node.parts)), any(p.is_nullable for p in node.parts)
        if node.kind in ("optional", "repetition"):
            return node.parts[0].first, True
        if node.kind == "sequence":
            first = frozenset()
            for part in node.parts:
                first |= part.first
                if not part.is_nullable:
                    return first, False
            return first, True
        return node.first, node.is_nullable

    def productions(self):
        """What programs can cover, with words for it: every rule, every alternative, what is optional or repeated."""
        for name, rule in self.rules.items():
            yield rule, name
            yield from self.productions_in(rule, name)

    def productions_in(self, node, name):
        for number, part in enumerate(node.parts, 1):
            if node.kind == "choice":
                yield part, f"{name}: alternative {number}, {describe(part)}"
            elif node.kind in ("optional", "repetition"):
                yield part, f"{name}: {'[' if node.kind == 'optional' else '{'} {describe(part)}"
            if node.kind != "not":
                yield from self.productions_in(part, name)


def contexts(parts):
    """For each part of a sequence: whether line ends are white space in it, or None for as outside of it."""
    result = [None] * len(parts)
    for start, part in enumerate(parts):
        closing = PARTNERS.get(part.name) if part.kind == "terminal" else None
        end = next((i for i in range(start + 1, len(parts)) if closing and parts[i].name == closing), None)
        for index in range(start + 1, end or 0):
            result[index] = part.name != '"{"'
    return result


def describe(node):
    if node.kind in ("terminal", "rule"):
        return node.name
    if node.kind in ("condition", "not"):
        return f"⟨{node.name or 'not'}⟩"
    return (" | " if node.kind == "choice" else " ").join(describe(part) for part in node.parts)


class Recogniser:
    """Recognises one list of tokens. A place is four times a token's number, plus how much of the token is used up."""

    def __init__(self, grammar, tokens):
        self.grammar = grammar
        self.tokens = tokens
        self.memory = {}
        self.furthest = 0

    def accepts(self):
        return 4 * len(self.tokens) in self.ends(Node("rule", self.grammar.start), 0, False)

    def keys(self, place):
        """The terminals that the token at a place is."""
        index, used = divmod(place, 4)
        if index >= len(self.tokens):
            return ()
        token = self.tokens[index]
        return (f'"{token.text[used:]}"',) if used else token.keys

    def ends(self, node, place, space):
        """All the places where `node` can end that begins at `place`."""
        kind = node.kind
        if kind == "rule":
            key = (node.name, place, space)
            found = self.memory.get(key)
            if found is None:
                found = self.memory[key] = self.ends(self.grammar.rules[node.name], place, space)
            return found
        if kind == "terminal":
            return self.terminal(node.name, place)
        if kind == "condition":
            return (place,) if self.holds(node.name, place, space) else ()
        if kind == "not":
            return () if self.ends(node.parts[0], place, space) else (place,)
        if not node.is_nullable and not any(key in node.first for key in self.keys(place)):
            return self.half(node, place, space)
        return self.compound(node, place, space)

    def half(self, node, place, space):
        """Where a `'>'` may be the beginning of another token, the first sets say nothing."""
        return self.compound(node, place, space) if "'>'" in node.first else ()

    def compound(self, node, place, space):
        if node.kind == "sequence":
            return self.sequence(node, place, space)
        if node.kind == "choice":
            found = [ends for part in node.parts if (ends := self.ends(part, place, space))]
            if len(found) == 1:
                return found[0]
            return tuple(dict.fromkeys(end for ends in found for end in ends))
        if node.kind == "optional":
            return tuple(dict.fromkeys((place, *self.ends(node.parts[0], place, space))))
        return self.repetition(node.parts[0], place, space)

    def sequence(self, node, place, space):
        places = (place,)
        for part, context in zip(node.parts, node.contexts):
            inner = space if context is None else context
            if len(places) == 1:
                places = self.ends(part, places[0], inner)
            else:
                places = tuple(dict.fromkeys(end for start in places for end in self.ends(part, start, inner)))
            if not places:
                return ()
        return places

    def repetition(self, part, place, space):
        found = {place: None}
        waiting = [place]
        while waiting:
            for end in self.ends(part, waiting.pop(), space):
                if end not in found:
                    found[end] = None
                    waiting.append(end)
        return tuple(found)

    def terminal(self, name, place):
        index, used = divmod(place, 4)
        if index >= len(self.tokens):
            return ()
        token = self.tokens[index]
        self.furthest = max(self.furthest, index)
        if name == "'>'":
            if token.kind not in HALVES or token.text[used:used + 1] != ">":
                return ()
            return (4 * index + 4,) if used + 1 == len(token.text) else (place + 1,)
        return (4 * index + 4,) if name in self.keys(place) else ()

    def holds(self, name, place, space):
        index, used = divmod(place, 4)
        return index < len(self.tokens) and getattr(self.tokens[index], name)(space, used)

    # Which productions a program covers.

    def cover(self, covered):
        """Adds the nodes of one derivation of the tokens to `covered`."""
        waiting = [(Node("rule", self.grammar.start), 0, 4 * len(self.tokens), False)]
        while waiting:
            node, start, end, space = waiting.pop()
            covered.add(node)
            waiting += self.parts_of(node, start, end, space)

    def parts_of(self, node, start, end, space):
        """What `node` is made of that goes from `start` to `end`: nodes with their own places."""
        if node.kind == "rule":
            return [(self.grammar.rules[node.name], start, end, space)]
        if node.kind == "choice":
            chosen = next(part for part in node.parts if end in self.ends(part, start, space))
            return [(chosen, start, end, space)]
        if node.kind == "optional":
            return [(node.parts[0], start, end, space)] if end in self.ends(node.parts[0], start, space) else []
        if node.kind == "repetition":
            return self.path([(node.parts[0], space)], start, end, True)
        if node.kind == "sequence":
            inner = [space if context is None else context for context in node.contexts]
            return self.path(list(zip(node.parts, inner)), start, end, False)
        return []

    def path(self, steps, start, end, repeats):
        """A way from `start` to `end` over all the steps in order, or over the one step as often as needed."""
        origin = {(0, start): None}
        waiting = [(0, start)]
        while waiting:
            step, place = state = waiting.pop()
            if place == end and (repeats or step == len(steps)):
                return self.way_back(state, origin)
            if not repeats and step == len(steps):
                continue
            node, space = steps[0 if repeats else step]
            for after in self.ends(node, place, space):
                following = (step if repeats else step + 1, after)
                if following not in origin:
                    origin[following] = (state, (node, place, after, space))
                    waiting.append(following)
        raise AssertionError("no derivation")

    def way_back(self, state, origin):
        taken = []
        while origin[state]:
            state, step = origin[state]
            taken.append(step)
        return taken


# The tokens of which a `'>'` may be the first half.
HALVES = ("greater", "shiftRight", "greaterEqual", "shiftRightEqual")
