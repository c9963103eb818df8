"""The kernels on small inputs, and how many instructions a run of one carries out (`--max-fuel`, `--stats`)."""

import json
import statistics
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Name: source, its parameters.
KERNELS = {
    "binary-trees": ("binary-trees", (12,)), "list": ("list", (1000, 100, 0)), "shuffled list": ("list", (1000, 100, 1)),
    "red-black": ("red-black", (5000, 2)), "hash-chained": ("hash-chained", (5000, 2)),
    "graph-search": ("graph-search", (2000, 3)), "lru": ("lru", (500, 50000)), "quicksort": ("quicksort", (100000,)),
    "sieve": ("sieve", (100000, 2)), "matrix": ("matrix", (100, 2)), "string-building": ("string-building", (5000, 4)),
    "n-body": ("n-body", (2000,)), "fibonacci": ("fibonacci", (22,)), "spectral-norm": ("spectral-norm", (100,)),
    "fannkuch": ("fannkuch", (8,)), "mandelbrot": ("mandelbrot", (60, 50)), "sha256": ("sha256", (6400, 4)),
    "dijkstra": ("dijkstra", (5000, 2)), "hash-map": ("hash-map", (2000, 3)), "word-count": ("word-count", (100000,)),
    "json": ("json", (200000,)), "regex": ("regex", (500,)), "lisp": ("lisp", (15, 2)),
}
# Hashes with a key that is random in each run, on which it depends how often two meet: the median of so many runs.
RUNS = {"hash-map": 9}
FUEL = 1 << 40


def count(zong, source, parameters, *options):
    """The WebAssembly instructions of a run, about one of fuel for each. Raises ValueError if it fails."""
    return statistics.median_high(
        count_once(zong, source, parameters, *options) for _ in range(RUNS.get(source, 1)))


def count_once(zong, source, parameters, *options):
    path = str(HERE / f"{source}.zong")
    command = [zong, "run", "-O", "--max-fuel", str(FUEL), "--stats", "--message-format", "json", *options, path]
    given = "".join(f"{parameter}\n" for parameter in parameters).encode()
    done = subprocess.run(command, input=given, capture_output=True)
    if done.returncode != 0:
        raise ValueError(f"{source}: {done.stderr.decode()}")
    return json.loads(done.stderr.splitlines()[-1])["statistics"]["fuel"]
