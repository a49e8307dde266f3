"""Hostile sessions drawn from a seed: right and wrong commands, texts, chunks and rubbish, in writes cut anywhere."""

from collections.abc import Iterator
from random import Random

_PIECES = (
    *(b"EHLO x\r\n", b"HELO x\r\n", b"RSET\r\n", b"NOOP\r\n", b"VRFY alice\r\n", b"EXPN root\r\n", b"HELP MAIL\r\n"),
    *(
        b"MAIL FROM:<a@example.net>\r\n",
        b"MAIL FROM:<> BODY=BINARYMIME\r\n",
        b"MAIL FROM:<a@b> SIZE=99999999999999\r\n",
    ),
    *(
        b"RCPT TO:<alice@example.test>\r\n",
        b"RCPT TO:<b@example.org> NOTIFY=NEVER,DELAY\r\n",
        b"RCPT TO:</etc/passwd>\r\n",
    ),
    *(b"RCPT TO:<|id@example.test>\r\n", b"ETRN @example.org\r\n", b"AUTH PLAIN AAAA\r\n", b"STARTTLS\r\n", b"\r\n"),
    *(
        b"GET / HTTP/1.1\r\n",
        b"BDAT\r\n",
        b"BDAT -1\r\n",
        b"BDAT 99999999999999999999 LAST\r\n",
        b"\xff\xfe\0\n",
        b"%s%n\r\n",
    ),
)
_TEXTS = (
    b"Subject: x\r\n\r\n",
    b"x\r\n",
    b".x\r\n",
    b"\n.\n",
    b"\r.\r",
    b"\0",
    b"\r\n.\r",
    b"From: \xc3\xa9\r\n",
    b"a" * 2100,
)


def hostile_session(random: Random) -> list[bytes]:
    """The writes of one session, the last of which is QUIT in a line of its own."""
    said = b"".join(_part(random) for _ in range(random.randrange(2, 9))) + b"\r\n.\r\nQUIT\r\n"
    cuts = sorted(random.sample(range(1, len(said)), k=min(len(said) - 1, random.choice((0, 1, 3, 12)))))
    return [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]


def _part(random: Random) -> bytes:
    envelope = b"MAIL FROM:<a@example.net>\r\nRCPT TO:<alice@example.test>\r\n"
    match random.randrange(5):
        case 0:
            return envelope + b"DATA\r\n" + b"".join(random.choices(_TEXTS, k=random.randrange(6))) + b"\r\n.\r\n"
        case 1 | 2:
            return envelope + b"".join(_chunks(random))
        case _:
            return b"".join(random.choices(_PIECES, k=random.randrange(1, 6)))


def _chunks(random: Random) -> Iterator[bytes]:
    """BDAT, now and then with a number that is not that of the bytes."""
    for last in (*[b""] * random.randrange(3), b" LAST"):
        text = b"".join(random.choices(_TEXTS, k=random.randrange(4)))
        size = len(text) + random.choice((0, 0, 0, 0, 1, -1))
        yield b"BDAT %d%b\r\n" % (max(0, size), last) + text
