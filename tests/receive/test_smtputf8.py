"""An international message from MAIL to the store, with real rules."""

from dataclasses import replace
from pathlib import Path

from noctule.receive.settings import ReceiveSettings
from receive.smallsite import Site, run


def with_smtputf8(settings: ReceiveSettings) -> ReceiveSettings:
    return replace(settings, smtputf8=True)


def utf8(text: str) -> str:
    return text.encode().decode("latin-1")


def test_an_international_message_is_kept_as_it_came(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, with_smtputf8) as site:
            client = await site.client()
            assert "|250-SMTPUTF8|" in await client.say("EHLO client.example.net")
            assert (await client.say(utf8("MAIL FROM:<jürgen@bücher.example> SMTPUTF8"))).startswith("250 2.1.0")
            assert (await client.say(utf8("RCPT TO:<friènd@exämple.org> ORCPT=utf-8;friènd@exämple.org"))).startswith(
                "250"
            )
            text = "From: jürgen@bücher.example\r\nSubject: grün\r\n\r\ntext é\r\n"
            assert (await client.text(text.encode())).startswith("250 2.0.0")
            [entry] = site.entries()
            e = entry.envelope
            [recipient] = e.recipients
            assert (e.sender, e.smtputf8, e.macros["r"]) == (utf8("<jürgen@bücher.example>"), True, "UTF8SMTP")
            assert (recipient.address, recipient.original) == (
                utf8("<friènd@exämple.org>"),
                utf8("utf-8;friènd@exämple.org"),
            )
            assert recipient.triple is not None
            assert recipient.triple.user == utf8("friènd@exämple.org")
            [received] = [f.value for f in e.headers if f.name == "Received"]
            assert " with UTF8SMTP id " in received
            assert site.sink.has("proto=UTF8SMTP, ")
            await client.say("MAIL FROM:<a@example.net>")
            await client.say("RCPT TO:<friend@example.org>")
            await client.text(b"Subject: x\r\n\r\n")
            assert site.sink.has("proto=ESMTP, ")
            await client.close()

    run(scenario)


def test_an_answer_in_utf8_is_given_to_those_alone_who_take_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, with_smtputf8) as site:
            client = await site.client()
            await client.say("EHLO client.example.net")
            assert (await client.say(utf8("EXPN friènd@example.org SMTPUTF8"))).startswith(utf8("250 2.1.5 <friènd@"))
            assert (await client.say(utf8("VRFY friènd@example.org"))).startswith("553 5.6.7")
            await client.close()

    run(scenario)
