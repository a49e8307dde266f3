"""The text of a message as programs and mailboxes get it.  Pure."""

import re
from collections.abc import Iterable, Iterator

from noctule.smtp.stuffing import canonical, split_long_lines
from noctule.symbols.mailers import Mailer

_FROM = re.compile(rb"^(?=From )", re.MULTILINE)


def local_text(header: bytes, body: Iterable[bytes], mailer: Mailer, from_line: bytes) -> Iterator[bytes]:
    """Header (with its empty line, CRLF line ends) and body with the mailer's line ends (E=).

    In front the `From ` line unless F=n; F=E quotes lines of the body that look like one; F=b ends the body in an empty
    line; F=X doubles leading dots; L= splits lines.
    """
    eol = mailer.eol.encode("latin-1")
    if "n" not in mailer.flags:
        yield from_line.rstrip(b"\r\n") + eol
    yield header.replace(b"\r\n", eol)
    last = b"\n"
    for lines in whole_lines(body):
        text = lines
        if mailer.line_limit:
            text = split_long_lines(text, mailer.line_limit)
        text = text.replace(b"\r\n", b"\n")
        if "X" in mailer.flags:
            text = re.sub(rb"^\.", b"..", text, flags=re.MULTILINE)
        if "E" in mailer.flags:
            text = _FROM.sub(b">", text)
        last = text[-2:]
        yield text if eol == b"\n" else text.replace(b"\n", eol)
    if "b" in mailer.flags and not last.endswith(b"\n\n") and last != b"\n":
        yield eol


def mailbox_text(header: bytes, body: Iterable[bytes], from_line: bytes) -> Iterator[bytes]:
    """The same for an mbox: `From ` line, quoting, and an empty line at the end."""
    yield from_line.rstrip(b"\r\n") + b"\n"
    yield header.replace(b"\r\n", b"\n")
    for lines in whole_lines(body):
        yield _FROM.sub(b">", lines.replace(b"\r\n", b"\n"))
    yield b"\n"


def maildir_text(header: bytes, body: Iterable[bytes]) -> Iterator[bytes]:
    """The same for a Maildir file."""
    yield header.replace(b"\r\n", b"\n")
    for lines in whole_lines(body):
        yield lines.replace(b"\r\n", b"\n")


def whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks cut anywhere, made canonical and cut at line ends; the last line is ended if it was not."""
    held = b""
    for chunk in chunks:
        text = held + chunk if held else chunk
        cut = text.rfind(b"\n") + 1
        held = text[cut:]
        if cut:
            yield canonical(text[:cut])
    if held:
        yield canonical(held.removesuffix(b"\r") + b"\r\n")
