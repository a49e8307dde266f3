"""What -v and -X show."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from commands.modes.test_submit import RUN
from interop.traffic import Sink
from noctule.commands.flags import FlagError
from noctule.commands.modes.conversation import Conversation, TrafficFile


def test_lines_cut_anywhere_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "traffic"
    traffic = TrafficFile(str(path))
    for piece in (b"one\r", b"\ntw", b"o\t\x1b[31m\nrest"):
        traffic.lines("<<<", piece)
    number = f"{os.getpid():05}"
    assert path.read_text() == f"{number} <<< one\n{number} <<< two\t\\033[31m\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "other-name").hardlink_to(tmp_path / "target")
    for name in ("link", "other-name", "."):
        with pytest.raises(FlagError, match="cannot open"):
            TrafficFile(str(tmp_path / name))


def test_a_program_of_this_host_has_no_port(capsys: pytest.CaptureFixture[str]) -> None:
    conversation = Conversation("", verbose=True)
    conversation.connecting(["<a@b>"], "", 0, "prog")
    conversation.connecting(["<a@b>", "<c@d>"], "mx.example", 25, "esmtp")
    assert capsys.readouterr().out.splitlines() == [
        "<a@b>... Connecting to prog...",
        "<a@b>,<c@d>... Connecting to mx.example port 25 via esmtp...",
    ]


def test_a_submission_shows_its_conversation(tmp_path: Path) -> None:
    async def scenario() -> "subprocess.CompletedProcess[str]":
        async with Sink() as sink:
            relay = f"Mrelay, P=[IPC], F=mDFMuXa, A=TCP $h {sink.port}"
            cf = write_cf(tmp_path, relay, "S0", "R$+ < @ $+ >\t$#relay $@ [127.0.0.1] $: $1 @ $2")
            arguments = [f"-C{cf}", "-v", f"-X{tmp_path}/traffic", "alice@far.example"]
            command = [sys.executable, "-c", RUN, *arguments]
            text = "Subject: hello\n\n.secret\n"
            return await asyncio.to_thread(
                subprocess.run, command, input=text, capture_output=True, text=True, timeout=60
            )

    done = asyncio.run(scenario())
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[0].startswith("alice@far.example... Connecting to [127.0.0.1] port ")
    assert ">>> RCPT To:<alice@far.example>" in lines
    assert lines.index(">>> DATA") < lines.index(">>> .") < lines.index("Closing connection to [127.0.0.1]")
    traffic = [line.split(" ", 1)[1] for line in (tmp_path / "traffic").read_text().splitlines()]
    assert traffic[:5] == ["<<< Subject: hello", "<<< ", "<<< .secret", "<<< [EOF]", "=== CONNECT [127.0.0.1]"]
    assert traffic.count(">>> ..secret") == traffic.count(">>> .") == 1
