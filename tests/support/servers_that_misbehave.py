"""Real sockets that answer as no server should: slowly, endlessly, by halves, elsewhere, or not at all."""

import socket
import threading
from contextlib import contextmanager, suppress

HTML = b"<!doctype html><title>Sign in to the hotel network</title>"


@contextmanager
def server(talk):
    """Run ``talk(connection, stopped)`` for each connection; yield the server's address.

    ``stopped`` is an event that a talk waits on instead of sleeping.
    """
    stopped = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    threads, connections = [], []

    def one(connection):
        with suppress(OSError), connection:
            talk(connection, stopped)

    def listen():
        while not stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                connection.settimeout(None)
                connections.append(connection)
                threads.append(threading.Thread(target=one, args=(connection,)))
                threads[-1].start()

    listening = threading.Thread(target=listen)
    listening.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        listening.join()
        listener.close()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


@contextmanager
def stopped_server():
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def silent():
    """Takes the request and says nothing."""

    def talk(connection, stopped):
        read_request(connection)
        stopped.wait()

    return server(talk)


def slow_headers():
    """A byte at a time, each well within any time-out between two reads."""
    return server(
        lambda connection, stopped: _trickle(connection, stopped, b"HTTP/1.1 200 OK\r\nX: " + b"a" * 9**6)
    )


def slow_body():
    """The head at once, then a byte at a time."""

    def talk(connection, stopped):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        _trickle(connection, stopped, b" " * 100_000)

    return server(talk)


def endless_headers():
    def talk(connection, stopped):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        _pour(connection, stopped, b"X-More: of the same\r\n")

    return server(talk)


def endless_body():
    def talk(connection, stopped):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        _pour(connection, stopped, b'{"certificate": "' * 4096)

    return server(talk)


def half_an_answer():
    """Promises more than it sends, then hangs up."""
    return raw(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"certificate": "eyJ')


def half_a_chunk():
    return raw(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"certificate"')


def hangs_up():
    return raw(b"")


def not_http():
    return raw(b"220 mail.example ESMTP\r\n")


def raw(content):
    """Sends ``content`` and hangs up."""

    def talk(connection, stopped):
        read_request(connection)
        connection.sendall(content)

    return server(talk)


def answering(status, body=b"", content_type="application/json", **headers):
    """Answers every request with the same whole answer."""
    return replying(lambda method, path: (status, content_type, body, headers))


def replying(reply):
    """Answers with what ``reply(method, path)`` returns: status, content type, body, further headers."""

    def talk(connection, stopped):
        method, path = read_request(connection)
        status, content_type, body, headers = reply(method, path)
        lines = [
            f"HTTP/1.1 {status} X",
            f"Content-Type: {content_type}",
            f"Content-Length: {len(body)}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return server(talk)


def read_request(connection):
    """Read one whole request; return its method and path."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
    return method, path


def _trickle(connection, stopped, content):
    for at in range(len(content)):
        connection.sendall(content[at : at + 1])
        if stopped.wait(0.02):
            return


def _pour(connection, stopped, content):
    while not stopped.is_set():
        connection.sendall(content)
