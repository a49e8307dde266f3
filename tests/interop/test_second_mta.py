"""The example site and another MTA, found by MX over real DNS, exchange messages of 5 MB byte by byte."""

import base64
import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from assembly.examplesite import lay_out_site
from interop.noctuled import Noctule, free_port
from interop.peers import USER, Missing, Peer, Postfix, Sendmail, loopback, wait_for
from resolve.server import Zone, serving

HERE, THERE = "near.test", "far.test"
SIZE = 5_000_000
END = b"--=-=-=--\n"  # the last line of every message here

pytestmark = [
    pytest.mark.skipif(shutil.which("swaks") is None, reason="needs swaks"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for port 25"),
]


@dataclass
class Pair:
    """Noctule for HERE, the other one for THERE."""

    noctule: Noctule
    peer: Peer
    site: Path

    def here(self) -> list[bytes]:
        return [path.read_bytes() for path in self.site.glob(f"mail/{USER}/new/*")]


@contextmanager
def running(kind: type[Peer], folder: Path, *more: str) -> Iterator[Pair]:
    name_server, ours = loopback(), loopback()
    zone = Zone("test.", "@ 60 IN SOA ns hostmaster 1 60 60 60 60\n")
    try:
        peer = kind(folder / "peer", THERE, name_server)
    except Missing as reason:
        pytest.skip(str(reason))
    text = "".join(
        f"{name} 60 IN MX 10 mx.{name}\nmx.{name} 60 IN A {address}\n"
        for name, address in (("near", ours), ("far", peer.address))
    )
    zone = Zone("test.", f"{zone.text}{text}")
    site = folder / "site"
    configuration = lay_out_site(site, HERE, USER, free_port())
    options = (f"NameServer={name_server}", f"DaemonPortOptions=Name=MX, Addr={ours}, Port=25", "Workers=1", *more)
    noctule = Noctule(configuration, folder, *options, interval="1s")
    with serving(zone, (name_server, 53)), peer, noctule:
        yield Pair(noctule, peer, site)


@pytest.fixture
def safe_path() -> Iterator[Path]:
    """A folder on a path that strangers cannot write: tables are not read from one they can."""
    with tempfile.TemporaryDirectory(dir=Path.home(), prefix=".noctule-test-") as folder:
        yield Path(folder)


@dataclass
class Letter:
    """A message with text that tempts, and an attachment of random bytes."""

    attachment: bytes
    raw: bytes

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\n\n")[2]

    @classmethod
    def new(cls) -> "Letter":
        attachment = secrets.token_bytes(SIZE)
        text = b".\n..dots\n.\nFrom the start of a line\n trailing blanks  \n\n" + b"x" * 900 + b"\n"
        raw = (
            b"From: <box@near.test>\nTo: <box@near.test>, <box@far.test>\nSubject: 5 MB\nMIME-Version: 1.0\n"
            b'Content-Type: multipart/mixed; boundary="=-=-="\n\n--=-=-=\nContent-Type: text/plain\n\n'
            + text
            + b"--=-=-=\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
            + base64.encodebytes(attachment)
            + END
        )
        return cls(attachment, raw)


def send(letter: Letter, server: str, sender: str, *recipients: str) -> None:
    """With swaks, in one transaction."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(letter.raw.removesuffix(b"\n"))  # swaks ends the text with one of its own
        file.flush()
        command = ["swaks", "--server", server, "--from", sender, "--to", ",".join(recipients)]
        done = subprocess.run(
            [*command, "--data", f"@{file.name}", "--suppress-data"], capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stdout + done.stderr


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def assert_whole(letter: Letter, received: bytes) -> None:
    """The same bytes, read as a person's mail program does and as they lie there."""
    parts = list(message_from_bytes(received, policy=policy.default).iter_attachments())
    assert [digest(part.get_content()) for part in parts] == [digest(letter.attachment)]
    body = received.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    assert digest(body) == digest(letter.body)


def whole(messages: Callable[[], list[bytes]], count: int) -> list[bytes]:
    """Wait for so many messages, the last of them written to its end."""

    def arrived() -> bool:
        found = messages()
        return len(found) >= count and all(text.endswith(END) for text in found)

    wait_for(arrived, lambda: "not delivered")
    return messages()


@pytest.mark.parametrize("kind", [Postfix, Sendmail])
def test_both_ways(kind: type[Peer], safe_path: Path) -> None:
    with running(kind, safe_path) as pair:
        out, back = Letter.new(), Letter.new()
        send(out, f"127.0.0.1:{pair.noctule.port}", f"{USER}@{HERE}", f"{USER}@{HERE}", f"{USER}@{THERE}")
        [here], [there] = whole(pair.here, 1), whole(pair.peer.delivered, 1)
        assert_whole(out, here)
        assert_whole(out, there)

        send(back, f"{pair.peer.address}:25", f"{USER}@{THERE}", f"{USER}@{HERE}")
        [relayed] = set(whole(pair.here, 2)) - {here}
        assert_whole(back, relayed)
