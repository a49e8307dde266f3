import asyncio
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from noctule.observe import sinks
from noctule.observe.sinks import FileSink, Priority, StreamSink, SyslogSink

MOMENT = 1795346865.0


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    sinks.time.tzset()
    yield
    monkeypatch.undo()
    sinks.time.tzset()


class Turns:
    """A `later` whose turns are taken by hand."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, delay: float, call: Callable[[], None]) -> None:
        self.waiting.append(call)

    def turn(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()


def listen(path: Path) -> socket.socket:
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    daemon.bind(str(path))
    daemon.setblocking(False)
    return daemon


def heard(daemon: socket.socket) -> list[str]:
    lines = []
    while True:
        try:
            lines.append(daemon.recv(4096).decode())
        except BlockingIOError:
            return lines


def syslog(path: Path, later: sinks.Later | None = None) -> SyslogSink:
    return SyslogSink(str(path), tag="sendmail", pid=30265, clock=lambda: MOMENT, later=later)


def test_a_syslog_datagram(tmp_path: Path) -> None:
    with listen(tmp_path / "log") as daemon:
        sink = syslog(tmp_path / "log")
        sink.write(Priority.INFO, "starting daemon")
        sink.write(Priority.CRIT, "bad")
        assert heard(daemon) == [
            "<22>Nov 22 11:27:45 sendmail[30265]: starting daemon",
            "<18>Nov 22 11:27:45 sendmail[30265]: bad",
        ]
        sink.close()


def test_lines_wait_for_the_turn_of_the_loop(tmp_path: Path) -> None:
    turns = Turns()
    with listen(tmp_path / "log") as daemon:
        sink = syslog(tmp_path / "log", turns)
        sink.write(Priority.INFO, "one")
        sink.write(Priority.INFO, "two")
        assert heard(daemon) == []
        assert len(turns.waiting) == 1
        turns.turn()
        assert [line[-3:] for line in heard(daemon)] == ["one", "two"]
        assert not turns.waiting
        sink.close()


def test_with_a_real_loop(tmp_path: Path) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        with listen(tmp_path / "log") as daemon:
            sink = syslog(tmp_path / "log", loop.call_later)
            sink.write(Priority.INFO, "one")
            assert (await loop.sock_recv(daemon, 4096)).endswith(b": one")
            sink.close()

    asyncio.run(asyncio.wait_for(scenario(), 5))


def test_no_syslog_daemon_stops_nobody_and_lines_arrive_when_it_is_back(tmp_path: Path) -> None:
    turns = Turns()
    sink = syslog(tmp_path / "log", turns)
    sink.write(Priority.INFO, "one")
    turns.turn()
    with listen(tmp_path / "log") as daemon:
        turns.turn()
        assert [line[-3:] for line in heard(daemon)] == ["one"]
    (tmp_path / "log").unlink()
    sink.write(Priority.INFO, "two")
    turns.turn()
    with listen(tmp_path / "log") as daemon:
        turns.turn()
        assert [line[-3:] for line in heard(daemon)] == ["two"]
    sink.close()


def test_a_slow_syslog_daemon_gets_everything_later(tmp_path: Path) -> None:
    turns = Turns()
    with listen(tmp_path / "log") as daemon:
        sink = syslog(tmp_path / "log", turns)
        lines: list[str] = []
        for n in range(2000):
            sink.write(Priority.INFO, f"line {n} {'x' * 500}")
        for _ in range(2000):
            turns.turn()
            lines += heard(daemon)
            if not turns.waiting:
                break
        assert [int(line.split("line ")[1].split()[0]) for line in lines] == list(range(2000))
        sink.close()


def test_more_than_the_backlog_is_dropped_counted_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sinks, "BACKLOG", 3)
    turns = Turns()
    sink = syslog(tmp_path / "log", turns)
    for n in range(5):
        sink.write(Priority.INFO, f"line {n}")
    turns.turn()
    assert sink.dropped == 2
    with listen(tmp_path / "log") as daemon:
        turns.turn()
        texts = [line.partition("]: ")[2] for line in heard(daemon)]
        assert texts == ["line 0", "line 1", "line 2", "2 log lines lost"]
        assert sink.dropped == 0
        sink.close()


def test_closing_without_a_daemon_ends(tmp_path: Path) -> None:
    sink = syslog(tmp_path / "log", Turns())
    sink.write(Priority.INFO, "lost")
    sink.close()


def test_standard_error() -> None:
    out, into = os.pipe()
    turns = Turns()
    sink = StreamSink(into, tag="sm-mta", pid=7, later=turns)
    sink.write(Priority.INFO, "one")
    sink.write(Priority.ERR, "two")
    turns.turn()
    sink.close()
    os.close(into)
    assert os.read(out, 100) == b"sm-mta[7]: one\nsm-mta[7]: two\n"
    os.close(out)


def test_a_full_pipe_stops_nobody_and_loses_no_part_of_a_line() -> None:
    out, into = os.pipe()
    os.set_blocking(into, False)
    turns = Turns()
    sink = StreamSink(into, tag="t", pid=1, later=turns)
    for n in range(3000):
        sink.write(Priority.INFO, f"line {n:05d} {'x' * 100}")
    turns.turn()
    assert turns.waiting
    data = b""
    while turns.waiting:
        data += os.read(out, 65536)
        turns.turn()
    os.close(into)
    while more := os.read(out, 65536):
        data += more
    os.close(out)
    assert re.findall(rb"line (\d+) x{100}\n", data) == [b"%05d" % n for n in range(3000)]


def test_a_closed_descriptor_only_drops() -> None:
    out, into = os.pipe()
    os.close(out)
    sink = StreamSink(into, tag="t", pid=1)
    sink.write(Priority.INFO, "one")
    assert sink.dropped == 1
    os.close(into)


def test_a_file_is_appended_to_and_reopened(tmp_path: Path) -> None:
    path = tmp_path / "maillog"
    path.write_text("before\n")
    turns = Turns()
    sink = FileSink(path, host="mail", tag="sendmail", pid=7, clock=lambda: MOMENT, later=turns)
    sink.write(Priority.INFO, "one")
    turns.turn()
    path.rename(tmp_path / "maillog.1")
    sink.write(Priority.INFO, "two")
    sink.reopen()
    sink.write(Priority.INFO, "three")
    turns.turn()
    sink.close()
    head = "Nov 22 11:27:45 mail sendmail[7]: "
    assert (tmp_path / "maillog.1").read_text() == f"before\n{head}one\n{head}two\n"
    assert path.read_text() == f"{head}three\n"


def test_a_file_that_cannot_be_reopened_keeps_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "dir" / "maillog"
    path.parent.mkdir()
    sink = FileSink(path, host="mail", pid=7, clock=lambda: MOMENT)
    path.parent.rename(tmp_path / "moved")
    with pytest.raises(OSError, match="No such file"):
        sink.reopen()
    sink.write(Priority.INFO, "still here")
    sink.close()
    assert "still here" in (tmp_path / "moved" / "maillog").read_text()
