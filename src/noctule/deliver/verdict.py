"""What replies, exit codes and network errors amount to, in Sendmail's words.  Pure."""

import errno
from dataclasses import dataclass
from typing import Any

from noctule.base.text import BLANKS
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mail.reply import Reply
from noctule.mail.status import REPLY_CODE_OF_EXIT, STATUS_OF_EXIT, TEXT_OF_EXIT, Exit
from noctule.smtp.client import Phase

_STATUS_OF_CODE = {
    450: "4.2.0", 451: "4.3.0", 452: "4.3.1", 500: "5.5.2", 501: "5.5.4", 502: "5.5.1", 503: "5.5.1", 504: "5.5.4",
    550: "5.1.1", 551: "5.1.6", 552: "5.2.2", 553: "5.1.3",
}  # fmt: skip
_TEMPORARY_EXITS = {Exit.TEMPFAIL, Exit.OSERR, Exit.IOERR}
_TEXT_OF_ERRNO = {
    errno.ECONNREFUSED: "Connection refused by {host}",
    errno.ECONNRESET: "Connection reset by {host}",
    errno.EPIPE: "Connection reset by {host}",
    errno.ECONNABORTED: "Connection reset by {host}",
    errno.ETIMEDOUT: "Connection timed out with {host}",
    errno.EHOSTUNREACH: "No route to host",
    errno.ENETUNREACH: "Network is unreachable",
}


@dataclass(frozen=True, slots=True)
class Remote:
    """Who answered: the name as used, and the address."""

    name: str = ""
    address: str = ""


def from_reply(reply: Reply, phase: Phase, remote: Remote, *, enhanced: bool, relayed: bool = False) -> Outcome:
    """The outcome a reply means; `enhanced`: the server offered ENHANCEDSTATUSCODES, so its own may be believed."""
    status = reply.enhanced if enhanced and reply.enhanced else status_of_code(reply.code)
    line = str(reply)
    where: dict[str, Any] = {"remote": remote.name, "remote_address": remote.address}
    about_sender = phase is Phase.MAIL
    if reply.temporary:
        return Deferred(status=status, text=f"Deferred: {line}", reply=line, about_sender=about_sender, **where)
    if reply.permanent:
        text = TEXT_OF_EXIT[_exit_of(reply.code, phase)]
        return Failed(status=status, text=text, reply=line, about_sender=about_sender, **where)
    said = reply.text if enhanced or not reply.enhanced else f"{reply.enhanced} {reply.text}"
    text = f"Sent ({said})" if said else "Sent"
    return Delivered(status=reply.enhanced or "2.0.0", text=text, reply=line, relayed=relayed, **where)


def status_of_code(code: int) -> str:
    """The enhanced status Sendmail gives a reply without one of its own."""
    return _STATUS_OF_CODE.get(code, f"{code // 100}.0.0")


def _exit_of(code: int, phase: Phase) -> Exit:
    """As recorded from Sendmail in tests/deliver/data/replies.tsv."""
    match phase:
        case Phase.RCPT if code in {550, 551, 553}:
            return Exit.NOUSER
        case Phase.MAIL if code in {501, 553}:
            return Exit.DATAERR
        case Phase.FINAL if code < 550:
            return Exit.PROTOCOL
        case _:
            return Exit.UNAVAILABLE


def from_exit(code: int, output: str = "") -> Outcome:
    """The outcome of a program that exited with this code; `output` is what it printed."""
    try:
        known = Exit(code)
    except ValueError:
        return Failed(status="5.3.0", text=f"unknown mailer error {code}", reply=_first_line(output), exit=code)
    if known is Exit.OK:
        return Delivered(text="Sent")
    reply = _first_line(output)
    if known in _TEMPORARY_EXITS:
        text = "Deferred" if known is Exit.TEMPFAIL else f"Deferred: {TEXT_OF_EXIT[known]}"
        return Deferred(status="4.0.0", text=text, reply=reply)
    status = STATUS_OF_EXIT[known]
    text = TEXT_OF_EXIT[known]
    reply = reply or f"{REPLY_CODE_OF_EXIT[known]} {status} {text}"
    return Failed(status=status, text=text, reply=reply, exit=code)


def _first_line(output: str) -> str:
    lines = output.split("\n")
    return next((line.strip(BLANKS) for line in lines if line.strip(BLANKS)), "")[:200]


def from_error(error: OSError, remote: Remote) -> Deferred:
    """A connection that could not be made or broke.  TimeoutError is an OSError without a number."""
    number = errno.ETIMEDOUT if isinstance(error, TimeoutError) and error.errno is None else error.errno
    if number is None and isinstance(error, ConnectionError):
        number = errno.ECONNRESET
    text = _TEXT_OF_ERRNO.get(number or 0)
    host = remote.name
    said = text.format(host=host) if text else error.strerror or str(error) or type(error).__name__
    ending = "." if text and "{host}" in text and not said.endswith(".") and not host.startswith("[") else ""
    status = "4.4.1" if number in {errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH} else "4.4.0"
    if number in {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        status = "4.4.2"
    return Deferred(status=status, text=f"Deferred: {said}{ending}", remote=remote.name, remote_address=remote.address)


def busy(remote: Remote) -> Deferred:
    """Another process talks to the host, and only one may (SingleThreadDelivery)."""
    text = "Deferred: host is busy with another delivery"
    return Deferred(status="4.4.5", text=text, remote=remote.name, remote_address=remote.address)


def lost(phase: Phase, remote: Remote, error: str = "") -> Deferred:
    """The server closed the connection, or talked nonsense (`error`), while `phase` was under way."""
    if error:
        return Deferred(
            status="4.5.0",
            text=f"Deferred: Remote protocol error: {error}",
            remote=remote.name,
            remote_address=remote.address,
        )
    text = f"Deferred: Connection reset by {remote.name}" + ("" if remote.name.endswith((".", "]")) else ".")
    if phase is Phase.FINAL:
        text += " during final data: the message may arrive twice"
    return Deferred(status="4.4.2", text=text, remote=remote.name, remote_address=remote.address)
