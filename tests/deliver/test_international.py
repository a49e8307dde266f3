"""International messages for servers with and without SMTPUTF8."""

import asyncio

import pytest

from deliver.sink import KEYWORDS, Sink
from deliver.support import batch, recipient, smtp_mailer
from noctule.deliver.international import Spelling, spelled
from noctule.deliver.settings import SmtpSettings
from noctule.deliver.smtp import SmtpAgent
from noctule.deliver.verdict import Remote
from noctule.mail.envelope import HeaderField
from noctule.mail.outcome import Delivered, Failed, Outcome
from noctule.resolve import HostsFile, Resolver, ResolverSettings

HEADER = b"Subject: x\r\n\r\n"
MX = Remote("mx.example.", "192.0.2.1")


def utf8(text: str) -> str:
    return text.encode().decode("latin-1")


def spell(sender: str, *users: str, header: bytes = HEADER, offered: bool = False) -> Spelling | Failed:
    names = [utf8(user) for user in users]
    return spelled(utf8(sender), names, header, declared=True, offered=offered, remote=MX)


def test_plain_messages_need_nothing() -> None:
    assert spell("a@x.example", "b@y.example", offered=True) == Spelling("a@x.example", ("b@y.example",), HEADER)


def test_a_server_with_the_extension_gets_everything_as_it_is() -> None:
    assert spell("ä@x.example", offered=True) == Spelling(utf8("ä@x.example"), (), HEADER, smtputf8=True)


def test_domains_become_a_labels_for_others() -> None:
    assert spell("a@bücher.example", "b@straße.example", "ü@x.example") == Spelling(
        "a@xn--bcher-kva.example", ("b@xn--strae-oqa.example", None), HEADER
    )


def test_domains_in_address_fields_become_a_labels_too() -> None:
    header = 'From: "A" <a@bücher.example>,\r\n\tb@straße.example\r\nSubject: plain\r\n\r\n'.encode()
    spelling = spell("a@x.example", header=header)
    assert isinstance(spelling, Spelling)
    plain = b'From: "A" <a@xn--bcher-kva.example>,\r\n\tb@xn--strae-oqa.example\r\nSubject: plain\r\n\r\n'
    assert spelling.header == plain


@pytest.mark.parametrize(
    ("sender", "header", "status"),
    [
        ("ä@x.example", HEADER, "5.6.7"),
        ("a@x.example", "Subject: grün\r\n\r\n".encode(), "5.6.9"),
        ("a@x.example", "From: Jürgen <a@x.example>\r\n\r\n".encode(), "5.6.9"),
        ("a@x.example", "Subject: a@bücher.example\r\n\r\n".encode(), "5.6.9"),
    ],
)
def test_what_cannot_be_said_in_ascii_fails(sender: str, header: bytes, status: str) -> None:
    failed = spell(sender, "b@x.example", header=header)
    assert isinstance(failed, Failed)
    assert (failed.status, failed.remote) == (status, "mx.example.")


def test_eight_bit_headers_of_a_message_without_smtputf8_are_nobodys_business() -> None:
    header = b"Subject: gr\xfcn\r\n\r\n"
    assert spelled("a@x", ["b@x"], header, declared=False, offered=False, remote=MX) == Spelling(
        "a@x", ("b@x",), header
    )


def delivered(keywords: tuple[str, ...], *users: str, header: str = "") -> tuple[list[Outcome], Sink]:
    async def work() -> tuple[list[Outcome], Sink]:
        resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile())
        agent = SmtpAgent(SmtpSettings(name="us.example"), resolver, is_me=lambda _: False)
        people = [recipient(number, utf8(user)) for number, user in enumerate(users, 1)]
        fields = (HeaderField("Subject", utf8(f" {header}")),)
        async with Sink(keywords=keywords).serve() as sink:
            outcomes = await agent.deliver(batch(smtp_mailer(sink.port), *people, headers=fields, smtputf8=True))
            await agent.close()
        return outcomes, sink

    return asyncio.run(work())


def test_the_parameter_is_given_to_a_server_that_knows_it() -> None:
    outcomes, sink = delivered((*KEYWORDS, "SMTPUTF8"), "jürgen@x.example", header="grün")
    assert isinstance(outcomes[0], Delivered)
    (letter,) = sink.letters
    assert "SMTPUTF8" in letter.sender.split()
    assert utf8("jürgen@x.example") in letter.recipients[0]


def test_one_recipient_that_cannot_be_written_does_not_stop_the_others() -> None:
    outcomes, sink = delivered(KEYWORDS, "jürgen@x.example", "bob@bücher.example")
    assert [type(outcome) for outcome in outcomes] == [Failed, Delivered]
    assert outcomes[0].status == "5.6.7"
    (letter,) = sink.letters
    assert letter.recipients == ["RCPT To:<bob@xn--bcher-kva.example>"]
    assert "SMTPUTF8" not in letter.sender


@pytest.mark.parametrize(("users", "header"), [(("jürgen@x.example",), ""), (("b@x.example",), "grün")])
def test_nothing_is_begun_that_cannot_be_said(users: tuple[str, ...], header: str) -> None:
    outcomes, sink = delivered(KEYWORDS, *users, header=header)
    assert isinstance(outcomes[0], Failed)
    assert not any(command.startswith("MAIL") for command in sink.commands)
