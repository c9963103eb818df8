"""Runs many programs from one file, one after the other in one process until one stops, and compares what they did with
what was predicted."""

import copy
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests"))
import harness  # noqa: E402
from memory_model import MESSAGES  # noqa: E402
from memory_statements import Writer  # noqa: E402

HEADER = """var seed: I64 = 0;
func number(_ text: String): I64 {
  var n = 0;
  for i in 0..text.length { n = n * 10 + I64(text[i]) - 48; }
  return n;
}"""
# Not a mode of zong's: another engine, without the host's part in stops.
NODE = ["Node"]
NODE_SCRIPT = str(ROOT / "Tests/node-wasi.mjs")
STOPPED = 134


def modes(seeds, batch):
    """The ways to run the programs of a batch: in every second one, a read of a frame that nothing was written to shows."""
    filling = ["--fill-frames"] if seeds[0] // batch % 2 else []
    return filling, ["-O", *filling]


class Runner:
    """Runs `zong`, and knows what it can do."""

    def __init__(self, zong, folder, arenas=False, node=None, blocks=False):
        self.zong, self.folder, self.arenas, self.node, self.blocks = zong, folder, arenas, node, blocks
        folder.mkdir(parents=True, exist_ok=True)
        self.table = {}
        self.batch = self.loaded = None

    def alone(self):
        """The same for another process, which starts a `zong` of its own."""
        other = copy.copy(self)
        other.batch = other.loaded = None
        return other

    def run(self, path, *arguments, mode=()):
        self.batch = self.batch or harness.Batch(self.zong, "--baseline")
        if self.loaded != (path, mode) or not self.batch.process:
            self.loaded = None
            outcome = self.batch.load(path, mode)
            if outcome.status != 0:
                return outcome
            self.loaded = path, mode
        return self.batch.run(*arguments)

    def probe(self):
        """Measures the room that growth gives, which no one has specified."""
        sizes = [*range(1, 33), *range(36, 260, 4)]
        lines = []
        for size in sizes:
            lines.append(f"struct S{size}(bytes: U8[{size}]);")
            lines.append(f"func grow{size}() {{ var one: S{size}; for n in 0..61 {{ var s = S{size}[](length: n); "
                         "append(s&, one); print(s.capacity); } }")
        lines.append("func main() {")
        lines += [f"grow{size}();" for size in sizes]
        lines.append("}")
        path = self.folder / "probe.zong"
        path.write_text("\n".join(lines))
        outcome = self.run(path)
        if outcome.status:
            sys.exit(f"{path}:\n{outcome.stderr.decode()}")
        rooms = iter(map(int, outcome.stdout.split()))
        for size in sizes:
            for length in range(61):
                self.table[size, length] = next(rooms)
                if self.table[size, length] <= length:
                    sys.exit(f"{path}: {length} elements of {size} bytes grow to {self.table[size, length]}")

    def room(self, size, length):
        return self.table[size, length]

    def write(self, path, tests):
        """One file with all of the programs; they learn in which lines they are."""
        writer = Writer(HEADER.split("\n"))
        for test in tests:
            test.program.write(writer)
        writer.line("func main(args: String[]) {")
        writer.line("  seed = number(args[2]);")
        writer.line("  for k in number(args[0])..number(args[1]) {")
        writer.line('    print("#\\(k)");')
        for index, test in enumerate(tests):
            writer.line(f"    if k == {index} {{ {test.program.main.name}(); }}")
        writer.line("  }")
        writer.line("}")
        path.write_text("\n".join(writer.lines) + "\n")
        self.loaded = None

    def differences(self, path, tests, predictions, mode, seed):
        """For each program that did something else: its number, the first of its process, and what was different."""
        found = []
        first = 0
        while first < len(tests):
            outcome = self.run(path, first, len(tests), seed, mode=mode)
            did = outputs(outcome.stdout.decode("utf-8", "replace"))
            if not did:
                # No program, or none that can be run: all that would follow count.
                text = f"{outcome.describe_status()}\n" + outcome.stderr.decode("utf-8", "replace")[:2000]
                return [*found, (first, first, text), *((n, n, "not run") for n in range(first + 1, len(tests)))]
            started = first
            for number, output in did:
                is_last = number == did[-1][0]
                stop = stop_of(outcome, path) if is_last and outcome.status != 0 else None
                problem = difference(predictions[number], output, stop)
                first = number + 1
                if problem:
                    found.append((number, started, f"{problem}\n{outcome.stderr.decode('utf-8', 'replace')[:1500]}"))
                    break
        return found


    def differences_under_node(self, path, tests, predictions, seed):
        """The same under Node, where each program is a process: what is printed before a stop may be lost there, and a stop
        is a trap without a place."""
        module = path.with_suffix(".wasm")
        built = harness.run([self.zong, "build", "-O", "--single-memory", str(path), "-o", str(module)], timeout=120)
        if built.status != 0:
            return [(number, number, built.stderr.decode("utf-8", "replace")[:2000]) for number in range(len(tests))]
        found = []
        for number in range(len(tests)):
            words = [str(number), str(number + 1), str(seed)]
            outcome = harness.run([self.node, "--no-warnings", NODE_SCRIPT, str(module), *words], timeout=120)
            problem = difference_under_node(predictions[number], outcome)
            if problem:
                found.append((number, number, f"{problem}\n{outcome.stderr.decode('utf-8', 'replace')[:1500]}"))
        module.unlink()
        return found


