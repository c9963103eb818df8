"""Every Zong source of the project, for the tests that look at all of them: the corpus, the library, the examples, the
benchmarks, and the programs in the documentation; the same with a change; and what the compiler's parser says of them."""

import json
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import harness

FOLDERS = ["Tests/Corpus", "Tests/Format", "examples", "Library", "Benchmarks"]
FENCE = re.compile(r"^```zong[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
BATCH = 500
# Longer sources are not changed: each change means to read all of it again.
LONGEST_MUTANT = 1500
WORD = re.compile(rb'"""|"|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|\d[\w.]*|[^\sA-Za-z_\d"]|\s+', re.DOTALL)
# What stands in for a token.
SPARE = [b"x", b"T", b"1", b'"t"', b"(", b")", b"{", b"}", b"[", b"]", b"<", b">", b";", b",", b":", b".", b"=", b"=>",
         b"-", b"!", b"?", b"*", b"&", b"|", b"..", b"==", b"+", b"??", b"_", b"if", b"else", b"func", b"var", b"match",
         b"for", b"in", b"return", b"struct", b"catch", b"new", b"defer", b"\n", b" "]


@dataclass
class Source:
    name: str
    text: bytes


def all_sources():
    """The sources in a fixed order."""
    found = []
    for folder in FOLDERS:
        for path in sorted((harness.ROOT / folder).rglob("*.zong")):
            found.append(Source(str(path.relative_to(harness.ROOT)), path.read_bytes()))
    for path in [harness.ROOT / "README.md", *sorted((harness.ROOT / "docs").rglob("*.md"))]:
        text = path.read_text()
        for block in FENCE.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            found.append(Source(f"{path.relative_to(harness.ROOT)}:{line}", block[1].encode()))
    return found


def mutant(text, generator):
    """The text with one change."""
    words = WORD.findall(text)
    solid = [index for index, word in enumerate(words) if not word.isspace()] or [0]
    index, other = generator.choice(solid), generator.choice(solid)
    change = generator.randrange(6)
    if change == 0:
        words[index] = b""
    elif change == 1:
        words[index] += b" " + words[index]
    elif change == 2:
        words[index], words[other] = words[other], words[index]
    elif change == 3:
        words[index] = generator.choice(SPARE)
    elif change == 4:
        words[index] += generator.choice(SPARE)
    else:
        spaces = [number for number, word in enumerate(words) if word.isspace()] or [0]
        words[generator.choice(spaces)] = generator.choice([b"", b" ", b"\n", b"\n\n"])
    return b"".join(words)


def mutants(all_sources, count):
    """Changed sources, always the same ones."""
    generator = random.Random(4)
    small = [source for source in all_sources if 20 < len(source.text) <= LONGEST_MUTANT]
    found = []
    for number in range(count):
        source = generator.choice(small)
        text = mutant(source.text, generator)
        if number % 3 == 0:
            text = mutant(text, generator)
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            continue
        found.append(Source(f"mutant {number} of {source.name}", text))
    return found


@dataclass
class Verdict:
    """What the compiler's parser says about a source."""

    errors: int = 0
    first: str = ""  # LINE:COLUMN: MESSAGE
    place: tuple[int, int] = (0, 0)
    is_too_deep: bool = False  # A bound of the parser was passed.
    is_damaged: bool = False  # The lexer has found a mistake in a token.


def verdicts(zong, texts):
    """The verdict on each of the texts."""
    found = [Verdict() for _ in texts]
    with tempfile.TemporaryDirectory(prefix="zong-sources-") as folder:
        for start in range(0, len(texts), BATCH):
            paths = {}
            for number in range(start, min(start + BATCH, len(texts))):
                path = Path(folder) / f"{number}.zong"
                path.write_bytes(texts[number])
                paths[str(path)] = number
            command = [zong, "check", "--syntax-only", "--message-format", "json", *paths]
            outcome = harness.run(command, timeout=300)
            if outcome.status not in (0, 1):
                raise RuntimeError(f"zong check: {outcome.describe_status()}: {outcome.stderr[:500]}")
            for line in outcome.stdout.splitlines():
                report = json.loads(line)
                if report["severity"] == "error":
                    take(found[paths[report["file"]]], report)
    return found


def take(verdict, report):
    if not verdict.errors:
        verdict.place = (report["line"], report["column"])
        verdict.first = f"{report['line']}:{report['column']}: {report['message']}"
    verdict.errors += 1
    verdict.is_damaged |= report["code"].startswith("Z01")
    verdict.is_too_deep |= report["code"] == "Z0222"
