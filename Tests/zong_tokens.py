"""The tokens of a source, read from `zong build --emit tokens`, and the conditions on them that the grammar knows."""

import re
import unicodedata

import harness

LINE = re.compile(r"(\d+):(\d+) (\w+)(?: (.*))?$")
HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn", "Zs")
TERMINALS = {"lowerName", "upperName", "integer", "float", "character", "string", "stringHead", "stringMiddle",
             "stringTail", "postfixStar", "postfixAmpersand", "keyword", "endOfFile"}
POSTFIX = {"starPostfix": "postfixStar", "ampersandPostfix": "postfixAmpersand"}
CLOSING = (";", ",", ")", "]", "}", "{")
TYPE_LIMIT = 256


def escaped(character):
    """A character as the dump shows it."""
    if " " <= character < "\x7f":
        return character
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if short:
        return short
    return f"\\u{{{ord(character):X}}}" if unicodedata.category(character) in HIDDEN else character


class Token:
    """A token with its neighbours: `before` and `after` are None at the ends."""

    def __init__(self, kind, text, gap, before):
        self.kind = kind
        self.text = text
        self.starts_line = before is None or "\n" in gap
        self.space_before = before is None or gap != ""
        self.before, self.after = before, None
        if before:
            before.after = self
        self.keys = self.terminals()

    def terminals(self):
        if self.kind in POSTFIX:
            return (POSTFIX[self.kind],)
        if self.kind.endswith("Keyword"):
            return (f'"{self.text}"', "keyword")
        if self.kind == "lowerName":
            return ("lowerName", f'"{self.text}"')
        return (self.kind,) if self.kind in TERMINALS else (f'"{self.text}"',)

    @property
    def space_after(self):
        return self.after is None or self.after.space_before

    # The conditions. `space`: line ends are white space here. `used`: so much of the token is used up.

    def same_line(self, space, used):
        return not self.starts_line

    def new_line(self, space, used):
        return self.starts_line

    def goes_on(self, space, used):
        return space or not self.starts_line

    def end(self, space, used):
        return self.starts_line or self.text == "}"

    def touching(self, space, used):
        return not self.space_before

    def operator(self, space, used):
        if self.starts_line and not space and not self.space_after:
            return False
        if self.kind in ("star", "ampersand"):
            return self.starts_line or self.space_after or not self.space_before
        if self.text in ("-", "+"):
            return not self.is_doubled()
        return self.kind != "less" or not self.types(space, used)

    def is_doubled(self):
        if self.space_after or self.after.kind != self.kind:
            return False
        third = self.after.after
        return third is None or third.starts_line or third.text in CLOSING

    def types(self, space, used):
        """Whether the `<` opens type arguments."""
        if self.kind != "less" or not self.goes_on(space, used):
            return False
        name, dot = self.before, self.before and self.before.before
        is_member = dot is not None and dot.kind == "dot"
        if name is None or not (name.kind in ("lowerName", "upperName") or (is_member and "keyword" in name.keys)):
            return False
        if name.kind == "upperName" and (not is_member or dot.before.is_module()):
            return True
        return self.types_follow()

    def is_module(self):
        return self.kind == "lowerName" and not (self.before and self.before.kind == "dot")

    def begins_type(self):
        inner = self.after if self.kind == "leftParen" else self
        return inner is not None and (inner.kind == "leftParen" or inner.begins_plain_type())

    def begins_plain_type(self):
        if self.kind in ("upperName", "funcKeyword"):
            return True
        second = self.after
        return (self.kind == "lowerName" and second is not None and second.kind == "dot"
                and second.after is not None and second.after.kind == "upperName")

    def types_follow(self):
        angles, brackets = 1, 0
        token = self.after
        if token is None or not token.begins_type():
            return False
        for _ in range(TYPE_LIMIT - 1):
            if token is None or not token.fits_types(brackets):
                return False
            brackets += {"leftBracket": 1, "rightBracket": -1}.get(token.kind, 0)
            angles += {"less": 1, "greater": -1, "shiftRight": -2}.get(token.kind, 0)
            if angles <= 0:
                return angles == 0
            token = token.after
        return False

    def fits_types(self, brackets):
        if self.kind == "lowerName":
            return brackets > 0 or self.begins_type()
        if self.kind == "integer":
            return brackets > 0
        if self.kind == "funcKeyword":
            return self.after is not None and self.after.kind == "leftParen"
        if self.kind == "leftParen":
            return self.before.kind == "funcKeyword" or self.begins_type()
        return self.kind in ("upperName", "comma", "dot", "starPostfix", "question", "questionQuestion", "colon",
                             "exclamation", "leftBracket", "rightBracket", "rightParen", "less", "greater", "shiftRight")


def tokens_of(zong, text):
    """The tokens of a source, the end of the file included."""
    outcome = harness.run([zong, "build", "--emit", "tokens", "-", "-o", "-"], text)
    if outcome.status != 0:
        raise RuntimeError(f"--emit tokens: {outcome.describe_status()}: {outcome.stderr[:300]}")
    source = text.decode("utf-8")
    starts = line_starts(source)
    tokens = []
    end = 0
    for line in outcome.stdout.decode("utf-8").split("\n")[:-1]:
        row, column, kind, shown = LINE.match(line).groups()
        start = starts[int(row) - 1] + int(column) - 1
        length = 0 if kind == "endOfFile" else length_of(source, start, shown or "")
        gap = source[end:start]
        tokens.append(Token(kind, source[start:start + length], gap, tokens[-1] if tokens else None))
        end = start + length
    tokens[-1].starts_line = tokens[-1].space_before = True
    return tokens


def line_starts(source):
    return [0] + [index + 1 for index, character in enumerate(source) if character == "\n"]


def length_of(source, start, shown):
    """How many characters of the source a token has that the dump shows as `shown`."""
    length = width = 0
    while width < len(shown):
        width += len(escaped(source[start + length]))
        length += 1
    return length
