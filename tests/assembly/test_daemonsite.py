import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from noctule.assembly.daemonsite import DaemonRequest, Site, load_site
from noctule.assembly.logs import LogTarget
from noctule.assembly.reading import Request
from noctule.base.errors import ConfigurationError

Load = Callable[..., Site]
LOCAL = "O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=0"


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Loads sites whose sockets are closed at the end."""
    sites: list[Site] = []

    def loaded(*lines: str, former: Site | None = None) -> Site:
        request = DaemonRequest(
            configuration=Request(path=str(write_cf(tmp_path, *lines)), mode="d"),
            log=LogTarget(str(tmp_path / "log")),
        )
        sites.append(load_site(request, former))
        return sites[-1]

    yield loaded
    for site in sites:
        for bound in site.bound:
            bound.sock.close()
    for log in {id(site.log): site.log for site in sites}.values():
        log.close()


def test_a_socket_for_each_line(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O DaemonPortOptions=Family=unix, Addr={tmp_path}/sock, M=Ea")
    first, second = site.bound
    assert (first.daemon.name, first.daemon.family) == ("MTA", "inet")
    assert (second.daemon.name, second.daemon.flags) == ("Daemon1", "EE a")
    for family, address in (
        (socket.AF_INET, first.sock.getsockname()),
        (socket.AF_UNIX, f"{tmp_path}/sock"),
    ):
        with socket.socket(family) as client:
            client.settimeout(10)
            client.connect(address)


def test_a_name_stands_for_its_address(load: Load) -> None:
    site = load("O DaemonPortOptions=Addr=localhost, Port=0")
    assert site.bound[0].sock.getsockname()[0] == "127.0.0.1"


def test_nothing_is_bound_when_one_cannot_be(load: Load) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
        probe.close()
        busy = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match="opendaemonsocket: daemon B: cannot bind: Address already in use"):
            load(
                f"O DaemonPortOptions=Name=A, Addr=127.0.0.1, Port={free}",
                f"O DaemonPortOptions=Name=B, Addr=127.0.0.1, Port={busy}",
            )
        with socket.create_server(("127.0.0.1", free)):
            pass  # A's port is free again


def test_an_optional_one_may_fail(load: Load) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = taken.getsockname()[1]
        site = load(LOCAL, f"O DaemonPortOptions=Name=B, Addr=127.0.0.1, Port={busy}, M=O")
    assert [bound.daemon.name for bound in site.bound] == ["MTA"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("O DaemonPortOptions=Port=no-such-service", 'service "no-such-service" unknown'),
        ("O NoSuchOption=1", "unknown option name NoSuchOption"),
        ("Kbroken hash", "No file name for hash map broken"),
        ("O RunAsUser=no-such-user", "unknown user no-such-user"),
        ("O QueueDirectory=/nonexistent/a/b", r"cannot chdir\(/nonexistent/a/b\): No such file or directory"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_bound(load: Load, line: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load(LOCAL, line)


def test_a_reload_takes_sockets_over(load: Load, tmp_path: Path) -> None:
    former = load(LOCAL, f"O DaemonPortOptions=Name=Old, Family=unix, Addr={tmp_path}/old")
    kept, dropped = (bound.sock for bound in former.bound)
    number = kept.fileno()
    site = load(
        LOCAL, f"O DaemonPortOptions=Name=New, Family=unix, Addr={tmp_path}/new", "O LogLevel=14", former=former
    )
    assert site.bound[0].sock is kept
    assert kept.fileno() == number
    assert dropped.fileno() == -1
    assert [bound.daemon.name for bound in site.bound] == ["MTA", "New"]
    assert site.log is former.log
    assert site.log.level == 14


def test_a_broken_reload_keeps_the_sockets(load: Load) -> None:
    former = load(LOCAL)
    with pytest.raises(ConfigurationError):
        load(LOCAL, "O NoSuchOption=1", former=former)
    assert former.bound[0].sock.fileno() >= 0


def test_the_queue_directory_is_made_for_us_alone(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O QueueDirectory={tmp_path}/fresh")
    assert site.directory == tmp_path / "fresh"
    assert stat.S_IMODE(site.directory.stat().st_mode) == 0o700
    assert site.control_path.parent == site.directory


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give files away")
def test_queue_and_log_belong_to_the_workers(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O QueueDirectory={tmp_path}/fresh", "O RunAsUser=23008:23008")
    (tmp_path / "log").rename(tmp_path / "log.1")
    site.reopen_log()
    for path in (site.directory, tmp_path / "log.1", tmp_path / "log"):
        assert (path.stat().st_uid, path.stat().st_gid) == (23008, 23008), path


def test_workers(load: Load, tmp_path: Path) -> None:
    assert load(LOCAL).workers == len(os.sched_getaffinity(0))
    assert load(LOCAL, "O Workers=3").workers == 3
    (tmp_path / "queue" / "noctule-7.db").touch()
    assert load(LOCAL, "O Workers=3").workers == 8


def test_the_pid_file_comes_and_goes(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O PidFile={tmp_path}/$j.pid")
    site.write_pid_file("sendmail -bd -q30m")
    assert (tmp_path / "host.example.com.pid").read_text() == f"{os.getpid()}\nsendmail -bd -q30m\n"
    site.remove_pid_file()
    site.remove_pid_file()
    assert not (tmp_path / "host.example.com.pid").exists()


def test_nobody_else_may_write_the_pid_file(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O PidFile={tmp_path}/pid")
    before = os.umask(0)
    try:
        site.write_pid_file("sendmail -bd")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "pid").stat().st_mode) == 0o644


def test_a_pid_file_that_cannot_be_written_is_only_said(load: Load, tmp_path: Path) -> None:
    site = load(LOCAL, f"O PidFile={tmp_path}/none/pid")
    site.write_pid_file("sendmail -bd")
    assert "unable to write pid to " in (tmp_path / "log").read_text()


def test_no_pid_file_is_wanted(load: Load) -> None:
    site = load(LOCAL)
    site.write_pid_file("x")
    site.remove_pid_file()
