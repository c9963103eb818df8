"""What Zong's HTTP client must do with servers of all kinds: nginx, and connections that answer byte by byte what no good
server would."""

import hashlib
import os
import time

import network
from network import Nginx, Script, ZongClient, read_head

NGINX = """
server {
  listen 127.0.0.1:{port};
  root {folder};
  client_max_body_size 1m;
  location = /count { default_type text/plain; return 200 "$connection_requests"; }
  location = /short-lived { keepalive_requests 1; default_type text/plain; return 200 "once"; }
  location = /idle { keepalive_timeout 1s; default_type text/plain; return 200 "$connection_requests"; }
  location = /agent { return 200 "$http_user_agent $http_x_test $request_method $host:$server_port $arg_x"; }
  location = /authorization { return 200 "[$http_authorization] [$http_cookie] [$http_x_test]"; }
  location = /method { return 200 "$request_method $content_length"; }
  location = /moved { return 301 /count; }
  location = /found { return 302 /method; }
  location = /other { return 303 /method; }
  location = /again { return 307 /method; }
  location = /always { return 308 http://127.0.0.1:{port}/method; }
  location = /relative/a/b { return 302 ../../agent?x=1#part; }
  location = /loop { return 302 /loop; }
  location = /elsewhere { return 302 http://localhost:{port}/authorization; }
  location = /elsewhere-and-back { return 302 http://localhost:{port}/back; }
  location = /back { return 302 http://127.0.0.1:{port}/authorization; }
  location = /nowhere { return 302 "http://"; }
  location = /secure { return 302 https://127.0.0.1:{port}/; }
  location = /chunked.txt { ssi on; ssi_types *; }
  location = /slow.bin { limit_rate 100k; }
  location = /post { proxy_pass http://127.0.0.1:{port}/method; proxy_http_version 1.1; }
  location = /no-content { return 204; }
  location = /forbidden { return 403 "no"; }
}
"""


def digest(data):
    return hashlib.sha256(data).hexdigest()


def check(answers, expected):
    """Each expectation is what an answer begins with, or a function that judges it."""
    problems = []
    if len(answers) != len(expected):
        problems.append(f"{len(answers)} answers, not {len(expected)}")
    for answer, wanted in zip(answers, expected):
        fits = wanted(answer) if callable(wanted) else answer.startswith(wanted)
        if not fits:
            problems.append(f"expected {wanted if isinstance(wanted, str) else 'another answer'}, got {answer[:500]}")
    return problems


def ends(text):
    return lambda answer: answer.startswith("200 ") and answer.endswith(text)


def ask(zong, *pairs):
    """Sends the requests of (request, expectation) pairs; settings have no answer."""
    answers, problems = ZongClient(zong).ask(*(line for line, _ in pairs))
    return problems + check(answers, [wanted for _, wanted in pairs if wanted is not None])


def test_nginx(zong):
    large = os.urandom(10_000_000)
    with Nginx(NGINX) as nginx:
        (nginx.folder / "large.bin").write_bytes(large)
        (nginx.folder / "slow.bin").write_bytes(large[:150_000])
        (nginx.folder / "chunked.txt").write_text("chunk " * 50_000)
        (nginx.folder / "empty").write_bytes(b"")
        base = f"http://127.0.0.1:{nginx.port}"
        return ask(
            zong,
            (f"GET {base}/large.bin", f"200 10000000 {digest(large)}"),
            (f"stream 1 {base}/empty", f"200 0 {base}/empty"),
            (f"stream 7 {base}/slow.bin", f"200 150000 {base}/slow.bin"),
            (f"stream 100000 {base}/chunked.txt", f"200 300000 {base}/chunked.txt"),
            (f"GET {base}/chunked.txt", f"200 300000 {digest(b'chunk ' * 50_000)} text/plain"),
            (f"GET {base}/empty", "200 0 "),
            (f"HEAD {base}/large.bin", "200 0 "),
            (f"GET {base}/nothing", "404 "),
            (f"GET {base}/no-content", "204 0 "),
            (f"GET {base}/forbidden", "403 2 "),
            (f"DELETE {base}/large.bin", "405 "),
            (f"GET {base}/agent?x=%41 X-Test:y", ends(f"zong y GET 127.0.0.1:{nginx.port} %41")),
            (f"GET http://localhost:{nginx.port}/agent User-Agent:me", ends(f"me  GET localhost:{nginx.port} ")),
            (f"POST {base}/method =hello", ends("POST 5")),
            (f"POST {base}/method", ends("POST 0")),
            (f"PUT {base}/method =x", ends("PUT 1")),
            (f"upload 500000 length {base}/post", ends("POST 500000")),
            (f"upload 500000 chunked {base}/post", ends("POST 500000")),
            (f"upload 5000000 length {base}/post", "413 "),
            (f"upload 5000000 chunked {base}/post", "413 "),
            (f"GET {base}/forbidden", "403 2 "),
        )


