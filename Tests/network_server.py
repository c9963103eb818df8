"""What a Zong HTTP server must do with requests of all kinds, and with clients that mean no good."""

import os
import random
import re
import socket
import subprocess
import tempfile
import time

import harness
import network
from network import PATIENCE, ZongServer, connect, exchange, read_head, read_to_end, statuses

PROGRAM = network.PROGRAMS / "server.zong"
HOST = b"Host: a\r\n"


def get(path=b"/", head=HOST, version=b"1.1"):
    return b"GET " + path + b" HTTP/" + version + b"\r\n" + head + b"\r\n"


def post(head, body, path=b"/show"):
    return b"POST " + path + b" HTTP/1.1\r\n" + HOST + head + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked\r\n"

# What is sent, and the statuses of what must come back.
ACCEPTED = {
    "plain": (get(), [200]),
    "name in another case": (get(head=b"hOST: a\r\n"), [200]),
    "white space around values": (get(head=b"Host:\t a \t\r\n"), [200]),
    "an empty line before": (b"\r\n" + get(), [200]),
    "an empty value": (get(head=HOST + b"X:\r\n"), [200]),
    "bytes beyond ASCII": (get(head=HOST + b"X: caf\xe9\r\n"), [200]),
    "two at once": (get() + get(b"/echo"), [200, 200]),
    "a hundred at once": (get() * 100, [200] * 100),
    "a whole URL": (get(b"http://a/show?x=1"), [200]),
    "options for all": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", [404]),
    "1.0 without host": (get(head=b"", version=b"1.0"), [200]),
    "1.0 closes": (get(version=b"1.0") + get(), [200]),
    "1.0 that stays": (get(head=HOST + b"Connection: keep-alive\r\n", version=b"1.0") + get(), [200, 200]),
    "1.9 is 1.1": (get(version=b"1.9"), [200]),
    "close": (get(head=HOST + b"Connection: x, Close\r\n") + get(), [200]),
    "length": (post(b"Content-Length: 3\r\n", b"abc") + get(), [200, 200]),
    "length 0": (post(b"Content-Length: 0\r\n", b"") + get(), [200, 200]),
    "length with zeros": (post(b"Content-Length: 0003\r\n", b"abc") + get(), [200, 200]),
    "chunks": (post(CHUNKED, b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n") + get(), [200, 200]),
    "chunks with extensions": (post(CHUNKED, b'3;a="b c";d\r\nabc\r\n0;x\r\n\r\n') + get(), [200, 200]),
    "chunks with trailers": (post(CHUNKED, b"3\r\nabc\r\n0\r\nX-A: b\r\nY: z\r\n\r\n") + get(), [200, 200]),
    "no chunk": (post(CHUNKED, b"0\r\n\r\n") + get(), [200, 200]),
    "coding in another case": (post(b"Transfer-Encoding: CHUNKED\r\n", b"0\r\n\r\n") + get(), [200, 200]),
    "continue": (post(b"Content-Length: 3\r\nExpect: 100-continue\r\n", b"abc"), [200]),
    "handler that fails": (get(b"/fail") + get(), [500, 200]),
    "unknown path": (get(b"/nothing") + get(), [404, 200]),
    "204": (get(b"/status?code=204") + get(), [204, 200]),
    "304": (get(b"/status?code=304") + get(), [304, 200]),
    "204 with a body": (get(b"/status?code=204&body") + get(), [500, 200]),
    "status that is none": (get(b"/status?code=99") + get(), [500, 200]),
    "status that is too large": (get(b"/status?code=1000") + get(), [500, 200]),
    "close by the handler": (get(b"/close") + get(), [200]),
    "line ends in an answer's head": (get(b"/split") + get(), [500, 200]),
    "a length of the handler's own": (get(b"/own-length") + get(), [500, 200]),
}

# What must be refused, after which nothing more is answered.
REFUSED = {
    "nothing but a line": (b"\r\n\r\n" + get(), 400),
    "no method": (b" / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no target": (b"GET HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no version": (b"GET /\r\n" + HOST + b"\r\n", 400),
    "two spaces": (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a tab": (b"GET\t/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a space behind": (b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n", 400),
    "a method that is none": (b"G(T / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "another protocol": (b"GET / HTTQ/1.1\r\n" + HOST + b"\r\n", 400),
    "version 2": (get(version=b"2.0"), 505),
    "version 0.9": (get(version=b"0.9"), 505),
    "version 1": (get(version=b"1"), 400),
    "version 1.10": (get(version=b"1.10"), 400),
    "no host": (get(head=b""), 400),
    "two hosts": (get(head=HOST * 2), 400),
    "a host that is two": (get(head=b"Host: a, b\r\n"), 400),
    "a host with a path": (get(head=b"Host: a/b\r\n"), 400),
    "bare LF in the first line": (b"GET / HTTP/1.1\n" + HOST + b"\r\n", 400),
    "bare LF in a field": (get(head=b"Host: a\n"), 400),
    "bare LF at the end": (b"GET / HTTP/1.1\r\n" + HOST + b"\n", 400),
    "bare CR in a value": (get(head=HOST + b"X: a\rb\r\n"), 400),
    "bare CR before a field": (get(head=HOST + b"\rX: a\r\n"), 400),
    "CR CR LF": (get(head=HOST + b"X: a\r\r\n"), 400),
    "NUL in a value": (get(head=HOST + b"X: a\0b\r\n"), 400),
    "control character in a value": (get(head=HOST + b"X: a\x1bb\r\n"), 400),
    "DEL in a value": (get(head=HOST + b"X: a\x7fb\r\n"), 400),
    "a folded line": (get(head=HOST + b"X: a\r\n b\r\n"), 400),
    "a folded line by a tab": (get(head=HOST + b"X: a\r\n\tb\r\n"), 400),
    "a folded first field": (b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    "a space before the colon": (get(head=b"Host : a\r\n"), 400),
    "a tab before the colon": (get(head=b"Host\t: a\r\n"), 400),
    "no colon": (get(head=HOST + b"X\r\n"), 400),
    "no name": (get(head=HOST + b": a\r\n"), 400),
    "a name with a space": (get(head=HOST + b"X Y: a\r\n"), 400),
    "a name beyond ASCII": (get(head=HOST + b"X\xc3\xa9: a\r\n"), 400),
    "a target with a control character": (get(b"/\x01"), 400),
    "a target beyond ASCII": (get(b"/\xc3\xa9"), 400),
    "a target with a fragment": (get(b"/#a"), 400),
    "a target that is no path": (get(b"a"), 400),
    "a star": (get(b"*"), 400),
    "a percent alone": (get(b"/%"), 400),
    "a percent and one digit": (get(b"/%4"), 400),
    "a percent and no digits": (get(b"/%zz"), 400),
    "a coded NUL": (get(b"/%00"), 400),
    "a path that is no UTF-8": (get(b"/%ff"), 400),
    "connect": (b"CONNECT a:80 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "length and chunks": (post(b"Content-Length: 3\r\n" + CHUNKED, b"0\r\n\r\n"), 400),
    "chunks and length": (post(CHUNKED + b"Content-Length: 3\r\n", b"0\r\n\r\n"), 400),
    "two lengths": (post(b"Content-Length: 3\r\nContent-Length: 4\r\n", b"abc"), 400),
    "one length twice": (post(b"Content-Length: 3\r\nContent-Length: 3\r\n", b"abc"), 400),
    "a list of lengths": (post(b"Content-Length: 3, 3\r\n", b"abc"), 400),
    "a negative length": (post(b"Content-Length: -3\r\n", b"abc"), 400),
    "a length with a sign": (post(b"Content-Length: +3\r\n", b"abc"), 400),
    "a length in hexadecimal": (post(b"Content-Length: 0x3\r\n", b"abc"), 400),
    "a length with a space": (post(b"Content-Length: 3 3\r\n", b"abc"), 400),
    "an empty length": (post(b"Content-Length:\r\n", b"abc"), 400),
    "a length of 2**64": (post(b"Content-Length: 18446744073709551616\r\n", b"abc"), 400),
    "a length of 2**63": (post(b"Content-Length: 9223372036854775808\r\n", b"abc"), 400),
    "a length of 18 digits": (post(b"Content-Length: 999999999999999999\r\n", b"abc"), 413),
    "another coding": (post(b"Transfer-Encoding: gzip\r\n", b""), 501),
    "two codings": (post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"), 501),
    "chunked twice": (post(CHUNKED * 2, b"0\r\n\r\n"), 400),
    "chunked that isn't": (post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"), 501),
    "chunked with a vertical tab": (post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"), 400),
    "identity": (post(b"Transfer-Encoding: identity\r\n", b""), 501),
    "an empty coding": (post(b"Transfer-Encoding:\r\n", b""), 501),
    "chunks by 1.0": (b"POST / HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n0\r\n\r\n", 400),
    "a chunk without size": (post(CHUNKED, b"\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk with a sign": (post(CHUNKED, b"+3\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk with a minus": (post(CHUNKED, b"-3\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk with 0x": (post(CHUNKED, b"0x3\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk with a space": (post(CHUNKED, b"3 \r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk with a space before": (post(CHUNKED, b" 3\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk of 16 digits": (post(CHUNKED, b"FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk of 2**64 + 3": (post(CHUNKED, b"10000000000000003\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk that is longer": (post(CHUNKED, b"2\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk that is shorter": (post(CHUNKED, b"4\r\nabc\r\n0\r\n\r\n"), 400),
    "a chunk's size with LF": (post(CHUNKED, b"3\nabc\r\n0\r\n\r\n"), 400),
    "a chunk's end with LF": (post(CHUNKED, b"3\r\nabc\n0\r\n\r\n"), 400),
    "an extension with LF": (post(CHUNKED, b"3;a\nabc\r\n0\r\n\r\n"), 400),
    "an extension with CR": (post(CHUNKED, b"3;a\rb\r\nabc\r\n0\r\n\r\n"), 400),
    "a trailer without colon": (post(CHUNKED, b"0\r\nX\r\n\r\n"), 400),
    "a trailer that is folded": (post(CHUNKED, b"0\r\nX: a\r\n b\r\n\r\n"), 400),
    "a trailer with LF": (post(CHUNKED, b"0\r\nX: a\n\r\n"), 400),
    "trailers without end": (post(CHUNKED, b"0\r\n" + b"X: a\r\n" * 5000), 400),
    "extensions without end": (post(CHUNKED, b"1;" + b"a" * 20000 + b"\r\n"), 400),
    "many small chunks with extensions": (post(CHUNKED, (b"1;" + b"a" * 50 + b"\r\nx\r\n") * 1000), 400),
    "an expectation": (post(b"Content-Length: 3\r\nExpect: more\r\n", b"abc"), 417),
    "a head that is too large": (get(head=HOST + b"X: " + b"a" * 40000 + b"\r\n"), 431),
    "a target that is too long": (get(b"/" + b"a" * 40000), 431),
    "a head without end": (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 20000, 431),
    "a first line without end": (b"A" * 70000, 431),
    "too many fields": (get(head=HOST + b"X: a\r\n" * 100), 431),
    "a body that is too large": (post(b"Content-Length: 1048577\r\n", b""), 413),
    "chunks that are too large": (post(CHUNKED, b"100001\r\n" + b"a" * 0x100001 + b"\r\n0\r\n\r\n"), 413),
}


def check_answer(name, answer, expected):
    if b"(hung)" in answer or b"(reset)" in answer:
        return [f"{name}: the connection wasn't closed as it must: {answer[-200:]!r}"]
    if statuses(answer) != expected:
        return [f"{name}: expected {expected}, got {answer[:300]!r}"]
    return []


def test_accepted(zong):
    problems = []
    for arguments in ([], ["steps=1"]):
        with ZongServer(zong, PROGRAM, *arguments) as server:
            for name, (request, expected) in ACCEPTED.items():
                problems += check_answer(name, exchange(server.port, request), expected)
            problems += server.stop()
    return problems


def test_random(zong):
    """Requests with some bytes changed, left out or doubled are answered with what is known, or not at all, and never end
    the server."""
    chance = random.Random(2026)
    sources = [request for request, _ in ACCEPTED.values()]
    special = b"\r\n\0 :;\t,0123456789abcdefABCDEFx%/?\x7f\xff"
    with ZongServer(zong, PROGRAM, "headTime=300", "bodyTime=300", "idleTime=300") as server:
        problems = []
        for _ in range(1500):
            request = bytearray(chance.choice(sources))
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(request))
                change = chance.randrange(4)
                if change == 0:
                    request[place] = chance.choice(special)
                elif change == 1:
                    del request[place:place + chance.randrange(1, 5)]
                elif change == 2:
                    request[place:place] = request[place:place + 10]
                else:
                    request[place:place] = bytes([chance.choice(special)])
                if not request:
                    break
            found = statuses(exchange(server.port, bytes(request)))
            if not set(found) <= {100, 200, 204, 304, 400, 404, 408, 413, 417, 431, 500, 501, 505}:
                problems.append(f"{bytes(request)!r}: {found}")
        return problems[:5] + check_answer("afterwards", exchange(server.port, get()), [200]) + server.stop()


def test_refused(zong):
    with ZongServer(zong, PROGRAM) as server:
        problems = []
        for name, (request, status) in REFUSED.items():
            # What follows must not be taken for a request.
            problems += check_answer(name, exchange(server.port, request + get(b"/smuggled")), [status])
        return problems + server.stop()


def test_pieces(zong):
    """However a request is cut into pieces, it is understood alike."""
    request = b"\r\n" + post(CHUNKED, b"3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\n", path=b"/show?x=1%20a") + get()
    with ZongServer(zong, PROGRAM) as server:
        whole = strip_dates(exchange(server.port, request))
        problems = [] if statuses(whole) == [200, 200] else [f"got {whole!r}"]
        for size in (1, 2, 3, 7, 50):
            with connect(server.port) as connection:
                for start in range(0, len(request), size):
                    connection.sendall(request[start:start + size])
                    time.sleep(0.0005)
                connection.shutdown(socket.SHUT_WR)
                answer = strip_dates(read_to_end(connection))
            if answer != whole:
                problems.append(f"in pieces of {size}: {answer!r}, as a whole {whole!r}")
        return problems + server.stop()


def strip_dates(answer):
    return re.sub(rb"Date: [^\r]*", b"Date:", answer)


def test_contents(zong):
    """What the handler is told, and what the client gets."""
    cases = {
        post(b"Content-Length: 3\r\nX-A: 1\r\nx-a: 2\r\n", b"abc", b"/show?x=a+b%21&y"):
            b"POST /show ?x=a+b%21&y 3\nHost=a\nContent-Length=3\nX-A=1\nx-a=2\nx is a b!\n",
        get(b"/sh%6fw?"): b"GET /show ? 0\nHost=a\n",
        get(b"http://b:80/show?q"): b"GET /show ?q 0\nHost=a\n",
        post(CHUNKED, b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"/echo"): b"abcde",
        get(b"/stream"): b"7\r\nline 0\n\r\n7\r\nline 1\n\r\n7\r\nline 2\n\r\n7\r\nline 3\n\r\n7\r\nline 4\n\r\n0\r\n\r\n",
        get(b"/stream", version=b"1.0"): b"line 0\nline 1\nline 2\nline 3\nline 4\n",
        b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n": b"",
        b"HEAD /stream HTTP/1.1\r\n" + HOST + b"\r\n": b"",
        get(b"/status?code=204"): b"",
        get(b"/fail"): b"500 Internal Server Error\n",
    }
    problems = []
    with ZongServer(zong, PROGRAM) as server:
        for request, expected in cases.items():
            head, _, body = exchange(server.port, request).partition(b"\r\n\r\n")
            if body != expected:
                problems.append(f"{request!r}: expected {expected!r}, got {head!r} {body!r}")
            if not re.search(rb"\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", head + b"\r\n"):
                problems.append(f"{request!r}: no date in {head!r}")
            if request.startswith(b"HEAD / ") and b"Content-Length: 6" not in head:
                problems.append(f"HEAD has no length: {head!r}")
            if b"204" in head.split(b"\r\n")[0] and b"Content-Length" in head:
                problems.append(f"204 has a length: {head!r}")
        # The client must see that the body isn't whole.
        broken = exchange(server.port, get(b"/fail-late"))
        if not broken.startswith(b"HTTP/1.1 200") or b"0\r\n\r\n" in broken:
            problems.append(f"a handler that fails late: {broken!r}")
        if "this fails as it must" not in server.error_text():
            problems.append("the handler's failure wasn't logged")
        return problems + server.stop()


def test_continue(zong):
    with ZongServer(zong, PROGRAM) as server, connect(server.port) as connection:
        problems = []
        connection.sendall(post(b"Content-Length: 3\r\nExpect: 100-continue\r\n", b"", b"/echo"))
        first = read_head(connection)
        if first != b"HTTP/1.1 100 Continue\r\n\r\n":
            problems.append(f"expected 100, got {first!r}")
        connection.sendall(b"abc" + get(head=HOST + b"Connection: close\r\n"))
        rest = read_to_end(connection)
        if statuses(rest) != [200, 200] or b"\r\n\r\nabc" not in rest:
            problems.append(f"behind it: {rest!r}")
        # Nothing is asked for that would be refused.
        with connect(server.port) as other:
            other.sendall(post(b"Content-Length: 2000000\r\nExpect: 100-continue\r\n", b""))
            answer = read_to_end(other)
        return problems + check_answer("a large body", answer, [413]) + server.stop()


def test_slow_clients(zong):
    """Silent and slow clients keep nobody waiting, and are told when their time is over."""
    with ZongServer(zong, PROGRAM, "headTime=2000", "bodyTime=2000", "idleTime=2000") as server:
        problems = []
        silent = [connect(server.port) for _ in range(50)]
        slow_heads = [connect(server.port) for _ in range(50)]
        for connection in slow_heads:
            connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        slow_body = connect(server.port)
        slow_body.sendall(post(b"Content-Length: 10\r\n", b"abc"))
        started = time.monotonic()
        for _ in range(20):
            answer = exchange(server.port, get())
            if statuses(answer) != [200]:
                problems.append(f"meanwhile: {answer!r}")
        # One that was kept waiting would wait for two seconds.
        if time.monotonic() - started > 1.8:
            problems.append(f"20 requests took {time.monotonic() - started:.2f} s beside slow clients")
        # A byte now and then doesn't give more time.
        for _ in range(25):
            time.sleep(0.1)
            try:
                slow_heads[0].sendall(b"a")
            except OSError:
                break
        for connection, expected in ((silent[0], []), (silent[49], []), (slow_heads[0], [408]), (slow_heads[49], [408]), (slow_body, [408])):
            connection.settimeout(5)
            answer = read_to_end(connection)
            if statuses(answer) != expected or b"(hung)" in answer:
                problems.append(f"expected {expected}, got {answer!r}")
        for connection in [*silent, *slow_heads, slow_body]:
            connection.close()
        return problems + server.stop()


def test_slow_readers(zong):
    """A client that doesn't read its response keeps nobody waiting either, and is left after a while."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(20_000_000))
        file.flush()
        path = f"/file?path={file.name}".encode()
        with ZongServer(zong, PROGRAM, "writeTime=2000", options=["--allow-read=/tmp"]) as server:
            problems = []
            lazy = [connect(server.port) for _ in range(5)]
            for connection in lazy:
                connection.sendall(get(path))
            slow = connect(server.port)
            slow.sendall(get(path, head=HOST + b"Connection: close\r\n"))
            started = time.monotonic()
            for _ in range(20):
                if statuses(exchange(server.port, get())) != [200]:
                    problems.append("another client got no answer")
            if time.monotonic() - started > 1.8:
                problems.append(f"20 requests took {time.monotonic() - started:.2f} s beside lazy readers")
            body = read_slowly(slow).partition(b"\r\n\r\n")[2]
            file.seek(0)
            if body != file.read():
                problems.append(f"the slow reader got {len(body)} bytes that aren't the file's")
            time.sleep(2.5)
            for connection in lazy:
                got = read_to_end(connection)
                if len(got) >= 20_000_000:
                    problems.append("a client that didn't read for longer than it may got everything")
                connection.close()
            return problems + server.stop()


def read_slowly(connection):
    received = b""
    while piece := connection.recv(1_000_000):
        received += piece
        time.sleep(0.005)
    return received


def test_files(zong):
    """Bodies that come from a source: whole, until its end, shorter than said."""
    with tempfile.NamedTemporaryFile() as file, ZongServer(zong, PROGRAM, options=["--allow-read=/tmp"]) as server:
        contents = os.urandom(300_000)
        file.write(contents)
        file.flush()
        path = f"/file?path={file.name}".encode()
        problems = []
        for name, target in (("length", path), ("chunked", path + b"&chunked")):
            outcome = harness.run([network.tool("curl"), "-s", f"http://127.0.0.1:{server.port}{target.decode()}"])
            if outcome.stdout != contents:
                problems.append(f"{name}: {len(outcome.stdout)} bytes that aren't the file's")
        answer = exchange(server.port, get(path + b"&more=1"))
        if not 299_000 < len(answer) < 300_400:
            problems.append(f"a file that is shorter than said: {len(answer)} bytes")
        head = exchange(server.port, b"HEAD " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n" + get())
        if statuses(head) != [200, 200] or b"Content-Length: 300000" not in head:
            problems.append(f"HEAD: {head[:300]!r}")
        missing = exchange(server.port, get(b"/file?path=/tmp/zong-no-such-file"))
        return problems + check_answer("a file that isn't there", missing, [500]) + server.stop()


def reset(connection):
    """Breaks a connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def test_resets(zong):
    """Connections that break at any place do no harm."""
    with ZongServer(zong, PROGRAM) as server:
        whole = post(CHUNKED, b"3\r\nabc\r\n0\r\n\r\n", b"/echo")
        for end in range(0, len(whole) + 1, 3):
            connection = connect(server.port)
            connection.sendall(whole[:end])
            reset(connection)
        for path in (b"/large?k=8000", b"/stream", b"/fail"):
            for pause in (0, 0.01, 0.05):
                connection = connect(server.port)
                connection.sendall(get(path))
                time.sleep(pause)
                reset(connection)
        return check_answer("afterwards", exchange(server.port, get()), [200]) + server.stop()


def test_large_responses(zong):
    """A body that is written bit by bit, of any size, arrives."""
    with ZongServer(zong, PROGRAM) as server:
        problems = []
        expected = bytes(ord("a") + i % 26 for i in range(1024))
        for kilobytes in (1, 100, 1023, 1024, 1025, 30_000):
            outcome = harness.run(
                [network.tool("curl"), "-s", f"http://127.0.0.1:{server.port}/large?k={kilobytes}"], timeout=PATIENCE)
            if outcome.stdout != expected * kilobytes:
                problems.append(f"{kilobytes} kilobytes: {len(outcome.stdout)} bytes came")
        return problems + server.stop()


def test_connection_limit(zong):
    with ZongServer(zong, PROGRAM, "connections=5") as server:
        problems = []
        held = [connect(server.port) for _ in range(5)]
        for connection in held:
            connection.sendall(get())
            read_head(connection)
        problems += check_answer("one too many", exchange(server.port, get()), [503])
        held[0].sendall(get())
        if statuses(read_head(held[0])) != [200]:
            problems.append("a connection within the limit isn't served")
        for connection in held:
            connection.close()
        time.sleep(0.2)
        return problems + check_answer("afterwards", exchange(server.port, get()), [200]) + server.stop()


def test_no_descriptors_left(zong):
    """When no more connections can be open, those that are there are served, and others once there is room."""
    with ZongServer(zong, PROGRAM, options=["--max-open-files=8"]) as server:
        problems = []
        held = [connect(server.port) for _ in range(12)]
        held[0].sendall(get())
        if statuses(read_head(held[0])) != [200]:
            problems.append("a connection that was there wasn't served")
        held[11].sendall(get())
        for connection in held[:8]:
            connection.close()
        if statuses(read_head(held[11])) != [200]:
            problems.append("a connection that had to wait wasn't served")
        for connection in held[8:]:
            connection.close()
        if "too many files" not in server.error_text() or server.error_text().count("\n") > 50:
            problems.append(f"the log: {server.error_text()[:1000]}")
        return problems + server.stop()


def test_many_connections(zong):
    """Five hundred connections at a time, each served in turn."""
    with ZongServer(zong, PROGRAM, options=["--max-open-files=600"]) as server:
        problems = []
        connections = [connect(server.port) for _ in range(500)]
        for turn in range(3):
            for connection in connections:
                connection.sendall(get())
            for connection in connections:
                answer = b""
                while not answer.endswith(b"hello\n"):
                    piece = connection.recv(4096)
                    if not piece:
                        problems.append(f"turn {turn}: {answer!r}")
                        break
                    answer += piece
        for connection in connections:
            connection.close()
        return problems[:3] + server.stop()


def test_graceful_stop(zong):
    """What has begun is answered when the server is told to stop; idle connections end."""
    with ZongServer(zong, PROGRAM) as server:
        idle = connect(server.port)
        idle.sendall(get())
        read_head(idle)
        begun = connect(server.port)
        begun.sendall(post(b"Content-Length: 3\r\n", b"a", b"/echo"))
        time.sleep(0.1)
        answer = exchange(server.port, get(b"/stop"))
        problems = check_answer("/stop", answer, [200])
        begun.sendall(b"bc")
        answer = read_to_end(begun)
        if statuses(answer) != [200] or not answer.endswith(b"abc") or b"Connection: close" not in answer:
            problems.append(f"what had begun: {answer!r}")
        if read_to_end(idle):
            problems.append("an idle connection got something")
        if server.process.wait(PATIENCE) != 0:
            problems.append(f"status {server.process.returncode}\n{server.error_text()}")
        idle.close()
        begun.close()
        return problems


def test_curl(zong):
    """curl with what it can: bodies both ways, several requests on a connection, other versions."""
    with ZongServer(zong, PROGRAM, "bodyBytes=10000000") as server:
        base = f"http://127.0.0.1:{server.port}"
        body = os.urandom(3_000_000)
        problems = []
        for options in ([], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect:"], ["--http1.0"], ["-X", "PUT"]):
            outcome = harness.run([network.tool("curl"), "-s", *options, "--data-binary", "@-", f"{base}/echo"], body, timeout=PATIENCE)
            if outcome.stdout != body:
                problems.append(f"{options}: {outcome.describe_status()}, {len(outcome.stdout)} bytes came back")
        outcome = harness.run(
            [network.tool("curl"), "-s", "-w", "%{num_connects} ", *[f"{base}/"] * 5], timeout=PATIENCE)
        if outcome.stdout != b"hello\n1 " + b"hello\n0 " * 4:
            problems.append(f"five requests: {outcome.stdout!r}")
        return problems + server.stop()


def test_wrk(zong):
    with ZongServer(zong, PROGRAM) as server:
        command = [network.tool("wrk"), "-t1", "-c50", "-d1s", f"http://127.0.0.1:{server.port}/"]
        report = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stdout
        found = re.search(r"(\d+) requests in", report)
        problems = []
        if not found or int(found[1]) < 100 or "Socket errors" in report or "Non-2xx" in report:
            problems.append(report)
        return problems + server.stop()


def tests():
    return {"server " + name[5:].replace("_", " "): test for name, test in globals().items() if name.startswith("test_")}
