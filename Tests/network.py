"""What the network's tests share: peers that they start on free ports of this machine, and requests byte by byte."""

import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import harness

PROGRAMS = harness.ROOT / "Tests/Network"
# How long a test waits for anything before it takes it for hung.
PATIENCE = 20


class Missing(Exception):
    """A peer isn't installed. Without it the test has failed."""


def tool(name):
    path = shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin:" + harness.ENVIRONMENT.get("PATH", ""))
    if not path:
        raise Missing(f"{name} is not installed")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port, process):
    """Waits until somebody listens at a port."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} doesn't listen")


class Process:
    """A process that ends with the test."""

    def __init__(self, command, **options):
        self.errors = tempfile.TemporaryFile()
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": self.errors} | options
        self.process = subprocess.Popen(command, cwd=harness.ROOT, env=harness.ENVIRONMENT, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                stream.close()

    def error_text(self):
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")


class ZongServer(Process):
    """A program that prints its port when it listens."""

    def __init__(self, zong, program, *arguments, options=()):
        command = [zong, "run", "--leaks=fail", "--allow-net=127.0.0.1", *options, str(program), *arguments]
        super().__init__(command)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.process.wait(PATIENCE)
            raise RuntimeError(f"the server printed {line!r}\n{self.error_text()}")
        self.port = int(line)

    def __exit__(self, kind, *arguments):
        ended = self.process.poll()
        errors = self.error_text() if kind and ended is not None else ""
        super().__exit__(kind, *arguments)
        if errors:
            raise RuntimeError(f"the server ended with status {ended}\n{errors}")

    def stop(self):
        """Has the server stop by itself, and returns what is wrong with how it ended."""
        answer = exchange(self.port, b"GET /stop HTTP/1.1\r\nHost: a\r\n\r\n")
        problems = [] if answer.startswith(b"HTTP/1.1 200") else [f"/stop was answered with {answer[:100]!r}"]
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return [*problems, "the server didn't stop"]
        if status != 0 or self.process.stdout.read() != b"done\n":
            problems.append(f"the server ended with status {status}\n{self.error_text()}")
        return problems


class ZongClient:
    """Tests/Network/client.zong, which gets a line for each request and answers with one."""

    def __init__(self, zong):
        self.zong = zong

    def ask(self, *lines):
        """The answers to some requests, and what is wrong with how the program ended."""
        command = [self.zong, "run", "--leaks=fail", "--allow-net=127.0.0.1,localhost", str(PROGRAMS / "client.zong")]
        outcome = harness.run(command, "".join(f"{line}\n" for line in lines).encode(), timeout=60)
        answers = outcome.stdout.decode("utf-8", "replace").splitlines()
        problems = []
        if outcome.status != 0:
            problems.append(f"the client: {outcome.describe_status()}\n{outcome.stderr.decode('utf-8', 'replace')[:2000]}")
        return answers, problems


class Nginx(Process):
    """nginx with a configuration of the test's own; `{port}` and `{folder}` stand in it for what they are."""

    def __init__(self, servers, **ports):
        self.folder = Path(tempfile.mkdtemp(prefix="zong-nginx-"))
        self.port = free_port()
        servers = servers.replace("{port}", str(self.port)).replace("{folder}", str(self.folder))
        for name, port in ports.items():
            servers = servers.replace("{" + name + "}", str(port))
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            f"daemon off; master_process off; pid {self.folder}/pid; error_log {self.folder}/errors;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {temporary}\n{servers} }}\n")
        super().__init__([tool("nginx"), "-e", f"{self.folder}/errors", "-p", str(self.folder), "-c", str(configuration)])
        await_port(self.port, self.process)

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Process):
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="zong-redis-")
        self.port = free_port()
        super().__init__([
            tool("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--dir", self.folder.name])
        await_port(self.port, self.process)


class Script:
    """A server that does what a function does with each of its connections, one after the other."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.serve = serve
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.guarded, args=(connection,), daemon=True).start()

    def guarded(self, connection):
        with connection:
            connection.settimeout(PATIENCE)
            try:
                self.serve(connection)
            except OSError:
                pass


def connect(port, timeout=PATIENCE):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_to_end(connection):
    """All that comes until the other end closes; ends with b"(hung)" if it doesn't."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except TimeoutError:
        return received + b"(hung)"
    except ConnectionError:
        return received + b"(reset)"
    return received


def read_head(connection):
    """What comes up to the end of a head, and maybe more."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            break
        received += piece
    return received


def exchange(port, request, timeout=PATIENCE):
    """All that a server answers to some bytes, behind which nothing follows."""
    with connect(port, timeout) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        return read_to_end(connection)


def statuses(answer):
    """The statuses of the responses in an answer."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]