def test_keep_alive(zong):
    with Nginx(NGINX) as nginx:
        base = f"http://127.0.0.1:{nginx.port}"
        return ask(
            zong,
            (f"GET {base}/count", ends(" 1")),
            (f"GET {base}/count", ends(" 2")),
            (f"HEAD {base}/count", "200 0 "),
            (f"POST {base}/count =abc", ends(" 4")),
            (f"GET {base}/nothing", "404 "),
            (f"GET {base}/count", ends(" 6")),
            # The same server by another name is another one.
            (f"GET http://localhost:{nginx.port}/count", ends(" 1")),
            (f"GET {base}/count", ends(" 7")),
            (f"GET {base}/short-lived", ends("once")),
            (f"GET {base}/count", ends(" 1")),
            # What isn't read to its end can't be followed by another answer.
            ("bodyBytes 0", None),
            (f"GET {base}/count", "error http.bodyTooLarge "),
            ("bodyBytes 1000000", None),
            (f"GET {base}/count", ends(" 1")),
            ("idleTime 100", None),
            ("sleep 300", None),
            (f"GET {base}/count", ends(" 1")),
            ("idleTime 30000", None),
            # The server closes what was idle for a second: the client sees it, and takes a new one.
            (f"GET {base}/idle", ends(" 2")),
            ("sleep 1500", None),
            (f"POST {base}/count =abc", ends(" 1")),
            ("connections 0", None),
            (f"GET {base}/count", ends(" 2")),
            (f"GET {base}/count", ends(" 1")),
        )


def test_redirects(zong):
    with Nginx(NGINX) as nginx:
        base = f"http://127.0.0.1:{nginx.port}"
        secrets = "Authorization:secret Cookie:a=b X-Test:c"
        return ask(
            zong,
            (f"GET {base}/moved", ends(" 2")),
            (f"GET {base}/relative/a/b", ends(f"127.0.0.1:{nginx.port} 1")),
            (f"POST {base}/found =abc", ends("GET ")),
            (f"POST {base}/other =abc", ends("GET ")),
            (f"PUT {base}/other =abc", ends("GET ")),
            (f"POST {base}/again =abc", ends("POST 3")),
            (f"POST {base}/always =abc", ends("POST 3")),
            (f"HEAD {base}/found", "200 0 "),
            (f"upload 10 length {base}/found", ends("GET ")),
            (f"upload 10 length {base}/again", "307 "),
            (f"GET {base}/loop", "error http.redirects "),
            ("redirects 0", None),
            (f"GET {base}/moved", "error http.redirects "),
            ("redirects 1", None),
            (f"GET {base}/moved", "200 "),
            ("redirects 10", None),
            (f"GET {base}/authorization {secrets}", ends("[secret] [a=b] [c]")),
            (f"GET {base}/elsewhere {secrets}", ends("[] [] [c]")),
            (f"GET {base}/elsewhere-and-back {secrets}", ends("[] [] [c]")),
            (f"GET http://me:p%40ss@127.0.0.1:{nginx.port}/authorization", ends("[Basic bWU6cEBzcw==] [] []")),
            (f"GET http://me:p%40ss@127.0.0.1:{nginx.port}/elsewhere", ends("[] [] []")),
            (f"GET {base}/nowhere", "error url.malformed "),
            (f"GET {base}/secure", "error "),
        )


