"""Messages with 8-bit data.  `classes` are C lines for the recording configuration."""

from dataclasses import dataclass

HEAD = b"From: a@b.example\r\nMessage-Id: <1@b.example>\r\nDate: Sun, 22 Nov 2026 19:54:32 GMT\r\n"
PLAIN = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n"


@dataclass(frozen=True)
class Case:
    message: bytes
    classes: str = ""


def plain(body: bytes) -> Case:
    return Case(HEAD + PLAIN + b"\r\n" + body)


def multipart(body: bytes, content_type: bytes = b'multipart/mixed; boundary="bb"', classes: str = "") -> Case:
    return Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: " + content_type + b"\r\n\r\n" + body, classes)


CASES = {
    "no-mime": Case(HEAD + b"Subject: caf\xe9\r\n\r\nBody caf\xe9 = x.\r\nFrom me\r\n.\r\n..\r\n tab\t\r\nlast \r\n"),
    "no-mime-base64": Case(HEAD + b"\r\n" + b"\xe9\xe8" * 40 + b"\r\n"),
    "plain": plain(b"A line with caf\xe9 = here.\r\nTrailing \r\nTab\t\r\n.\r\n..dots\r\n.x\r\nFrom \r\nfrom\r\n"),
    "long-lines": plain(b"long line with \xe9 and more " * 60 + b"\r\n" + b"x" * 300 + b"\r\n"),
    "exactly-75": plain(
        b"\xe9" + b"x" * 72 + b"\r\n" + b"x" * 75 + b"\r\n" + b"x" * 76 + b"\r\n" + b"x" * 77 + b"\r\n"
    ),
    "blank-at-the-break": plain(
        b"\xe9\r\n" + b"x" * 70 + b" " * 10 + b"y\r\n" + b"x" * 74 + b" \r\n" + b"x" * 75 + b" \r\n"
    ),
    "dot-at-the-break": plain(b"\xe9\r\n" + b"x" * 75 + b".y\r\n" + b"x" * 74 + b".y\r\n"),
    "from-at-the-break": plain(b"\xe9\r\n" + b"x" * 75 + b"From y\r\n"),
    "empty-lines": plain(b"\r\n\r\n\xe9\r\n\r\n\r\n"),
    "controls": plain(b"\xe9 \x01\x07\x0b\x0c\x1b\x7f end\r\n"),
    "all-8bit-values": plain(bytes(range(128, 256)) + b"\r\n" + b"a" * 2000 + b"\r\n"),
    "printable-specials": plain(b'\xe9!"#$@[\\]^`{|}~ and +-/\r\n'),
    "ascii-only": plain(b"only ascii = \r\n"),
    "no-final-newline": plain(b"caf\xe9"),
    "base64-odd": plain(b"\xe9" * 55 + b"\r\n" + b"\xe9" * 3),
    "base64-exact-line": plain(b"\xe9" * 54),
    "eighth-7-of-56": plain(b"\xe9" * 7 + b"a" * 47 + b"\r\n"),
    "eighth-7-of-57": plain(b"\xe9" * 7 + b"a" * 48 + b"\r\n"),
    "eighth-8-of-64": plain(b"\xe9" * 8 + b"a" * 54 + b"\r\n"),
    "eighth-8-of-63": plain(b"\xe9" * 8 + b"a" * 53 + b"\r\n"),
    "eighth-8-of-65": plain(b"\xe9" * 8 + b"a" * 55 + b"\r\n"),
    "late-8bit": plain(b"a" * 70 + b"\r\n" + (b"b" * 70 + b"\r\n") * 80 + b"\xe9" * 3000 + b"\r\n"),
    "early-8bit": plain(b"\xe9" * 600 + b"\r\n" + (b"b" * 70 + b"\r\n") * 80),
    "already-qp": Case(HEAD + PLAIN.replace(b"8bit", b"quoted-printable") + b"\r\ncaf=E9 caf\xe9\r\n"),
    "already-base64": Case(HEAD + PLAIN.replace(b"8bit", b"base64") + b"\r\nY2Fm6Q==\r\n\xe9\r\n"),
    "claims-7bit": Case(HEAD + PLAIN.replace(b"8bit", b"7bit") + b"\r\ncaf\xe9\r\n"),
    "claims-binary": Case(HEAD + PLAIN.replace(b"8bit", b"binary") + b"\r\ncaf\xe9\r\n"),
    "no-encoding-field": Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=x\r\n\r\ncaf\xe9\r\n"),
    "no-type-field": Case(HEAD + b"MIME-Version: 1.0\r\n\r\ncaf\xe9\r\n"),
    "html": Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=x\r\n\r\n<p>caf\xe9\r\n"),
    "application": Case(
        HEAD + b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\r\nfew \xe9 in " + b"a" * 99 + b"\r\n"
    ),
    "application-qp-class": Case(
        HEAD + b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n\r\n" + b"\xe9" * 60 + b"\r\n",
        "C{q}application/octet-stream",
    ),
    "image": Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\n\x89PNG few " + b"a" * 99 + b"\r\n"),
    "text-many": Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: text/x-many\r\n\r\n" + b"\xe9" * 60 + b"\r\n"),
    "unknown-encoding": Case(HEAD + PLAIN.replace(b"8bit", b"x-odd") + b"\r\ncaf\xe9\r\n"),
    "bad-type": Case(HEAD + b"MIME-Version: 1.0\r\nContent-Type: nonsense\r\n\r\ncaf\xe9\r\n"),
    "type-case": Case(
        HEAD
        + b"MIME-Version: 1.0\r\nContent-Type: MultiPart/Mixed; Boundary=bb\r\n\r\n--bb\r\n\r\ncaf\xe9\r\n--bb--\r\n"
    ),
    "multipart": multipart(
        b"pre\xe9amble\r\n--bb\r\nContent-Type: text/plain; charset=x\r\n\r\ncaf\xe9\r\n--bb\r\n"
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe9\xe9\xe9\r\n--bb\r\n\r\n"
        b"no header \xe9\r\n--bb\r\nContent-Type: text/plain\r\n\r\nascii only = \r\n--bb--\r\nepi\xe9logue\r\n"
    ),
    "multipart-blank-after-delimiter": multipart(b"--bb  \r\n\r\ncaf\xe9\r\n--bb-- \r\n"),
    "multipart-last-part-unended": multipart(b"--bb\r\n\r\ncaf\xe9\r\n"),
    "multipart-ends-in-header": multipart(b"--bb\r\nContent-Type: text/plain\r\n"),
    "multipart-no-boundary": multipart(b"caf\xe9\r\n", b"multipart/mixed"),
    "multipart-prefix": multipart(b"--bb\r\n\r\ncaf\xe9\r\n--bbx\r\ncaf\xe9\r\n--b\r\ncaf\xe9\r\n--bb--\r\n"),
    "multipart-empty-part": multipart(b"--bb\r\n\r\n--bb\r\n\r\n\r\n\r\n--bb\r\n\r\ncaf\xe9\r\n\r\n--bb--\r\n"),
    "multipart-nested": multipart(
        b"--bb\r\nContent-Type: multipart/alternative; boundary=cc\r\n\r\n--cc\r\n\r\n\xe9x\r\n--cc\r\n"
        b"Content-Type: text/html\r\n\r\n\xe9y\r\n--cc--\r\nepi\xe9\r\n--bb\r\n\r\n\xe9z\r\n--bb--\r\n"
    ),
    "multipart-inner-unended": multipart(
        b"--bb\r\nContent-Type: multipart/alternative; boundary=cc\r\n\r\n--cc\r\n\r\n\xe9x\r\n"
        b"--bb\r\n\r\n\xe9z\r\n--bb--\r\n"
    ),
    "multipart-encoded": Case(
        HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bb\r\nContent-Transfer-Encoding: 8bit\r\n"
        b"\r\n--bb\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9\r\n--bb--\r\n"
    ),
    "digest": multipart(
        b"--bb\r\n\r\nSubject: inner \xe9\r\n\r\nbody \xe9\r\n--bb--\r\n", b"multipart/digest; boundary=bb"
    ),
    "rfc822": multipart(
        b"--bb\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner \xe9\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=y\r\n\r\ninner \xe9\r\n--bb--\r\n"
    ),
    "rfc822-whole": Case(
        HEAD + b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner \xe9\r\n"
    ),
    "rfc822-class-s": multipart(
        b"--bb\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=y\r\n\r\ninner \xe9\r\n--bb--\r\n",
        classes="C{s}rfc822",
    ),
    "class-n": multipart(
        b"--bb\r\nContent-Type: multipart/signed; boundary=cc\r\n\r\n--cc\r\n\r\n\xe9x\r\n--cc--\r\n"
        b"--bb\r\n\r\n\xe9z\r\n--bb--\r\n",
        classes="C{n}multipart/signed",
    ),
    "delivery-status": multipart(
        b"--bb\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; \xe9\r\n\r\n--bb--\r\n",
        b"multipart/report; boundary=bb",
    ),
}
