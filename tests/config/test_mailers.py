"""M lines, against the `=M` listing of the real Sendmail."""

import pytest

from config.disk import read
from noctule.symbols.expand import spell
from noctule.symbols.mailers import Mailer


def mailer(line: str) -> Mailer:
    conf = read(f"V10\nMfoo,{line}\nMlocal, P=/x, A=x\n")
    assert conf.errors == [], line
    return conf.mailers["foo"]


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("P=/y, A=x", "eol", "\r\n"),
        ("P=/y, A=x $u", "eol", "\n"),
        ("P=/y, A=x, E=\\r\\n, L=990", "eol", "\r\n"),
        ('P=/y, A=x, E=\\n\\r\\t\\x\\\\q"a b"', "eol", "\n\rtx\\qa b"),
        ('P=/y, A=x, F=a b"c"d\\e', "flags", frozenset("abcde")),
        ("P=/y, A=x, S=3/foo", "sender_envelope", "3"),
        ("P=/y, A=x, S=3/foo", "sender_header", "foo"),
        ("P=/y, A=x, R=foo", "recipient_header", "foo"),
        ("P=/y, A=x, R= 2 / 3", "recipient_header", "2"),
        ("P=/y, A=x, L=-3", "line_limit", 0),
        ("P=/y, A=x, F=L", "line_limit", 990),
        ("P=/y, A=x, M=5x", "max_message_size", 5),
        ("P=/y, A=x, m=3", "max_messages", 3),
        ("P=/y, A=x, r=0", "max_recipients", 100),
        ("P=/y, A=x, r=-1", "max_recipients", 100),
        ("P=/y, A=x, r=7", "max_recipients", 7),
        ("P=/y, A=x, W=2m", "wait", 120.0),
        ("P=/y, A=x, N=-5", "nice", -5),
        ("P=/y, A=x, C=latin1", "charset", "latin1"),
        ("P=/y, A=x, D=a:b,\n\t/=/jail", "directories", "a:b"),
        ("P=/y, A=x, D=a:b,\n\t/=/jail", "root", "/jail"),
        ("P=/y, A=x, T=a/b", "diagnostic_type", "smtp"),
        ("P=/y, A=x", "mta_type", ""),
        ("P=[IPC], A=TCP $h", "mta_type", "dns"),
        ('P="[IPC]", A="TCP $h"', "path", "[IPC]"),
        ("Path=/y, Argv=x, User=root:root", "user", "root:root"),
        ("P=/y , A=x", "path", "/y"),
    ],
)
def test_fields(line: str, field: str, value: object) -> None:
    assert getattr(mailer(line), field) == value


def test_words() -> None:
    argv = mailer('P=/y, A=x "y z" w\\,v "q,r" $u $?h-h $h$., L=5').argv
    assert [spell(word) for word in argv] == ["x", "y", "z", "w,v", "q,r", "$u", "$?h-h", "$h$."]


def test_built_in_mailers_come_first_and_keep_their_numbers() -> None:
    conf = read("V10\nMlocal, P=/x, F=lsm, A=x $u\nMprog, P=/x, F=lsm, A=x $u\nMLocal, P=/z, A=x\nMsmtp, P=/x, A=x\n")
    numbers = {mailer.name: mailer.number for mailer in conf.mailers.values()}
    assert numbers == {"prog": 0, "*file*": 1, "*include*": 2, "Local": 3, "smtp": 4}
    assert conf.mailers["prog"].flags == {"l", "s"}, "F=m goes"
    assert conf.mailers["local"].path == "/z"
    assert conf.mailers["*file*"].path == "[FILE]"


def test_a_mailer_with_a_syntax_error_is_not_defined() -> None:
    assert "foo" not in read("V10\nMfoo, P=/x, A=x, L\n").mailers
    assert "foo" in read("V10\nMfoo, P=/x, A=x, Z=1\n").mailers


def test_queue_group_of_a_mailer() -> None:
    conf = read("V10\nO QueueDirectory=/q\nQfast\nMlocal, P=/x, A=x, Q=FAST\n")
    assert conf.errors == []
    assert conf.mailers["local"].queue_group == "fast"
