"""The examples that need a network: a server for files, notes over HTTP that survive being killed, a client for Redis."""

import http.client
import json
import os
import random
import socket
import tempfile
import threading
import time
from pathlib import Path

import harness
import network
from network import PATIENCE, Process, Redis, exchange, statuses

EXAMPLES = harness.ROOT / "examples"


class Example(Process):
    """An example that is a server, which prints its port."""

    def __init__(self, zong, program, folder, *options):
        super().__init__([zong, "run", "--leaks=fail", "--allow-net=127.0.0.1", *options, str(program), str(folder), "0"])
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.process.wait(PATIENCE)
            raise RuntimeError(f"the server printed {line!r}\n{self.error_text()}")
        self.port = int(line)

    def terminate(self):
        """Tells the server to end, and returns what is wrong with how it does."""
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        return [] if status == 0 else [f"told to end it ended with status {status}\n{self.error_text()[:1000]}"]

    def ask(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer
        finally:
            connection.close()


# MARK: Files

# Every way out of the folder that a path can try.
ESCAPES = [
    "/../secret", "/..", "/a/../../secret", "/%2e%2e/secret", "/%2E%2E/secret", "/.%2e/secret", "/..%2fsecret", "/%2e%2e%2fsecret",
    "/a/%2e%2e/%2e%2e/secret", "/..\\secret", "/..%5csecret", "/%5c..%5csecret", "//../secret", "/./../secret", "/a//../../secret",
    "/%252e%252e/secret", "/..;/secret", "/...//secret", "/link", "/folder-link/secret", "/folder-link/", "/a/link", "/loop",
    "/absolute", "/.hidden", "/.git/config", "/a/.hidden", "/%2ehidden", "/etc/passwd", "//etc/passwd", "/%2fetc/passwd",
    "/file:///etc/passwd", "/proc/self/environ", "/fifo-link", "/a%00/../../secret", "/" + "../" * 50 + "etc/passwd",
    "/" + "a/" * 2000 + "x", "/" + "a" * 300,
]


def furnish(folder):
    site = folder / "site"
    (site / "a").mkdir(parents=True)
    (site / ".git").mkdir()
    (folder / "other").mkdir()
    (folder / "secret").write_text("SECRET")
    (folder / "other/secret").write_text("SECRET")
    for name in (".hidden", ".git/config", "a/.hidden"):
        (site / name).write_text("SECRET")
    (site / "link").symlink_to("../secret")
    (site / "a/link").symlink_to("../../secret")
    (site / "folder-link").symlink_to("../other")
    (site / "absolute").symlink_to(folder / "secret")
    (site / "loop").symlink_to("loop")
    (site / "index.html").write_text("<p>home</p>")
    (site / "a/b c é.txt").write_text("text")
    (site / "empty").mkdir()
    (site / "large.bin").write_bytes(os.urandom(5_000_000))
    return site


def test_file_server(zong):
    with tempfile.TemporaryDirectory(prefix="zong-site-") as name:
        folder = Path(name).resolve()
        site = furnish(folder)
        problems = []
        # With the least that it needs, and with more: it keeps to its folder by itself.
        for allowed in (f"--allow-read={site}", "--allow-read"):
            with Example(zong, EXAMPLES / "file-server.zong", site, allowed) as server:
                problems += check_escapes(server) + check_files(server, site) + server.terminate()
        return problems


def check_escapes(server):
    problems = []
    for path in ESCAPES:
        answer = exchange(server.port, f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        if b"SECRET" in answer or b"root:" in answer or not set(statuses(answer)) <= {400, 404} or not answer:
            problems.append(f"{path[:60]}: {answer[:300]!r}")
    return problems


def check_files(server, site):
    problems = []

    def expect(method, path, status, body=None, headers={}, **fields):
        got, contents, answer = server.ask(method, path, headers=headers)
        if got != status or body is not None and contents != body:
            problems.append(f"{method} {path}: {got} {contents[:100]!r}")
        for field, value in fields.items():
            field = field.replace("_", "-")
            if answer.getheader(field) != value:
                problems.append(f"{method} {path}: {field} is {answer.getheader(field)!r}")
        return answer

    first = expect("GET", "/", 200, b"<p>home</p>", Content_Type="text/html; charset=utf-8", Content_Length="11")
    expect("GET", "/", 304, b"", {"If-Modified-Since": first.getheader("Last-Modified")})
    expect("GET", "/", 200, None, {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"})
    expect("GET", "/", 200, None, {"If-Modified-Since": "yesterday"})
    expect("HEAD", "/index.html", 200, b"", Content_Length="11")
    expect("GET", "/a/b%20c%20%C3%A9.txt", 200, b"text", Content_Type="text/plain; charset=utf-8")
    expect("GET", "/a/b%20c%20%C3%A9.txt?x=y", 200, b"text")
    expect("GET", "/a", 301, Location="./a/")
    expect("GET", "//a", 301, Location="./a/")
    expect("GET", "/empty/", 404)
    expect("GET", "/index.html/x", 404)
    expect("POST", "/index.html", 405, Allow="GET, HEAD")
    expect("GET", "/large.bin", 200, (site / "large.bin").read_bytes(), Content_Type="application/octet-stream")
    return problems


# MARK: Notes

class Notes:
    """The notes API, compiled once and started as often as it is killed."""

    def __init__(self, zong, folder):
        self.zong = zong
        self.folder = folder / "notes"
        self.folder.mkdir()
        self.program = folder / "notes.wasm"
        built = harness.run([zong, "build", "-O", str(EXAMPLES / "notes-api.zong"), "-o", str(self.program)], timeout=60)
        if built.status != 0:
            raise RuntimeError(built.stderr.decode())

    def start(self):
        return Example(self.zong, self.program, self.folder, f"--allow-read={self.folder}", f"--allow-write={self.folder}")


def test_notes(zong):
    with tempfile.TemporaryDirectory(prefix="zong-notes-") as name:
        with Notes(zong, Path(name).resolve()).start() as server:
            problems = []

            def expect(method, path, body, status, answer=None):
                got, contents, _ = server.ask(method, path, body)
                if got != status or answer is not None and json.loads(contents) != answer:
                    problems.append(f"{method} {path} {body}: {got} {contents[:200]!r}")

            one, two = {"id": 1, "text": "one é \"\n"}, {"id": 2, "text": ""}
            expect("GET", "/notes", None, 200, [])
            expect("POST", "/notes", json.dumps(one), 201, one)
            expect("POST", "/notes", '{"text": ""}', 201, two)
            expect("GET", "/notes/1", None, 200, one)
            expect("GET", "/notes", None, 200, [one, two])
            expect("PUT", "/notes/1", '{"text": "new"}', 200, {"id": 1, "text": "new"})
            expect("DELETE", "/notes/2", None, 204)
            expect("DELETE", "/notes/2", None, 404)
            expect("GET", "/notes/2", None, 404)
            expect("PUT", "/notes/2", '{"text": "x"}', 404)
            expect("POST", "/notes", '{"text": "three"}', 201, {"id": 3, "text": "three"})
            for bad in ("", "{", "[]", '{"text": 1}', '{"texts": "x"}', b"\xff", "[" * 100000):
                expect("POST", "/notes", bad, 400)
            for path in ("/", "/notes/", "/notes/0", "/notes/01", "/notes/x", "/notes/1/2", "/notes/..", "/notes/../x", "/notes/99999999999999999999"):
                expect("GET", path, None, 404)
            expect("PATCH", "/notes", None, 405)
            expect("POST", "/notes/1", "{}", 405)
            expect("POST", "/notes", json.dumps({"text": "x" * 2_000_000}), 413)
            expect("GET", "/notes", None, 200, [{"id": 1, "text": "new"}, {"id": 3, "text": "three"}])
            return problems + server.terminate()


class Writer(threading.Thread):
    """Adds, changes and deletes notes until the server is gone. `known` holds, for each note, the texts that it may have
    now (None: it isn't there): one if the last request for it was answered, two if nobody knows whether it was done."""

    def __init__(self, port, known, seed):
        super().__init__()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.known = known
        self.chance = random.Random(seed)
        self.acknowledged = 0
        # The text of a note that was asked for without an answer.
        self.unanswered = None
        self.problems = []

    def run(self):
        try:
            while True:
                self.step()
        except (OSError, http.client.HTTPException):
            return
        finally:
            self.connection.close()

    def step(self):
        there = [number for number, texts in self.known.items() if texts[-1] is not None]
        action = self.chance.choice(["POST", "PUT", "PUT", "DELETE"] if there else ["POST"])
        text = f"{action} {self.chance.random()} " + "x" * self.chance.randrange(3000)
        if action == "POST":
            self.unanswered = text
            status, contents = self.request("POST", "/notes", text)
            self.unanswered = None
            number = json.loads(contents)["id"]
            if self.known.get(number, [None]) != [None]:
                self.problems.append(f"the number {number} was given twice")
            self.known[number] = [text]
        else:
            number = self.chance.choice(there)
            wanted = text if action == "PUT" else None
            self.known[number] = [*self.known[number], wanted]
            status, _ = self.request(action, f"/notes/{number}", text)
            self.known[number] = [wanted]
        if status != {"POST": 201, "PUT": 200, "DELETE": 204}[action]:
            self.problems.append(f"{action}: {status}")
        self.acknowledged += 1

    def request(self, method, path, text):
        self.connection.request(method, path, json.dumps({"text": text}))
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def check_notes(server, known, unanswered):
    """Compares what the server has with what it may have; what it has is what is known from then on."""
    status, contents, _ = server.ask("GET", "/notes")
    notes = {note["id"]: note["text"] for note in json.loads(contents)}
    problems = [] if status == 200 else [f"GET /notes: {status}"]
    for number, texts in known.items():
        # The number of a note that is gone may have been given to one that was asked for last.
        if notes.get(number) not in texts and not (texts == [None] and notes[number] == unanswered):
            problems.append(f"note {number} is {str(notes.get(number))[:60]}, not {[str(text)[:60] for text in texts]}")
        known[number] = [notes.get(number)]
    for number in notes.keys() - known.keys():
        if notes[number] != unanswered:
            problems.append(f"note {number} comes from nowhere: {notes[number][:60]}")
        known[number] = [notes[number]]
    return problems


def test_notes_killed(zong):
    """Killed a hundred times while it writes, it never loses or half does what it has answered."""
    with tempfile.TemporaryDirectory(prefix="zong-notes-") as name:
        notes = Notes(zong, Path(name).resolve())
        known, unanswered, problems, acknowledged = {}, None, [], 0
        chance = random.Random(2026)
        for turn in range(100):
            with notes.start() as server:
                problems += check_notes(server, known, unanswered)
                writer = Writer(server.port, known, turn)
                writer.start()
                time.sleep(chance.random() * 0.05)
                server.process.kill()
                writer.join(PATIENCE)
                unanswered = writer.unanswered
                problems += writer.problems
                acknowledged += writer.acknowledged
            if problems:
                return [f"after {turn + 1} kills:", *problems[:5]]
        with notes.start() as server:
            problems += check_notes(server, known, unanswered)
        left = [path.name for path in notes.folder.iterdir() if not path.name.endswith(".json")]
        if left:
            problems.append(f"left behind: {left[:5]}")
        if acknowledged < 100:
            problems.append(f"only {acknowledged} writes were answered")
        return problems


# MARK: Redis

COMMANDS = [
    ("PING", "PONG"), ("SET a 1", "OK"), ("GET a", '"1"'), ("GET nothing", "(nil)"), ("INCR a", "(integer) 2"),
    ('SET b "two words é"', "OK"), ("GET b", '"two words \\xc3\\xa9"'), ('SET empty ""', "OK"), ("GET empty", '""'),
    ("LPUSH b x", "(error) WRONGTYPE Operation against a key holding the wrong kind of value"),
    ("NOSUCH", "(error) ERR unknown command 'NOSUCH', with args beginning with: "), ("RPUSH l 1 2 3", "(integer) 3"),
    ("LRANGE l 0 -1", '1) "1"\n2) "2"\n3) "3"'), ("LRANGE none 0 -1", "(empty)"), ("DEL a b", "(integer) 2"),
    ('EVAL "return {1, {2, {}, false}, \'x\'}" 0', '1) (integer) 1\n2) 1) (integer) 2\n   2) (empty)\n   3) (nil)\n3) "x"'),
    ("SETRANGE big 999999 x", "(integer) 1000000"), ("STRLEN big", "(integer) 1000000"),
    ("GET big", '"' + "\\x00" * 999999 + 'x"'),
]


def redis_client(zong, port, commands):
    command = [zong, "run", "--leaks=fail", "--allow-net=127.0.0.1", str(EXAMPLES / "redis-client.zong"), "127.0.0.1", str(port)]
    return harness.run(command, "".join(f"{line}\n" for line in commands).encode(), timeout=60)


def test_redis(zong):
    with Redis() as redis:
        outcome = redis_client(zong, redis.port, [command for command, _ in COMMANDS])
        expected = "".join(f"{answer}\n" for _, answer in COMMANDS)
        problems = []
        if outcome.status != 0 or outcome.stdout.decode() != expected:
            problems.append(f"{outcome.describe_status()}\n{outcome.stdout.decode()[:1500]}\n{outcome.stderr.decode()[:1500]}")
        many = redis_client(zong, redis.port, ["INCR n"] * 20_000)
        if many.stdout.decode() != "".join(f"(integer) {i + 1}\n" for i in range(20_000)):
            problems.append(f"20,000 commands at once: {many.describe_status()}, {many.stdout[-100:]!r}")
        return problems


def test_redis_attacks(zong):
    """A server that sends what is no answer ends the client with an error."""
    answers = {
        b"": "closed the connection", b"+OK": "closed the connection", b"?\r\n": "isn't Redis' protocol", b"+OK\rx": "doesn't end",
        b"$5\r\nabcdefg": "doesn't end", b"$99999999999\r\n": "too large", b"$-9\r\n": None, b":abc\r\n": "no whole number",
        b"*1\r\n" * 100: "nested too deeply", b"*99999999999\r\n:1\r\n": "closed the connection", b"+" + b"a" * 100_000: "no end",
        b"+\xff\r\n": "UTF-8", b"$600000000\r\n": "too large",
    }
    problems = []
    for answer, expected in answers.items():
        def serve(connection):
            connection.recv(1000)
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)

        with network.Script(serve) as script:
            outcome = redis_client(zong, script.port, ["PING"])
        text = outcome.stderr.decode("utf-8", "replace")
        if outcome.status != (1 if expected else 0) or expected and expected not in text:
            problems.append(f"{answer[:50]!r}: {outcome.describe_status()} {outcome.stdout!r} {text[:500]}")
    return problems


def tests():
    return {"example " + name[5:].replace("_", " "): test for name, test in globals().items() if name.startswith("test_")}
