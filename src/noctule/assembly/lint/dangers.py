"""N6xx: settings that endanger this host or others."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from noctule.assembly.filters import uncalled_filters
from noctule.assembly.lint.options import option_of
from noctule.assembly.lint.relay import relays_for_strangers
from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.assembly.rules import numbers_of
from noctule.files.policy import Relaxation

_FOR_ANYBODY = (
    Relaxation.WORLD_WRITABLE_ALIAS_FILE,
    Relaxation.WORLD_WRITABLE_FORWARD_FILE,
    Relaxation.WORLD_WRITABLE_INCLUDE_FILE,
    Relaxation.RUN_WRITABLE_PROGRAM,
)
_OWN_ADDRESSES = ("localhost", "::1")


def check(subject: Subject) -> Iterator[Finding]:
    """What the options say, and what the rules answer to a stranger."""
    yield from _relay(subject)
    yield from _words(subject)
    yield from _default_user(subject)
    yield from _filters(subject)


def check_queue(subject: Subject) -> Iterator[Finding]:
    """Whether others can write where the queue lies."""
    name = subject.configuration.options.string("QueueDirectory")
    folder = Path(name.removesuffix("*")).parent if name.endswith("*") else Path(name)
    try:
        mode = os.stat(folder).st_mode  # noqa: PTH116 - as the other checks of files
    except (OSError, ValueError):
        return
    if name and mode & stat.S_IWOTH:
        text = f"everybody can write in the queue directory {folder}"
        yield finding("N602", subject.file, line_of(subject, "QueueDirectory"), text)


def line_of(subject: Subject, name: str) -> int:
    """The last line that sets an option, 0 if none does."""
    numbers = (line.number for line in subject.lines if (option := option_of(line)) is not None and option.name == name)
    return max(numbers, default=0)


def _relay(subject: Subject) -> Iterator[Finding]:
    taken = relays_for_strangers(subject.configuration)
    if taken is None:
        return
    sender, recipient = taken
    line = subject.rules["check_rcpt"][0].line if subject.rules.get("check_rcpt") else 0
    ports = subject.configuration.options.ports("DaemonPortOptions")
    alone = bool(ports) and all(
        port.family == "unix" or port.address in _OWN_ADDRESSES or port.address.startswith("127.") for port in ports
    )
    text = f"a stranger may send mail through this host to a stranger: MAIL FROM:{sender}, RCPT TO:{recipient}"
    yield finding("N606" if alone else "N601", subject.file, line, text)


def _words(subject: Subject) -> Iterator[Finding]:
    options = subject.configuration.options
    if "authwarnings" not in {word.lower() for word in options.words("PrivacyOptions")}:
        text = "nobody is told that a user chose a sender of his own"
        yield finding("N603", subject.file, line_of(subject, "PrivacyOptions"), text)
    blamed = {word.lower() for word in options.words("DontBlameSendmail")}
    for relaxation in _FOR_ANYBODY:
        if relaxation.value.lower() in blamed:
            text = f"DontBlameSendmail={relaxation.value} trusts what anybody may have written"
            yield finding("N604", subject.file, line_of(subject, "DontBlameSendmail"), text)


def _filters(subject: Subject) -> Iterator[Finding]:
    for uncalled in uncalled_filters(subject.configuration):
        line = uncalled.position.line if uncalled.position else line_of(subject, uncalled.option.partition("=")[0])
        yield finding(
            "N607", subject.file, line, f"{uncalled.option} names filters that are not called: {uncalled.told}"
        )


def _default_user(subject: Subject) -> Iterator[Finding]:
    user = subject.configuration.options.string("DefaultUser")
    if user and numbers_of(user)[0] == 0:
        text = f"programs and files in aliases are run and written as {user}, which is root"
        yield finding("N605", subject.file, line_of(subject, "DefaultUser"), text)
    for mailer in subject.configuration.mailers.values():
        if mailer.user and mailer.position is not None and numbers_of(mailer.user)[0] == 0:
            text = f"the mailer {mailer.name} runs as {mailer.user}, which is root, whoever mail is for"
            yield finding("N605", subject.file, mailer.position.line, text)
