"""The control socket: one JSON object a line in, one a line out.

Requests are `{"do": NAME, ...}`; the answer has `"ok"`, and `"error"` when it is false.  A line is at most
64 KiB; a client that sends more, or something else than an object, is told so and hung up on.  Who may connect is
the socket's mode: its owner.
"""

import contextlib
import json
import os
import selectors
import socket
from collections.abc import Callable
from pathlib import Path

from noctule.base.errors import NoctuleError

MAX_LINE = 65536
MAX_CLIENTS = 16
Handler = Callable[[dict[str, object]], dict[str, object]]


class ControlSocket:
    """Listens on a unix socket, inside the supervisor's selector."""

    def __init__(self, path: Path, selector: selectors.BaseSelector, handler: Handler) -> None:
        self._path = path
        self._selector = selector
        self._handler = handler
        self._clients: dict[socket.socket, bytearray] = {}
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(MAX_CLIENTS)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def close(self) -> None:
        """Hang up on everybody and remove the socket: for the supervisor itself."""
        self.forget()
        self._path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Close what a forked child inherited, leaving the socket in its place.

        Nothing is unregistered: the child shares the parent's epoll set, and would take the sockets out of it.
        """
        for connection in (self._listener, *self._clients):
            connection.close()
        self._clients.clear()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            if len(self._clients) >= MAX_CLIENTS:
                client.close()
                return
            client.setblocking(False)
            self._clients[client] = bytearray()
            self._selector.register(client, selectors.EVENT_READ, lambda: self._read(client))

    def _drop(self, client: socket.socket) -> None:
        del self._clients[client]
        self._selector.unregister(client)
        client.close()

    def _read(self, client: socket.socket) -> None:
        buffer = self._clients[client]
        try:
            data = client.recv(MAX_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        buffer += data
        while (end := buffer.find(b"\n")) >= 0:
            line = bytes(buffer[:end])
            del buffer[: end + 1]
            if not self._answer(client, line):
                return
        if not data or len(buffer) > MAX_LINE:
            self._drop(client)

    def _answer(self, client: socket.socket, line: bytes) -> bool:
        answer = self.handle(line)
        try:
            client.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            answer = {"ok": False}
        if not answer["ok"]:
            self._drop(client)
        return bool(answer["ok"])

    def handle(self, line: bytes) -> dict[str, object]:
        """One request to one answer; never raises for what the line says."""
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            return {"ok": False, "error": "not JSON"}
        if not isinstance(request, dict) or not isinstance(request.get("do"), str):
            return {"ok": False, "error": 'a request is an object with "do"'}
        try:
            return {"ok": True} | self._handler(request)
        except NoctuleError as error:
            return {"ok": False, "error": str(error)}


def ask(path: Path, request: dict[str, object], timeout: float = 5.0) -> dict[str, object]:
    """Send one request to a running daemon.  Raises OSError when none answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        connection.connect(str(path))
        connection.sendall(json.dumps(request).encode() + b"\n")
        answer = bytearray()
        while not answer.endswith(b"\n"):
            data = connection.recv(MAX_LINE)
            if not data:
                raise ConnectionError("the daemon hung up")
            answer += data
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ConnectionError("the daemon's answer is not an object")
    return parsed
