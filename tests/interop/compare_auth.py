#!/usr/bin/env python
"""Random AUTH dialogues with a Noctule and with the real Sendmail and Cyrus SASL; prints where their replies differ.

    python tests/interop/compare_auth.py [--sessions N] [--seed S] [--letters AUTHOPTIONS] [--pipelined] [--level N]

As root; see peers.py.  With a LogLevel, what both log of AUTH is compared, too.

Each session has a user of its own, so that counts of wrong passwords stay apart.  Exits with 1 when one differs.
"""

import argparse
import base64
import hmac
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from interop.noctuled import Noctule
from interop.peers import Sendmail, loopback
from interop.test_login_elsewhere import PLUGINS

REALM, PASSWORD = "mail.example", "wonder land"
MECHANISMS = "SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN"
CONFIGURATION = """V10/Berkeley
Cwlocalhost
Djmail.example
Dnoperator
O OperatorChars=.:%@!^/[]+
O DontBlameSendmail=TrustStickyBit,GroupReadableSASLDBFile
O AuthMechanisms={mechanisms}
O AuthOptions={letters}
O SuperSafe=True
O DeliveryMode=q
{options}
SCanonify=3
R$* < $+ > $*		$2
SParse=0
R$+			$#local $: $1
SFinal=4
Mlocal,		P=/bin/false, F=lsDFMmn, A=false $u
Mprog,		P=/bin/false, F=lsDFM, A=false $u
"""
CHALLENGE = re.compile(rb"334 [A-Za-z0-9+/=]{16,}")
ID = re.compile(rb"\b[0-9A-Za-z]{8}[0-9]{6}\b")
LIMIT = 30.0  # seconds for a reply: both slow down those who guess


class Saslsendmail(Sendmail):
    """The real one."""

    def __init__(self, folder: Path, letters: str, users: int, level: int) -> None:
        super().__init__(folder, "far.test", loopback())
        self._level = level
        etc = folder / "etc-mail"
        own = f"O DaemonPortOptions=Name=MTA, Addr={self.address}, Port=25\n"
        own += "O QueueDirectory=/etc/mail/queue\nO PidFile=/dev/null"
        (etc / "queue").mkdir(mode=0o700)
        (etc / "sendmail.cf").write_text(CONFIGURATION.format(mechanisms=MECHANISMS, letters=letters, options=own))
        self._file("/etc/hosts", "127.0.0.1 localhost\n")
        self._mounts += [str(PLUGINS), str(PLUGINS)]
        self._directory("/usr/lib/sasl2")
        lines = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /etc/mail/sasldb2\n"
        (folder / "usr-lib-sasl2/Sendmail.conf").write_text(lines)
        with_users(etc / "sasldb2", users)
        self._log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._log.bind(str(etc / "log"))
        self._lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def command(self) -> list[str]:
        devices = "mknod -m 666 /dev/null c 1 3; mknod -m 444 /dev/urandom c 1 9; ln -s /etc/mail/log /dev/log"
        script = f"mount -t tmpfs none /dev; {devices}; exec sendmail -bD -OLogLevel={self._level}"
        return ["sh", "-ec", script]

    def logged(self) -> list[str]:
        """The lines since the last call, when no more come."""
        count = -1
        while count != len(self._lines):
            count = len(self._lines)
            time.sleep(0.2)
        lines, self._lines = self._lines, []
        return lines

    def _read(self) -> None:
        while True:
            self._lines.append(self._log.recv(8192).decode("latin-1").rstrip("\0\n"))