def outputs(text):
    """What each program printed: (number, lines)."""
    found = []
    # An empty text is a line, too; what follows the last line's end is none.
    for line in text.split("\n")[:-1]:
        if line.startswith("#"):
            found.append((int(line[1:]), []))
        elif found:
            found[-1][1].append(line)
    return found


def stop_of(outcome, path):
    """The line and the message of a stop."""
    if outcome.status != STOPPED:
        return None, outcome.describe_status(), None, None
    text = outcome.stderr.decode("utf-8", "replace")
    message = re.search(r"^stop: (.*)$", text, re.MULTILINE)
    line = line_after("--> ", text, path)
    if not message or not line:
        return line, text[:200], None, None
    # What the message and its notes say of the memory's past.
    past = [line_after(words, text, path) for words in ("allocated at ", "(?:freed|append) at ")]
    return line, message[1], *past


def line_after(words, text, path):
    found = re.search(words + re.escape(str(path)) + r":(\d+):", text)
    return int(found[1]) if found else None


def difference_under_node(prediction, outcome):
    """What the program did differently under Node, or None."""
    did = outputs(outcome.stdout.decode("utf-8", "replace"))
    output = did[0][1] if did else []
    if prediction.stop is None:
        return difference(prediction, output, outcome.describe_status() if outcome.status != 0 else None)
    if outcome.status == 0 or b"RuntimeError: unreachable" not in outcome.stderr:
        return f"didn't stop in line {prediction.stop.line}: {outcome.describe_status()}"
    if output != prediction.output[:len(output)]:
        return difference(prediction, output, "a trap")
    return None


def difference(prediction, output, stop):
    """What the program did differently, or None."""
    expected = prediction.stop
    if output != prediction.output:
        pairs = enumerate(zip(output, prediction.output))
        at = next((i for i, (a, b) in pairs if a != b), min(len(output), len(prediction.output)))
        instead = f"{prediction.output[at:at + 3]}" + (f" and a stop in line {expected.line}" if expected else "")
        return f"output differs from line {at} on: {output[at:at + 3]} instead of {instead}; stop: {stop}"
    if expected is None:
        return f"stopped: {stop}" if stop else None
    if stop is None:
        return f"didn't stop in line {expected.line}: {sorted(expected.kinds)}"
    line, message, born, died = stop
    if line != expected.line:
        return f"stopped in line {line}, not {expected.line}: {message}, not {sorted(expected.kinds)}"
    if not any(MESSAGES[kind] in message for kind in expected.kinds) :
        return f"the message is {message!r}, not one of {sorted(expected.kinds)}"
    past = expected.allocation
    if past and past.kind in ("object", "slice") and MESSAGES["reused"] not in message:
        if born and past.born and born != past.born or died and past.died and died != past.died:
            return f"it says allocated at {born}, ended at {died}, instead of {past.born} and {past.died}"
    return None
