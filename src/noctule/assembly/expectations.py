"""What a configuration is expected to do, one line each: the files of `noctule test`.

    bob@example.net -> esmtp example.net bob@example.net
    check_rcpt <joe@example.org> from 192.0.2.1 -> 550 5.7.1
    rewrite esmtp envelope sender root -> root@mail.example.test
    ruleset canonify bob@example.net -> bob < @ example.net >

Lines that begin with `#` are comments; `@client`, `@auth`, `@sender` and `@macro` hold for the lines below them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from noctule.assembly.reception import Peer
from noctule.base.errors import ConfigurationError, Position
from noctule.base.text import BLANKS, first_word, words_of
from noctule.resolve import is_address

_FROM = re.compile(r"\s+from\s+(\S+)(?:\s+(\S+))?\Z", re.ASCII)
_REWRITE = re.compile(r"(\S+)\s+(envelope|header)\s+(sender|recipient)\s+(.+)", re.ASCII)
_SETTINGS = frozenset({"@client", "@auth", "@sender", "@macro"})
_MACRO = re.compile(r"\{(\w+)\}|(\w)", re.ASCII)
_LOCAL = Peer(address="127.0.0.1", name="localhost")
ARGUMENTS = "$|"  # between the arguments of a ruleset


@dataclass(frozen=True, slots=True)
class Resolves:
    """`ADDRESS -> MAILER [HOST] USER`, or a reply."""

    address: str


@dataclass(frozen=True, slots=True)
class Checks:
    """`check_… ARGUMENT -> OK`, a reply, DISCARD or QUARANTINE."""

    ruleset: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rewrites:
    """`rewrite MAILER envelope|header sender|recipient ADDRESS -> ADDRESS`"""

    mailer: str
    header: bool
    sender: bool
    address: str


@dataclass(frozen=True, slots=True)
class Applies:
    """`ruleset NAME[,NAME…] WORKSPACE -> WORKSPACE`"""

    names: tuple[str, ...]
    workspace: str


Subject = Resolves | Checks | Rewrites | Applies


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the `@` lines say."""

    peer: Peer = _LOCAL
    sender: str = "<>"
    macros: tuple[tuple[str, str], ...] = ()  # names without braces


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One line: when `subject` is tried, `expected` is to come of it."""

    position: Position
    text: str
    subject: Subject
    expected: str
    circumstances: Circumstances


def read_expectations(text: str, file: str) -> Iterator[Expectation]:
    """The expectations of a file, in order.  Raises ConfigurationError with its place for a line that is none."""
    circumstances = Circumstances()
    for number, written in enumerate(text.split("\n"), 1):
        line, position = written.strip(BLANKS), Position(file, number)
        if not line or line.startswith("#"):
            continue
        try:
            if first_word(line)[0] in _SETTINGS:
                setting, rest = first_word(line[1:])
                circumstances = _changed(circumstances, [word for word in (setting, *first_word(rest)) if word])
                continue
            if line.startswith("@") and " -> " not in line:
                raise ValueError(f"no such circumstance; there are {', '.join(sorted(_SETTINGS))}")
            left, arrow, expected = f"{line} ".rpartition(" -> ")
            if not arrow or not left.strip(BLANKS) or not expected.strip(BLANKS):
                raise ValueError("expected `WHAT -> RESULT`")
            subject, peer = _subject(left.strip(BLANKS), circumstances.peer)
        except ValueError as error:
            raise ConfigurationError(str(error), position) from None
        yield Expectation(
            position=position,
            text=line,
            subject=subject,
            expected=expected.strip(BLANKS),
            circumstances=replace(circumstances, peer=peer),
        )


def _changed(old: Circumstances, words: list[str]) -> Circumstances:
    match words:
        case ["client"]:
            return replace(old, peer=_peer(old.peer, "", ""))
        case ["client", address, *name] if len(words_of("".join(name))) <= 1:
            return replace(old, peer=_peer(old.peer, address, "".join(name)))
        case ["auth"]:
            return replace(old, peer=replace(old.peer, auth=""))
        case ["auth", user, *mechanism] if len(words_of("".join(mechanism))) <= 1:
            return replace(old, peer=replace(old.peer, auth=user, mechanism="".join(mechanism) or "PLAIN"))
        case ["sender", address]:
            return replace(old, sender=address)
        case ["macro"]:
            return replace(old, macros=())
        case ["macro", written, *value] if (macro := _MACRO.fullmatch(written)) is not None:
            return replace(old, macros=(*old.macros, (macro[1] or macro[2], "".join(value))))
        case _:
            usage = (
                "`@client [ADDRESS [NAME]]`, `@auth [USER [MECHANISM]]`, `@sender ADDRESS` or `@macro [{NAME} VALUE]`"
            )
            raise ValueError(f"expected {usage}")


def _peer(old: Peer, address: str, name: str) -> Peer:
    if address and not is_address(address):
        raise ValueError(f"not an IP address: {address}")
    return replace(old, address=address, name=name)


def _subject(left: str, peer: Peer) -> tuple[Subject, Peer]:
    word, _, rest = left.partition(" ")
    rest = rest.strip(BLANKS)
    match word:
        case "rewrite":
            found = _REWRITE.fullmatch(rest)
            if found is None:
                raise ValueError("expected `rewrite MAILER envelope|header sender|recipient ADDRESS`")
            return Rewrites(found[1], found[2] == "header", found[3] == "sender", found[4]), peer
        case "ruleset":
            names, _, workspace = rest.partition(" ")
            if not names or not workspace.strip(BLANKS):
                raise ValueError("expected `ruleset NAME WORKSPACE`")
            return Applies(tuple(names.split(",")), workspace.strip(BLANKS)), peer
        case _ if word.lower().startswith("check_"):
            if (client := _FROM.search(f" {rest}")) is not None:
                peer = _peer(peer, client[1], client[2] or "")
                rest = f" {rest}"[: client.start()].strip(BLANKS)
            return Checks(word, tuple(part.strip(BLANKS) for part in rest.split(ARGUMENTS)) if rest else ()), peer
        case _:
            return Resolves(left), peer
