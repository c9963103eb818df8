"""A test program and the expectations that its comments hold. The format is described in Tests/README.md."""

import re
from dataclasses import dataclass, field
from pathlib import Path

MODES = ("run", "check", "emit")
SETTINGS = ("options", "args", "status", "known", "locals")
BLOCKS = ("stdin", "stdout", "stderr")
NO_LINE_END = "// (no line end)"

ANNOTATION = re.compile(r"//(\^?) ?(error|warning)(?: (Z\d{4}))?: ?(.*?)(?= ?//\^? ?(?:error|warning)\b|$)")
STOP = re.compile(r"// stop:(.*)$")


class BadTest(Exception):
    """The test file itself is wrong."""


@dataclass(frozen=True)
class Diagnostic:
    """An expected or a reported diagnostic. An expected one may leave out its code; its message is a part."""

    line: int
    severity: str
    code: str | None
    message: str
    file: str = ""  # empty for the test's own file

    def matches(self, reported):
        return (self.file == reported.file and self.line == reported.line and self.severity == reported.severity
                and self.code in (None, reported.code) and self.message in reported.message)

    def __str__(self):
        place = f"{self.file}:{self.line}" if self.file else self.line
        return f"{place}: {self.severity}{' ' + self.code if self.code else ''}: {self.message}"


@dataclass
class Program:
    path: Path
    lines: list[str]
    mode: str = ""
    stage: str = ""
    options: list[str] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    status: int | None = None
    known: str = ""
    locals: str = ""
    blocks: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    stop: Diagnostic | None = None


def read(path):
    """Parses one test file."""
    program = Program(path, path.read_bytes().decode("utf-8", "surrogateescape").split("\n"))
    read_header(program)
    read_blocks(program)
    read_annotations(program, program.lines)
    for companion in companions(path):
        lines = companion.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        read_annotations(program, lines, str(companion.relative_to(path.parent)))
    if program.locals not in ("", "frame"):
        raise BadTest("`locals` can only be `frame`")
    if program.mode == "check" and (program.stop or program.blocks):
        raise BadTest("a program that is only checked can't stop, read or print")
    return program


def companions(path):
    """The other files of a test that has a folder of its own."""
    return [other for other in sorted(path.parent.rglob("*.zong")) if other != path] if path.name == "main.zong" else []


def is_companion(path):
    """Whether a file belongs to the test that the `main.zong` of its folder, or of one above, is."""
    if path.name == "main.zong":
        return False
    return any((folder / "main.zong").is_file() for folder in path.parents[:4])


def read_header(program):
    """The comment lines at the top: the mode first, settings, and prose that says what is tested."""
    for number, line in enumerate(program.lines):
        if not line.startswith("// "):
            break
        word, colon, value = line[3:].partition(":")
        if number == 0:
            mode, _, program.stage = word.partition(" ")
            if mode not in MODES or (mode == "emit") != bool(program.stage):
                raise BadTest(f"the first line must be one of: {', '.join('// ' + mode for mode in MODES)}")
            program.mode = mode
        elif colon and word in SETTINGS:
            setattr(program, word, {"status": int, "known": str.strip, "locals": str.strip}.get(word, str.split)(value))
        elif colon and re.fullmatch(r"[a-z-]+", word) and word not in BLOCKS:
            raise BadTest(f"unknown setting: {word}")
    if not program.mode:
        raise BadTest("the first line must say how the program is tested")


def read_blocks(program):
    name = None
    for line in program.lines:
        if line.startswith("// ") and line.endswith(":") and line[3:-1] in BLOCKS:
            name = line[3:-1]
            program.blocks[name] = ""
        elif name and line.startswith("// |"):
            program.blocks[name] += line[5:] + "\n"
        elif name and line == NO_LINE_END:
            program.blocks[name] = program.blocks[name].removesuffix("\n")
        else:
            name = None


def read_annotations(program, lines, file=""):
    target = 0  # The last line that isn't a `//^` comment.
    for number, line in enumerate(lines, 1):
        above = line.lstrip().startswith("//^")
        if not above:
            target = number
        if line.startswith("// |"):
            continue
        for caret, severity, code, message in ANNOTATION.findall(line):
            if bool(caret) != above:
                raise BadTest(f"line {number}: //^ must begin its line")
            program.diagnostics.append(Diagnostic(target, severity, code or None, message.strip(), file))
        if stop := STOP.search(line):
            if program.stop:
                raise BadTest("a program stops only once")
            program.stop = Diagnostic(target, "stop", None, stop[1].strip(), file)


def without_expectations(program):
    """The program's lines without its blocks and annotations, and for each old line number its new one."""
    kept, numbers = [], {}
    in_block = False
    for number, line in enumerate(program.lines, 1):
        is_block_head = line.startswith("// ") and line.endswith(":") and line[3:-1] in BLOCKS[1:]
        in_block = is_block_head or (in_block and (line.startswith("// |") or line == NO_LINE_END))
        if in_block or (line.lstrip().startswith("//^") and ANNOTATION.search(line)):
            continue
        if not line.startswith("// |"):
            bare = STOP.sub("", ANNOTATION.sub("", line))
            line = line if bare == line else bare.rstrip()
        kept.append(line)
        numbers[number] = len(kept)
    while kept and not kept[-1]:
        kept.pop()
    return kept, numbers


def rewrite(program, diagnostics=(), stop=None, blocks=None):
    """Writes the program back with these expectations in place of its old ones. Annotations that stood on a
    line of their own stay on one."""
    lines, numbers = without_expectations(program)
    notes = {}
    for item in (item for item in diagnostics if not item.file):
        code = f" {item.code}" if item.code else ""
        notes.setdefault(numbers.get(item.line, len(lines)), []).append(f"{item.severity}{code}: {item.message}".rstrip())
    if stop and not stop.file:
        notes.setdefault(numbers.get(stop.line, len(lines)), []).append(f"stop: {stop.message}")
    separate = {numbers.get(number - 1) for number, line in enumerate(program.lines, 1)
                if line.lstrip().startswith("//^")}
    result = []
    for number, line in enumerate(lines, 1):
        texts = notes.get(number, [])
        if number in separate:
            result += [line] + ["//^ " + text for text in texts]
        else:
            result.append("  ".join([line] + ["// " + text for text in texts]))
    for name, text in (blocks or {}).items():
        if text:
            result += ["", f"// {name}:"]
            result += [("// | " + line).rstrip() for line in text.removesuffix("\n").split("\n")]
            if not text.endswith("\n"):
                result.append(NO_LINE_END)
    program.path.write_bytes(("\n".join(result) + "\n").encode("utf-8", "surrogateescape"))
