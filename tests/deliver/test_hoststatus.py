"""Files of host status: their layout and the listing are as recorded from Sendmail (`hoststat` and `find`)."""

import errno
import os
from pathlib import Path

import pytest

from noctule.deliver.hoststatus import HostStatus, Status, hosts, listing, purge, read
from noctule.deliver.verdict import Remote, from_error
from noctule.mail.outcome import Deferred
from noctule.mail.reply import Reply

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
ADDRESS = Remote("[127.0.0.5]", "127.0.0.5")
NAMED = Remote("MX.example.com.", "192.0.2.1")
NOW = 1_000_000


def status(root: Path, now: list[float] | None = None) -> HostStatus:
    given = now or [float(NOW)]
    return HostStatus(root, 1800.0, lambda: given[0])


def test_a_file_is_as_sendmail_writes_it(tmp_path: Path) -> None:
    known = status(tmp_path)
    known.broke(ADDRESS, REFUSED)
    known.well(NAMED, Reply(250, "2.0.0", ("taken",)))
    assert (tmp_path / "5./0./0./127").read_text() == f"V0\nE111\nH0\nS75\nD4.4.1\nU{NOW}\n.\n"
    assert (tmp_path / "com./example./mx").read_text() == f"V0\nE0\nH0\nS0\nD2.0.0\nR250 2.0.0 taken\nU{NOW}\n.\n"


def test_a_failure_is_believed_for_its_time_by_every_process(tmp_path: Path) -> None:
    now = [float(NOW)]
    status(tmp_path, now).broke(ADDRESS, REFUSED)
    other = status(tmp_path, now)
    assert other.failure(ADDRESS) == from_error(REFUSED, ADDRESS)
    assert other.failure(NAMED) is None
    now[0] += 1799
    assert other.failure(ADDRESS) is not None
    now[0] += 1
    assert other.failure(ADDRESS) is None


def test_a_host_that_takes_no_mail_is_told_with_its_words(tmp_path: Path) -> None:
    known = status(tmp_path)
    known.refused(NAMED, Reply(451, "4.3.0", ("not now",)))
    expected = Deferred(
        status="4.3.0",
        text="Deferred: 451 4.3.0 not now",
        reply="451 4.3.0 not now",
        remote=NAMED.name,
        remote_address=NAMED.address,
    )
    assert known.failure(NAMED) == expected
    known.well(NAMED, Reply(450, "4.2.1", ("this user not",)))
    assert known.failure(NAMED) is None


def test_the_listing(tmp_path: Path) -> None:
    known = status(tmp_path)
    assert list(listing(tmp_path, NOW)) == []
    known.broke(ADDRESS, REFUSED)
    known.well(NAMED, Reply(250, "2.0.0", ("taken",)))
    known.well(Remote("z.example.", ""), Reply(450, "4.2.1", ("this user not",)))
    assert list(listing(tmp_path, NOW + 3725)) == [
        " -------------- Hostname --------------- How long ago ---------Results---------",
        " 127.0.0.5                                   01:02:05 Deferred: Connection refu",
        " mx.example.com                              01:02:05 250 2.0.0 taken",
        " z.example                                   01:02:05 OK",
    ]
    assert " 1+00:00:01 " in list(listing(tmp_path, NOW + 86401))[1]


def test_purging_leaves_what_is_believed(tmp_path: Path) -> None:
    now = [float(NOW)]
    known = status(tmp_path, now)
    known.broke(ADDRESS, REFUSED)
    now[0] += 1000
    known.broke(NAMED, REFUSED)
    purge(tmp_path, NOW + 1800, 1800)
    assert [host for host, _, _ in hosts(tmp_path)] == ["mx.example.com"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["com."]


@pytest.mark.parametrize("text", ["", "V0\nU5\n", "V0\nUx\n.\n", "\0" * 9000, "V0\nS75\n.\n"])
def test_what_makes_no_sense_is_not_known(tmp_path: Path, text: str) -> None:
    path = tmp_path / "example"
    path.write_text(text)
    assert read(path) is None
    assert status(tmp_path).failure(Remote("example", "")) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "[::1]", "", ".locks", "a" * 300, "/x"])
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "hoststat"
    folder.mkdir()
    status(folder).broke(Remote(name, ""), REFUSED)
    assert [path.name for path in tmp_path.iterdir()] == ["hoststat"]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    assert isinstance(status(folder).failure(Remote(name, "")), Deferred)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    first = status(tmp_path).lock(NAMED)
    assert first is not None
    assert status(tmp_path).lock(NAMED) is None
    other = status(tmp_path).lock(ADDRESS)
    assert other is not None
    os.close(first)
    again = status(tmp_path).lock(NAMED)
    assert again is not None
    os.close(again)
    os.close(other)
    assert not list(hosts(tmp_path))


def test_what_is_well_is_not_written_again_at_once(tmp_path: Path) -> None:
    now = [float(NOW)]
    known = status(tmp_path, now)
    for seconds in (0, 0.5, 1.0):
        now[0] = NOW + seconds
        known.well(NAMED, Reply(250, "2.0.0", (f"after {seconds}",)))
    assert read(tmp_path / "com./example./mx") == Status(updated=NOW + 1, dsn="2.0.0", reply="250 2.0.0 after 1.0")
