import asyncio
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliver.support import AsWritten, envelope, macro
from noctule.deliver.message import EightBitRules, OutgoingMessage, fold_addresses, render_header, split_addresses
from noctule.mail.envelope import HeaderField
from noctule.mime import EightBitMode, MimeLimits, MimeSettings
from noctule.mqueue.staging import MemoryBody
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer


class Qualifying(AsWritten):
    """Adds a domain, so that it shows which addresses were rewritten, and as what."""

    async def header(self, address: str, mailer: Mailer, scope: Macros, *, sender: bool, envelope: object) -> str:
        return f"{address}{'!s' if sender else '!r'}"


def header(*fields: HeaderField, flags: str = "DFM", scope: dict[str, str] | None = None, line_limit: int = 0) -> str:
    message = OutgoingMessage(envelope(headers=fields), MemoryBody(b""), Qualifying())
    mailer = Mailer(name="m", flags=frozenset(flags), line_limit=line_limit)
    return render_header(asyncio.run(message.header(mailer, Macros(None, scope)))).decode("latin-1")


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("", []),
        (" , ,", []),
        (" a@b", ["a@b"]),
        (" user1,\r\n user2", ["user1", "user2"]),
        (' "Sender, The" <s@x> (a, comment), b@x (Other (nested, too)), <@hop,@hop2:c@x>',
         ['"Sender, The" <s@x> (a, comment)', "b@x (Other (nested, too))", "<@hop,@hop2:c@x>"]),
        (" Team: one@x, two@x;, alice", ["Team: one@x", "two@x;", "alice"]),
        (r' "a\", b" <c@x>, d\,e@x', [r'"a\", b" <c@x>', r"d\,e@x"]),
        (' "never closed, a@x', ['"never closed, a@x']),
    ],
)  # fmt: skip
def test_lists_are_cut_at_their_commas(value: str, parts: list[str]) -> None:
    assert split_addresses(value) == parts


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]{1,30}", fullmatch=True), st.text('ab,()\\" ', max_size=20)), max_size=9)
)
def test_what_the_standard_library_quotes_is_not_cut(people: list[tuple[str, str]]) -> None:
    written = [email.utils.formataddr((name, f"{user}@x")) for user, name in people]
    assert split_addresses(", ".join(written)) == [address.strip() for address in written]


def test_folding_as_recorded_from_sendmail() -> None:
    who = ["Friend (the good one) <friend@example.net>", "other@example.net (Other)", '"A.B. Person" <ab@example.net>']
    assert fold_addresses("To", who) == (
        " Friend (the good one) <friend@example.net>, other@example.net (Other),\r\n"
        '        "A.B. Person" <ab@example.net>'
    )
    many = fold_addresses("To", ["Somebody <somebody@example.net>"] * 5)
    pair = "Somebody <somebody@example.net>, Somebody <somebody@example.net>"
    assert many == f" {pair},\r\n        {pair},\r\n        Somebody <somebody@example.net>"


@given(st.lists(st.from_regex(r"[a-z]{1,90}", fullmatch=True), max_size=20), st.sampled_from([0, 40, 990]))
def test_folding_keeps_every_address_and_the_width(addresses: list[str], limit: int) -> None:
    value = fold_addresses("Cc", addresses, limit)
    assert split_addresses(value) == addresses
    width = min(limit - 2, 78) if limit else 78
    longest = max(map(len, addresses), default=0)
    assert all(len(line) <= max(width, longest + 9) + 4 for line in f"Cc:{value}".split("\r\n"))


def test_which_fields_are_rewritten_and_how() -> None:
    got = header(
        HeaderField("FROM", " a"), HeaderField("Reply-To", " b"), HeaderField("Resent-To", " c, d"),
        HeaderField("Subject", " a, b"), HeaderField("X-Folded", " one\r\n\ttwo"),
    )  # fmt: skip
    assert got == "FROM: a!s\r\nReply-To: b!s\r\nResent-To: c!r, d!r\r\nSubject: a, b\r\nX-Folded: one\r\n\ttwo\r\n\r\n"


@pytest.mark.parametrize(
    ("condition", "shown"),
    [("", True), ("D", True), ("xD", True), ("x", False), ("${auth}", True), ("${none}", False), ("$e", False)],
)
def test_conditions(condition: str, shown: bool) -> None:
    got = header(HeaderField("Date", " now", condition), scope={"auth": "PLAIN", "e": ""})
    assert got == ("Date: now\r\n\r\n" if shown else "\r\n")


def test_return_path_is_written_late_and_never_the_messages_own() -> None:
    template = HeaderField("Return-Path", f" <{macro('g')}>", "P")
    forged = HeaderField("Return-Path", " <forged@x>")
    assert header(template, forged, flags="P", scope={"g": "a@b"}) == "Return-Path: <a@b>\r\n\r\n"
    assert header(template, forged, flags="D", scope={"g": "a@b"}) == "\r\n"


def test_full_name_needs_f_x() -> None:
    assert header(HeaderField("Full-Name", " A B")) == "\r\n"
    assert header(HeaderField("Full-Name", " A B"), flags="x") == "Full-Name: A B\r\n\r\n"


def test_blind_copies_are_not_shown() -> None:
    bcc, to = HeaderField("Bcc", " hidden@x"), HeaderField("To", " seen@x")
    assert header(to, bcc) == "To: seen@x!r\r\n\r\n"
    assert header(bcc) == "Bcc:\r\n\r\n"


def test_long_mime_fields_are_cut_and_it_is_said() -> None:
    names = frozenset({"content-id"})
    limits = MimeLimits(whole=10, parameter=10, text_fields=frozenset(), fields=names, parameter_fields=frozenset())
    cut: list[tuple[str, str]] = []
    settings = MimeSettings(host="us.example")
    rules = EightBitRules(EightBitMode.JUST_SEND, settings, limits, lambda id_, name: cut.append((id_, name)))
    fields = (HeaderField("Content-ID", " 01234567890"), HeaderField("Content-ID", " 0"), HeaderField("X", " " * 20))
    message = OutgoingMessage(envelope(headers=fields), MemoryBody(b""), AsWritten(), rules)
    mailer = Mailer(name="m", path="[IPC]")
    written = asyncio.run(message.header(mailer, Macros(None, {})))
    assert [field.value for field in written] == [" 0123456789", " 0", " " * 20]
    assert cut == [("Q1", "Content-ID")]
