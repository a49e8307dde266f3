import contextlib
import json
import selectors
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import UsageError
from noctule.supervise.control import MAX_LINE, ControlSocket, ask


def handler(request):
    if request["do"] == "fail":
        raise UsageError("no")
    return {"echo": request["do"]}


@pytest.fixture
def served(tmp_path):
    """A control socket in a thread's selector loop; the path is the fixture's value."""
    selector = selectors.DefaultSelector()
    stop_reader, stop_writer = socket.socketpair()
    control = ControlSocket(tmp_path / "ctl", selector, handler)
    running = [True]
    selector.register(stop_reader, selectors.EVENT_READ, lambda: running.clear())

    def loop():
        while running:
            for key, _ in selector.select(5):
                key.data()

    thread = threading.Thread(target=loop)
    thread.start()
    yield tmp_path / "ctl"
    stop_writer.send(b"x")
    thread.join()
    control.close()
    selector.close()
    stop_reader.close()
    stop_writer.close()


def test_answers_requests(served: Path):
    assert ask(served, {"do": "status"}) == {"ok": True, "echo": "status"}
    assert ask(served, {"do": "fail"}) == {"ok": False, "error": "no"}


def test_only_the_owner_may_connect(served: Path):
    assert served.stat().st_mode & 0o777 == 0o600


def test_hangs_up_on_a_line_without_end(served: Path):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(served))
        try:
            client.sendall(b"x" * (MAX_LINE + 2))
        except OSError:
            return
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(10) == b""


@given(st.binary(max_size=200))
def test_a_strangers_line_gets_an_answer(line):
    control = ControlSocket.__new__(ControlSocket)
    control._handler = handler
    answer = control.handle(line)
    assert answer["ok"] in (True, False)
    json.dumps(answer)