def test_wrong_requests(zong):
    """What would be no request isn't sent."""
    def serve(connection):
        head = read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(head), head))

    with Script(serve) as script:
        base = f"http://127.0.0.1:{script.port}"
        problems = ask(
            zong,
            ("GET 127.0.0.1", "error url.malformed "),
            ("GET ftp://127.0.0.1/", "error http.notSupported "),
            (f"GET {base}/\u00e9", "error url.malformed "),
            (f"GET {base}/\x01", "error url.malformed "),
            (f"G(T {base}/", "error http.invalidField "),
            (f"GET {base}/ X\u00e9:a", "error http.invalidField "),
            (f"GET {base}/ X:a\x01b", "error http.invalidField "),
            (f"GET {base}/ Host:a", "error http.invalidField "),
            (f"POST {base}/ content-length:3 =abc", "error http.invalidField "),
            (f"POST {base}/ Transfer-Encoding:chunked =abc", "error http.invalidField "),
            (f"GET {base}?a", lambda answer: answer.startswith("200 ") and "GET /?a HTTP/1.1" in answer),
        )
        return problems + ([] if script.connections <= 6 else [f"{script.connections} connections"])


def bad(answer):
    return lambda connection: (read_head(connection), connection.sendall(answer))


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# Answers, and what the client must make of them.
ANSWERS = {
    b"": "error http.closed ",
    b"HTTP": "error http.closed ",
    OK + b"Content-Length: 3\r\n\r\nabc": "200 3 ",
    OK + b"Content-Length: 3\r\n\r\nabcdef": "200 3 ",
    OK + b"Content-Length: 3\r\n\r\nab": "error http.closed ",
    OK + b"\r\nuntil the end": "200 13 ",
    b"HTTP/1.0 200 OK\r\n\r\nold": "200 3 ",
    b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n": "200 0 ",
    b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n": "200 0 ",
    b"HTTP/1.1 299 caf\xe9\r\nContent-Length: 0\r\n\r\n": "299 0 ",
    OK + b"Content-Length: 0\r\nX: \xff\r\n\r\n": "200 0 ",
    CHUNKED + b"3\r\nabc\r\n0\r\n\r\n": "200 3 ",
    CHUNKED + b"3;x\r\nabc\r\n0\r\nX: y\r\n\r\n": "200 3 ",
    CHUNKED + b"3\r\nabc\r\n0\r\n": "error http.closed ",
    CHUNKED + b"3\r\nabc\r\n": "error http.closed ",
    CHUNKED + b"3\r\nab": "error http.closed ",
    CHUNKED + b"3\nabc\n0\n\n": "error http.malformed ",
    CHUNKED + b"x\r\n": "error http.malformed ",
    CHUNKED + b"FFFFFFFFFFFFFFFFF\r\n": "error http.malformed ",
    CHUNKED + b"fffffffffffffff\r\nabc": "error http.closed ",
    CHUNKED + b"2\r\nabc\r\n0\r\n\r\n": "error http.malformed ",
    OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": "error http.malformed ",
    OK + b"Transfer-Encoding: gzip\r\n\r\n": "error http.notSupported ",
    OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd": "error http.malformed ",
    OK + b"Content-Length: x\r\n\r\n": "error http.malformed ",
    OK + b"Content-Length: -1\r\n\r\n": "error http.malformed ",
    OK + b"Content-Length: 99999999999999999999\r\n\r\n": "error http.malformed ",
    OK + b"Content-Length: 999999999999999999\r\n\r\n": "error http.bodyTooLarge ",
    OK + b"X: a\r\n b\r\n\r\n": "error http.malformed ",
    OK + b"X : a\r\n\r\n": "error http.malformed ",
    OK + b"X\r\n\r\n": "error http.malformed ",
    OK + b"X: a\nY: b\r\n\r\n": "error http.malformed ",
    OK + b"X: a\rb\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 200 O\x00K\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 20 OK\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 2000 OK\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 abc OK\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 099 OK\r\n\r\n": "error http.malformed ",
    b"HTTP/2.0 200 OK\r\n\r\n": "error http.version ",
    b"SSH-2.0-OpenSSH\r\n\r\n": "error http.malformed ",
    b"<html>\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na": "200 1 ",
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na": "200 1 ",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 100: "error http.malformed ",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n": "error http.malformed ",
    b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello": "204 0 ",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n": "304 0 ",
    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n": "302 0 ",
    b"HTTP/1.1 302 Found\r\nLocation: http://a b/\r\nContent-Length: 0\r\n\r\n": "error url.malformed ",
    OK + b"X: a\r\n" * 300 + b"\r\n": "error http.tooManyFields ",
    OK + b"X: " + b"a" * 100_000 + b"\r\n\r\n": "error http.headTooLarge ",
    b"a" * 100_000: "error http.headTooLarge ",
    OK + b"\r\n" + b"a" * 2_000_000: "error http.bodyTooLarge ",
    CHUNKED + b"1\r\na\r\n" * 1_000_001 + b"0\r\n\r\n": "error http.bodyTooLarge ",
}


