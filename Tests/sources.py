"""Every Zong source of the project, for the tests that look at all of them: the corpus, the library, the examples, the
benchmarks, and the programs in the documentation. And what the compiler's parser says about sources."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import harness

FOLDERS = ["Tests/Corpus", "Tests/Format", "examples", "Library", "Benchmarks"]
FENCE = re.compile(r"^```zong[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
BATCH = 500


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
