"""What Zong's secured connections must do, with openssl and curl at the other end, and with ends that do it wrong."""

import contextlib
import os
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

import harness
import network
from network import Process, ZongServer, await_port, free_port, tool

PROGRAM = network.PROGRAMS / "secure.zong"


def openssl(folder, *arguments):
    done = subprocess.run([tool("openssl"), *arguments], cwd=folder, capture_output=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode()[-500:]}")


class Certificates:
    """An authority and what it vouches for, in a folder of its own: `good` for localhost and 127.0.0.1, `old`, which is over,
    and `own`, which vouches for itself."""

    def __init__(self):
        self.place = tempfile.TemporaryDirectory(prefix="zong-tls-")
        self.folder = Path(self.place.name)
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        for name in ("authority", "own"):
            openssl(self.folder, "req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost")
        for name, days in (("good", "2"), ("old", "-1")):
            openssl(self.folder, "req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=localhost")
            openssl(self.folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
                    "-set_serial", "1", "-days", days, "-extfile", "names", "-out", f"{name}.pem")
        (self.folder / "bytes").write_bytes(os.urandom(3_000_000))
        (self.folder / "few").write_bytes(b"few bytes\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.place.cleanup()

    def path(self, name):
        return str(self.folder / name)


def ask(zong, certificates, port, name="localhost", roots="authority.pem", file="bytes", options=()):
    """What the client prints."""
    roots = roots if roots == "system" else certificates.path(roots)
    command = [
        zong, "run", "--leaks=fail", "--allow-net=127.0.0.1", f"--allow-read={certificates.folder}", *options, str(PROGRAM),
        "client", str(port), name, roots, certificates.path(file)]
    outcome = harness.run(command, timeout=60)
    return f"{outcome.stdout.decode()}{'' if outcome.status == 0 else outcome.stderr.decode()}"


def server(zong, certificates, name="good"):
    return ZongServer(
        zong, PROGRAM, "server", certificates.path(f"{name}.pem"), certificates.path(f"{name}.key"),
        options=[f"--allow-read={certificates.folder}"])


@contextlib.contextmanager
def python_server(certificates, name, serve, **settings):
    """A server of Python's that handles each connection by `serve`; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.path(f"{name}.pem"), certificates.path(f"{name}.key"))
    for setting, value in settings.items():
        setattr(context, setting, value)
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    serve(context, connection)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def echo(context, connection):
    with context.wrap_socket(connection, server_side=True) as secured:
        while piece := secured.recv(65536):
            secured.sendall(piece)
        secured.unwrap()


def cut_off(context, connection):
    """Ends in the middle, without saying that it is the end."""
    secured = context.wrap_socket(connection, server_side=True)
    secured.recv(100)
    secured.sendall(b"half of ")
    secured.shutdown(socket.SHUT_RDWR)
    secured.close()


def test_client(zong):
    problems = []

    def expect(text, **request):
        said = ask(zong, certificates, port, **request)
        if text not in said:
            problems.append(f"{request}: expected {text!r}, got {said!r}")

    with Certificates() as certificates:
        with python_server(certificates, "good", echo) as port:
            expect("3000000 came back, the same")
            expect("10 came back, the same", name="127.0.0.1", file="few")
            expect("net.untrusted: can't secure", name="example.com")
            expect("hostname mismatch", name="example.com")
            expect("IP address mismatch", name="127.0.0.2")
            expect("net.untrusted", roots="system")
            expect("net.untrusted", roots="own.pem")
            expect("net.badCertificate", roots="good.key")
            expect("net.badCertificate", roots="few")
            expect("net.notFound", name="no name at all")
        with python_server(certificates, "old", echo) as port:
            expect("certificate has expired")
        with python_server(certificates, "own", echo) as port:
            expect("net.untrusted")
            expect("10 came back, the same", roots="own.pem", file="few")
        with python_server(certificates, "good", echo, maximum_version=ssl.TLSVersion.TLSv1_2) as port:
            expect("3000000 came back, the same")
        with python_server(certificates, "good", cut_off) as port:
            expect("net.reset", file="few")
        # It speaks, and not this protocol; it says nothing; it is gone at once.
        with python_server(certificates, "good", lambda _, connection: connection.sendall(b"220 hello\r\n" * 10)) as port:
            expect("net.")
        with python_server(certificates, "good", lambda _, connection: connection.recv(100) and threading.Event().wait(5)) as port:
            expect("net.timeout")
        with python_server(certificates, "good", lambda _, connection: None) as port:
            expect("net.reset")
    return problems


def test_openssl_server(zong):
    with Certificates() as certificates:
        port = free_port()
        command = [
            tool("openssl"), "s_server", "-quiet", "-www", "-accept", str(port), "-cert", certificates.path("good.pem"), "-key",
            certificates.path("good.key")]
        (certificates.folder / "few").write_bytes(b"GET / HTTP/1.0\r\n\r\n")
        with Process(command) as peer:
            await_port(port, peer.process)
            said = ask(zong, certificates, port, file="few")
    count = said.split(" ")[0]
    return [] if count.isdigit() and int(count) > 500 and "others" in said else [f"expected a page, got {said!r}"]


def test_server(zong):
    problems = []
    with Certificates() as certificates, server(zong, certificates) as zong_server:
        address = f"localhost:{zong_server.port}"
        client = [tool("openssl"), "s_client", "-quiet", "-connect", address, "-CAfile", certificates.path("authority.pem"),
                  "-verify_return_error", "-servername", "localhost"]
        done = subprocess.run(client, input=b"hello\n", capture_output=True, timeout=30)
        # `-quiet` keeps it open until the server ends, which echoes and waits for more: its timeout ends it.
        if done.stdout != b"hello\n":
            problems.append(f"openssl got {done.stdout!r} {done.stderr.decode()[-300:]}")
        said = ask(zong, certificates, zong_server.port)
        if "3000000 came back, the same" not in said:
            problems.append(f"zong got {said!r}")
        # One that doesn't trust it, one that speaks plainly, one that sends what is nothing, one that only connects: the
        # server tells of each and goes on.
        subprocess.run([tool("curl"), "-s", f"https://{address}/"], timeout=30, capture_output=True)
        for piece in (b"GET / HTTP/1.0\r\n\r\n", os.urandom(500), b"\x16\x03\x01\xff\xff" + b"x" * 100, b""):
            with socket.create_connection(("127.0.0.1", zong_server.port)) as connection:
                connection.settimeout(10)
                # The server may have closed it before all was sent.
                with contextlib.suppress(OSError):
                    connection.sendall(piece)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1000):
                        pass
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        try:
            with socket.create_connection(("127.0.0.1", zong_server.port)) as connection:
                old.wrap_socket(connection).close()
            problems.append("TLS 1.1 was taken")
        except (ssl.SSLError, OSError):
            pass
        said = ask(zong, certificates, zong_server.port, file="few")
        if "10 came back, the same" not in said:
            problems.append(f"at last: {said!r} {zong_server.error_text()}")
    return problems


def test_wrong_identities(zong):
    """A certificate and a key that don't belong together, or are none."""
    problems = []
    with Certificates() as certificates:
        for pair in (("good.pem", "own.key"), ("good.key", "good.key"), ("few", "few"), ("good.pem", "few")):
            command = [zong, "run", "--allow-net=127.0.0.1", f"--allow-read={certificates.folder}", str(PROGRAM), "server",
                       *map(certificates.path, pair)]
            outcome = harness.run(command, timeout=30)
            if outcome.status != 1 or b"no certificate, or no key" not in outcome.stderr:
                problems.append(f"{pair}: {outcome.describe_status()} {outcome.stderr.decode()[:300]}")
    return problems


def test_replay(zong):
    """What came over a secured connection is replayed without one."""
    with Certificates() as certificates:
        recording = certificates.path("run.rec")
        with python_server(certificates, "good", echo) as port:
            said = ask(zong, certificates, port, options=["--record", recording])
        again = harness.run([zong, "replay", recording], timeout=60)
    if "the same" in said and again.stdout.decode() == said:
        return []
    return [f"recorded {said!r}, replayed {again.stdout.decode()!r} {again.stderr.decode()[:300]}"]


NGINX = """
server {
  listen 127.0.0.1:{port} ssl;
  ssl_certificate {certificates}/good.pem;
  ssl_certificate_key {certificates}/good.key;
  location / { default_type text/plain; return 200 "$connection_requests $uri"; }
  location = /on { return 302 /there; }
}
"""


def test_https_client(zong):
    with Certificates() as certificates:
        with network.Nginx(NGINX.replace("{certificates}", str(certificates.folder))) as peer:
            paths = [f"https://localhost:{peer.port}/{name}" for name in ("a", "b", "on")]
            more = [f"https://127.0.0.1:{peer.port}/d", f"http://localhost:{peer.port}/", f"https://localhost.:{peer.port}/e"]
            outcome = harness.run(
                [zong, "run", "--leaks=fail", "--allow-net=127.0.0.1,localhost", f"--allow-read={certificates.folder}",
                 str(PROGRAM), "get", certificates.path("authority.pem"), *paths, *more], timeout=60)
    # The connection is kept for the second and third request, and not for plain HTTP, which nginx answers with a 400.
    expected = ["200 1 /a", "200 2 /b", "200 4 /there", "200 1 /d", "400 "]
    lines = outcome.stdout.decode().splitlines()
    if outcome.status or not all(line.startswith(start) for line, start in zip(lines, expected)):
        return [f"expected {expected}, got {lines} {outcome.stderr.decode()[:500]}"]
    return []


def test_https_server(zong):
    problems = []
    with Certificates() as certificates:
        options = [f"--allow-read={certificates.folder}"]
        with ZongServer(zong, PROGRAM, "web", certificates.path("good.pem"), certificates.path("good.key"), options=options) as peer:
            # One that never says anything, and one that speaks plainly, keep nobody waiting.
            with socket.create_connection(("127.0.0.1", peer.port)), \
                    socket.create_connection(("127.0.0.1", peer.port)) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                done = subprocess.run(
                    [tool("curl"), "-s", "--cacert", certificates.path("authority.pem"), f"https://localhost:{peer.port}/one",
                     f"https://localhost:{peer.port}/two"], capture_output=True, timeout=30)
            if done.stdout != b"hello from /one\nhello from /two\n":
                problems.append(f"curl got {done.stdout!r}, status {done.returncode}")
            # From `wrk`, 20 connections at once.
            done = subprocess.run(
                [tool("wrk"), "-c20", "-t1", "-d1s", f"https://127.0.0.1:{peer.port}/"], capture_output=True, timeout=30)
            if b"requests in" not in done.stdout or b"Socket errors" in done.stdout or b"Non-2xx" in done.stdout:
                problems.append(f"wrk: {done.stdout.decode()} {done.stderr.decode()}")
    return problems


def tests():
    return {
        "tls: client": test_client, "tls: openssl's server": test_openssl_server, "tls: server": test_server,
        "tls: wrong identities": test_wrong_identities, "tls: replay": test_replay,
        "tls: https client": test_https_client, "tls: https server": test_https_server,
    }