def with_users(path: Path, count: int) -> None:
    """One for each session."""
    from berkeleydb import db

    users = db.DB()
    users.open(str(path), dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    for number in range(count):
        users.put(f"alice{number}\0{REALM}\0userPassword".encode(), PASSWORD.encode())
    users.close()


def site(folder: Path, letters: str, users: int) -> Path:
    """Ours."""
    folder.mkdir()
    (folder / "passwd").write_text("")
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    options = (
        f"O MailboxDatabase=file:{folder}/passwd\nO HostsFile={folder}/hosts\nO Workers=1\nO SaslConfPath={folder}"
    )
    (folder / "Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/sasldb2\n")
    with_users(folder / "sasldb2", users)
    (folder / "site.cf").write_text(CONFIGURATION.format(mechanisms=MECHANISMS, letters=letters, options=options))
    return folder / "site.cf"


def b64(data: str | bytes) -> bytes:
    return base64.b64encode(data.encode("latin-1") if isinstance(data, str) else data)


class Session:
    """What a client says: bytes, or a function of the last challenge."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random.Random(seed * 1_000_003 + number)
        self.user = f"alice{number}"

    def steps(self) -> list[bytes | Callable[[bytes], bytes]]:
        pick = self._random.choice
        steps: list[bytes | Callable[[bytes], bytes]] = []
        if self._random.random() < 0.9:
            steps.append(pick([b"EHLO here.example", b"EHLO here.example", b"HELO here.example", b"ehlo [127.0.0.1]"]))
        for _ in range(self._random.randint(1, 5)):
            steps += pick(
                [self.plain, self.plain, self.login, self.cram, self.digest, self.scram, self.odd, self.other]
            )()
        return [*steps, b"QUIT"]

    def response(self) -> str:
        """For PLAIN."""
        user, pick = self.user, self._random.choice
        right = f"\0{user}\0{PASSWORD}"
        return pick(
            [
                right,
                right,
                f"{user}\0{user}\0{PASSWORD}",
                f"\0{user}@{REALM}\0{PASSWORD}",
                f"\0{user}\0wrong",
                f"\0no{user}\0{PASSWORD}",
                f"\0{user}\0",
                f"\0\0{PASSWORD}",
                f"{user}\0{PASSWORD}",
                f"\0{user}\0{PASSWORD}\0",
                "",
                "\0\0",
                f"\0{user.upper()}\0{PASSWORD}",
                f"\0{user}@other.example\0{PASSWORD}",
                f"\0 {user}\0{PASSWORD}",
            ]
        )

    def plain(self) -> list[bytes | Callable[[bytes], bytes]]:
        word = self._random.choice([b"AUTH PLAIN", b"AUTH PLAIN", b"auth plain", b"AUTH  PLAIN", b"AUTH PLAIN "])
        if self._random.random() < 0.5:
            return [word + b" " + (b64(self.response()) or b"=")]
        return [word, self._random.choice([b64(self.response()), self.broken()])]

    def login(self) -> list[bytes | Callable[[bytes], bytes]]:
        pick = self._random.choice
        name, secret = (
            b64(pick([self.user, self.user, "no" + self.user, ""])),
            b64(pick([PASSWORD, PASSWORD, "no", ""])),
        )
        first = pick([b"AUTH LOGIN", b"AUTH LOGIN", b"AUTH LOGIN " + name, b"AUTH LOGIN ="])
        return [first, pick([name, name, self.broken()]), pick([secret, secret, self.broken()])]

    def cram(self) -> list[bytes | Callable[[bytes], bytes]]:
        secret = self._random.choice([PASSWORD, PASSWORD, "wrong"]).encode()
        user = self._random.choice([self.user, self.user, "no" + self.user]).encode()

        def answer(challenge: bytes) -> bytes:
            return b64(user + b" " + hmac.new(secret, challenge, "md5").hexdigest().encode())

        first = self._random.choice(
            [b"AUTH CRAM-MD5", b"AUTH CRAM-MD5", b"AUTH cram-md5", b"AUTH CRAM-MD5 " + b64("x")]
        )
        return [first, self._random.choice([answer, answer, self.broken()])]

    def digest(self) -> list[bytes | Callable[[bytes], bytes]]:
        return [b"AUTH DIGEST-MD5", self._random.choice([self.broken(), b64('username="x",realm="y"'), b64("")])]

    def scram(self) -> list[bytes | Callable[[bytes], bytes]]:
        first = self._random.choice([f"n,,n={self.user},r=abcdefgh", "p=tls-unique,,n=x,r=y", "junk", "n,,r=x,n=y"])
        return [b"AUTH SCRAM-SHA-256 " + b64(first), self._random.choice([self.broken(), b64("c=biws,r=zzz,p=AAAA")])]

    def broken(self) -> bytes:
        return self._random.choice(
            [b"*", b"*", b"!!!", b"=", b"", b"AAA", b"A===", b"AA AA", b"QUIT", b"* ", b"\xff\xfe", b"A" * 600]
        )

    def odd(self) -> list[bytes | Callable[[bytes], bytes]]:
        return [
            self._random.choice(
                [
                    b"AUTH",
                    b"AUTH ",
                    b"AUTH FOO",
                    b"AUTH PLAIN PLAIN PLAIN",
                    b"AUTH *",
                    b"AUTH =",
                    b"AUTH PLAIN *",
                    b"AUTH EXTERNAL =",
                    b"AUTH GSSAPI",
                    b"AUTH ANONYMOUS " + b64("x"),
                    b"AUTH PLAIN !!!",
                    b"AUTH PLAIN AAA",
                    b"AUTH " + b"X" * 40,
                    b"AUTH PLAIN\t" + b64(f"\0{self.user}\0{PASSWORD}"),
                    b"AUTH=PLAIN",
                ]
            )
        ]

    def other(self) -> list[bytes | Callable[[bytes], bytes]]:
        return self._random.choice(
            [
                [b"MAIL FROM:<a@b.example>"],
                [b"MAIL FROM:<a@b.example> AUTH=<>"],
                [b"MAIL FROM:<a@b.example> AUTH=c+40d.example"],
                [b"MAIL FROM:<a@b.example> AUTH=bad+"],
                [b"MAIL FROM:<a@b.example>", b"RCPT TO:<bob@localhost>"],
                [b"RSET"],
                [b"NOOP"],
                [b"EHLO again.example"],
                [b"HELO again.example"],
                [b"MAIL FROM:<a@b.example>", b"AUTH PLAIN " + b64(f"\0{self.user}\0{PASSWORD}")],
            ]
        )


def replies(port: tuple[str, int], steps: list[bytes | Callable[[bytes], bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Each step and its reply, with what differs each time made the same."""
    challenge = b""
    with socket.create_connection(port, LIMIT) as connection, connection.makefile("rb") as lines:
        lines.readline()
        for step in steps:
            said = step(challenge) if callable(step) else step
            try:
                connection.sendall(said + b"\r\n")
                reply = b""
                while True:
                    line = lines.readline()
                    reply += line
                    if line[3:4] != b"-":
                        break
            except ConnectionError:
                reply = b""
            if reply.startswith(b"334 "):
                try:
                    challenge = base64.b64decode(reply[4:], validate=False)
                except ValueError:
                    challenge = b""
            yield b"(answer)" if callable(step) else said[:80], plainly(reply)
            if not reply or reply.startswith((b"221", b"421")):
                return


def all_at_once(port: tuple[str, int], steps: list[bytes | Callable[[bytes], bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """The replies to a pipelined group: its first step is sent alone, because it may be EHLO."""
    group = [step for step in steps if isinstance(step, bytes)]
    with socket.create_connection(port, LIMIT) as connection, connection.makefile("rb") as lines:
        lines.readline()
        connection.sendall(group[0] + b"\r\n")
        reply = lines.readline()
        while reply[3:4] == b"-":
            reply = lines.readline()
        try:
            connection.sendall(b"".join(step + b"\r\n" for step in group[1:]))
            connection.shutdown(socket.SHUT_WR)
            for number, line in enumerate(lines):
                if line[3:4] != b"-":
                    yield (b" | ".join(group)[:200] if not number else b""), plainly(line)
        except ConnectionError:
            yield b"", b"(reset)"


def plainly(reply: bytes) -> bytes:
    """What must be the same: what the client sent is shown by Sendmail only."""
    reply = re.sub(rb"(500 5.5.1 Command unrecognized: ).*", rb"\1(text)", reply)
    reply = re.sub(rb"(501 5.5.4 cannot )(decode AUTH parameter|BASE64 decode).*", rb"\1decode", reply)
    reply = CHALLENGE.sub(b"334 (challenge)", reply)
    reply = re.sub(rb"localhost \[127[^]]*\]|\[127[^]]*\]", b"(client)", reply)
    keywords = re.search(rb"250[- ]AUTH ([^\r]*)", reply)
    if reply.startswith(b"250-"):
        offered = b" ".join(sorted(keywords[1].split())) if keywords else b""
        return b"250 EHLO, AUTH " + offered
    return ID.sub(b"(id)", reply)


def new_lines(log: Path, read: dict[Path, int] = {}) -> list[str]:  # noqa: B006 - remembers
    """The lines since the last call."""
    lines = log.read_text("latin-1").splitlines()
    read[log], before = len(lines), read.get(log, 0)
    return lines[before:]


def compare_logs(number: int, theirs: list[str], ours: list[str]) -> int:
    """How many sessions differ (0 or 1), shown."""
    they, we = about_auth(theirs), about_auth(ours)
    if they == we:
        return 0
    print(f"session {number}", *(f"  theirs: {line}" for line in they - we), sep="\n")
    print(*(f"  ours:   {line}" for line in we - they), sep="\n")
    return 1


def about_auth(lines: list[str]) -> Counter[str]:
    """Those about AUTH, without what differs each time; responses at level 15 are shown by Sendmail only."""
    told = [re.sub(r"^\w{14}: ", "", line.partition("]: ")[2]) for line in lines if "AUTH" in line]
    told = [re.sub(r"relay=\S*( \[[^]]*\])?", "relay=(client)", line) for line in told]
    told = [re.sub(r"(AUTH \S+ ).*", r"\1...", line) if line.startswith("<--") else line for line in told]
    told = [re.sub(r"(failure \(|mech=)([-\w]+)", lambda found: found[1] + found[2].upper(), line) for line in told]
    told = [re.sub(r"(\(-5\) SASL\(-5\): bad protocol / cancel: ).*", r"\1...", line) for line in told]
    told = [re.sub(r"available mech=.*, ", "", line) for line in told]
    told = [re.sub(r"(\(-20\) SASL\(-13\)|\(-13\) SASL\(-13\)).*, user=\S*,", "(refused)", line) for line in told]
    return Counter(line for line in told if not line.startswith("---"))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sessions", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--letters", default="", help="AuthOptions")
    asked.add_argument("--pipelined", action="store_true")
    asked.add_argument("--level", type=int, default=0)
    given = asked.parse_args()
    differing = 0
    with tempfile.TemporaryDirectory(prefix="auth-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        cf = site(folder / "ours", given.letters, given.sessions)
        with (
            Saslsendmail(folder / "theirs", given.letters, given.sessions, given.level) as oracle,
            Noctule(cf, folder / "ours", f"LogLevel={given.level}") as noctule,
        ):
            for number in range(given.sessions):
                steps = Session(given.seed, number).steps()
                talk = all_at_once if given.pipelined else replies
                theirs = list(talk((oracle.address, 25), steps))
                ours = list(talk(("127.0.0.1", noctule.port), steps))
                if ours != theirs:
                    differing += 1
                    show(number, ours, theirs)
                if given.level:
                    differing += compare_logs(number, oracle.logged(), new_lines(noctule.log))
    print(f"{given.sessions} sessions, {differing} differ")
    return int(bool(differing))


def show(number: int, ours: list[tuple[bytes, bytes]], theirs: list[tuple[bytes, bytes]]) -> None:
    print(f"session {number}")
    for place in range(max(len(ours), len(theirs))):
        we = ours[place] if place < len(ours) else (b"-", b"-")
        they = theirs[place] if place < len(theirs) else (b"-", b"-")
        mark = " " if we == they else "!"
        print(f" {mark} {they[0].decode('latin-1')[:60]!r}: {they[1].decode('latin-1').strip()!r}", end="")
        print(f"   ours: {we[1].decode('latin-1').strip()!r}" if we != they else "")


if __name__ == "__main__":
    sys.exit(main())
