import json
import os
import re
from pathlib import Path

import pytest

from assembly.configurations import sound
from noctule.assembly.logs import LogTarget, open_log
from noctule.observe.sinks import FileSink, StreamSink, SyslogSink


def test_a_file_gets_lines_of_syslog(tmp_path: Path) -> None:
    log = open_log(sound(tmp_path), LogTarget(str(tmp_path / "log"), "mta"))
    log.supervised("worker 0 started")
    log.close()
    (line,) = (tmp_path / "log").read_text().splitlines()
    host = re.escape(os.uname().nodename.partition(".")[0])
    assert re.fullmatch(rf"\w{{3}} [ \d]\d \d\d:\d\d:\d\d {host} mta\[{os.getpid()}\]: .*worker 0 started", line)


def test_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = open_log(sound(tmp_path), LogTarget("-", "mta"))
    log.supervised("worker 0 started")
    log.close()
    assert "mta" in capfd.readouterr().err


def test_the_level_is_that_of_the_file(tmp_path: Path) -> None:
    log = open_log(sound(tmp_path, "O LogLevel=0"), LogTarget(str(tmp_path / "log")))
    log.aliases_rebuilt(file="/etc/aliases", user="root")
    log.close()
    assert (tmp_path / "log").read_text() == ""


def test_json_is_an_object_a_line(tmp_path: Path) -> None:
    log = open_log(sound(tmp_path, "O LogFormat=json"), LogTarget(str(tmp_path / "log"), "mta"))
    log.supervised("worker 0 started")
    log.close()
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line)["text"] == "worker 0 started"


def test_a_file_and_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = open_log(sound(tmp_path), LogTarget(str(tmp_path / "log"), "mta", shown=True))
    log.supervised("worker 0 started")
    log.reopen()
    log.close()
    assert capfd.readouterr().err.endswith("worker 0 started\n")
    assert (tmp_path / "log").read_text().endswith("worker 0 started\n")


@pytest.mark.parametrize(("file", "kind"), [("", SyslogSink), ("-", StreamSink), ("log", FileSink)])
def test_where_lines_go(tmp_path: Path, file: str, kind: type) -> None:
    sink = LogTarget(str(tmp_path / file) if file == "log" else file).sink()
    assert type(sink) is kind
    sink.close()


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        LogTarget(str(tmp_path / "absent" / "log")).sink()
