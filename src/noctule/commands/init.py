"""noctule init: ask a few questions, and write a site file."""

import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from noctule.assembly.mc import is_plain
from noctule.base.errors import UsageError
from noctule.base.text import BLANKS, words_of
from noctule.commands.flags import FlagError
from noctule.commands.sitefile import (
    AUTHENTICATED,
    Site,
    full_name,
    host_and_port,
    local_mail,
    network,
    path,
    site_text,
)
from noctule.mail.status import Exit

_OSTYPES = {"freebsd": "freebsd6", "openbsd": "openbsd", "darwin": "darwin", "sunos": "solaris11"}


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is the name of an answer; `check` raises UsageError for one that cannot be.

    `needs`: asked only when that one has an answer.
    """

    key: str
    text: str
    default: str
    check: Callable[[str], object]
    needs: str = ""


def questions(name: str) -> Iterator[Question]:
    """In the order they are asked; `name` is what this host takes itself for."""
    yield Question("name", "Name of this host", name, full_name)
    yield Question("smart_host", "HOST or HOST:PORT that takes mail for the outside (empty: deliver directly)", "",
                   host_and_port)  # fmt: skip
    yield Question("log_in", "Does it want a password (yes or no)", "no", _yes_or_no, needs="smart_host")
    yield Question("local", "Local mail goes to maildir, mbox, lmtp:SOCKET, lmtp:HOST:PORT or hub:HOST", "maildir",
                   local_mail)  # fmt: skip
    yield Question("certificate", "Certificate for TLS (empty: no TLS)", "", path)
    yield Question("key", "Its key", "", path, needs="certificate")
    yield Question("submit", "Who may send to everywhere: networks, auth (users with a password)", "", _submitters)


def run(output: str, given: dict[str, str | None], *, ask: bool, directory: str) -> int:
    """Write the file; `given` are answers by key, None for those to be asked (or to be left at their defaults)."""
    if output != "-" and Path(output).exists():
        raise FlagError(f"{output}: exists already", Exit.CANTCREAT)
    try:
        answers = _answers(given, ask=ask)
        text = site_text(
            Site(
                name=answers["name"],
                ostype=_ostype(),
                directory=directory,
                smart_host=answers["smart_host"],
                log_in=_yes_or_no(answers["log_in"]),
                local=answers["local"],
                certificate=answers["certificate"],
                key=answers["key"],
                submitters=_words(answers["submit"]),
            )
        )
    except UsageError as error:
        raise FlagError(str(error), Exit.USAGE) from None
    if output == "-":
        sys.stdout.write(text)
        return Exit.OK
    try:
        Path(output).write_text(text, "utf-8")
    except OSError as error:
        raise FlagError(f"{output}: {error.strerror}", Exit.CANTCREAT) from None
    print(f"{output} is written. Make {directory}/aliases.db with newaliases, then: noctule lint {output}")
    return Exit.OK


def _ostype() -> str:
    return next((ostype for system, ostype in _OSTYPES.items() if sys.platform.startswith(system)), "linux")


def _answers(given: dict[str, str | None], *, ask: bool) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question in questions(_own_name()):
        known = given.get(question.key)
        if known is None:
            needless = question.needs and not answers[question.needs]
            known = _asked(question) if ask and not needless else question.default
        _judge(question, known)
        answers[question.key] = known
    return answers


def _own_name() -> str:
    name = socket.getfqdn()
    return name if "." in name else f"{socket.gethostname()}.example.org"


def _asked(question: Question) -> str:
    """Ask until there is an answer that can be; UsageError at the end of input."""
    while True:
        shown = f" [{question.default}]" if question.default else ""
        print(f"{question.text}{shown}: ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            raise UsageError("the input ended before the last question")
        answer = line.strip(BLANKS) or question.default
        try:
            _judge(question, answer)
        except UsageError as error:
            print(error)
            continue
        return answer


def _judge(question: Question, answer: str) -> None:
    """Raises UsageError for an answer that cannot be, or that an mc file would not pass on."""
    if answer:
        question.check(answer)
        if not is_plain(answer):
            raise UsageError(f"{answer}: holds a word that means something else in an mc file")


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise UsageError(f"{text}: yes or no?")
    return text.lower() == "yes"


def _words(text: str) -> list[str]:
    return words_of(text.replace(",", " "))


def _submitters(text: str) -> None:
    for word in _words(text):
        if word != AUTHENTICATED:
            network(word)