def test_bad_answers(zong):
    scripts = [Script(bad(answer)) for answer in ANSWERS]
    pairs = [("bodyBytes 1000000", None)]
    for script, (answer, expected) in zip(scripts, ANSWERS.items()):
        script.__enter__()
        pairs.append((f"GET http://127.0.0.1:{script.port}/", expected))
    answers, problems = ZongClient(zong).ask(*(line for line, _ in pairs))
    for script in scripts:
        script.__exit__()
    for (answer, expected), got in zip(ANSWERS.items(), answers):
        if not got.startswith(expected):
            problems.append(f"{answer[:100]!r}: expected {expected}, got {got[:200]}")
    return problems + ([] if len(answers) == len(ANSWERS) else [f"{len(answers)} answers"])


def test_timeouts(zong):
    """A server that never answers, answers without end, or sends a byte now and then, holds nobody for ever."""
    def silent(connection):
        connection.recv(65536)
        time.sleep(8)

    def drip(connection):
        read_head(connection)
        connection.sendall(OK + b"\r\n")
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.1)

    def stall(connection):
        read_head(connection)
        connection.sendall(OK + b"Content-Length: 10\r\n\r\nabc")
        time.sleep(8)

    def deaf(connection):
        time.sleep(8)

    with Script(silent) as one, Script(drip) as two, Script(stall) as three, Script(deaf) as four:
        started = time.monotonic()
        problems = ask(
            zong,
            ("waitTime 300", None),
            ("timeout 1000", None),
            (f"GET http://127.0.0.1:{one.port}/", "error net.timeout "),
            (f"GET http://127.0.0.1:{two.port}/", "error net.timeout "),
            (f"GET http://127.0.0.1:{three.port}/", "error net.timeout "),
            (f"upload 50000000 length http://127.0.0.1:{four.port}/", "error net.timeout "),
            (f"upload 50000000 chunked http://127.0.0.1:{four.port}/", "error net.timeout "),
        )
        taken = time.monotonic() - started
        return problems + ([] if taken < 6 else [f"it took {taken:.1f} s"])


def test_no_server(zong):
    return ask(
        zong,
        (f"GET http://127.0.0.1:{network.free_port()}/", "error net.refused "),
        ("GET http://example.com/", "error permission.denied "),
    )


def test_broken_connections(zong):
    """Connections that were kept and break are replaced, but nothing is sent twice that mustn't be."""
    counts = {"GET": 0, "POST": 0}

    def serve(connection):
        # Answers once, and breaks the connection at the next request.
        for turn in range(2):
            head = read_head(connection)
            if not head:
                return
            counts[head.split(b" ")[0].decode()] += 1
            if turn == 0:
                connection.sendall(OK + b"Content-Length: 1\r\n\r\na")

    with Script(serve) as script:
        base = f"http://127.0.0.1:{script.port}"
        problems = ask(
            zong,
            (f"GET {base}/", "200 1 "),
            (f"GET {base}/", "200 1 "),
            (f"POST {base}/ =a", "error "),
            (f"POST {base}/ =a", "200 1 "),
        )
        if counts != {"GET": 3, "POST": 2}:
            problems.append(f"requests that came: {counts}")
        return problems


def test_stray_bytes(zong):
    """What a server sends without being asked is never taken for the answer to the next request."""
    def serve(connection):
        while read_head(connection):
            connection.sendall(OK + b"Content-Length: 1\r\n\r\na")
            time.sleep(0.05)
            connection.sendall(OK + b"Content-Length: 6\r\n\r\npoison")

    with Script(serve) as script:
        base = f"http://127.0.0.1:{script.port}"
        line = (f"GET {base}/", "200 1 ")
        return ask(zong, line, ("sleep 200", None), line, ("sleep 200", None), line)


def tests():
    return {"client " + name[5:].replace("_", " "): test for name, test in globals().items() if name.startswith("test_")}
