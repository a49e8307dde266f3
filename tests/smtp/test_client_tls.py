"""STARTTLS from the client's side of the wire, as bytes."""

import pytest

from noctule.smtp.client import Client, Closed, Hello, Phase, Ready, TlsAnswered
from noctule.smtp.extensions import Extensions

GREETING = b"220 there ESMTP\r\n250-there\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"


def asked(hello: Hello = Hello.EHLO) -> Client:
    """A client that has said STARTTLS."""
    client = Client("us.example", hello=hello)
    client.receive_data(GREETING)
    assert isinstance(client.next_event(), Ready)
    assert client.extensions.starttls
    client.data_to_send()
    client.start_tls()
    assert client.data_to_send() == b"STARTTLS\r\n"
    assert client.phase is Phase.STARTTLS
    return client


@pytest.mark.parametrize("hello", [Hello.EHLO, Hello.LHLO])
def test_all_is_forgotten_and_asked_again(hello: Hello) -> None:
    client = asked(hello)
    for number in b"220 2.0.0 go\r\n":
        assert client.next_event() is None
        client.receive_data(bytes([number]))
    assert isinstance(client.next_event(), TlsAnswered)
    client.encrypted()
    assert client.extensions == Extensions()
    assert client.data_to_send() == f"{hello.name} us.example\r\n".encode()
    client.receive_data(b"250-there\r\n250 DSN\r\n")
    assert isinstance(client.next_event(), Ready)
    assert client.extensions == Extensions(dsn=True)


@pytest.mark.parametrize("reply", [b"454 4.3.3 not now\r\n", b"501 5.5.4 never\r\n"])
def test_a_refusal_leaves_a_connection_that_can_be_used(reply: bytes) -> None:
    client = asked()
    client.receive_data(reply)
    event = client.next_event()
    assert isinstance(event, TlsAnswered) and event.reply.render() == reply
    assert client.idle


@pytest.mark.parametrize("behind", [b"250 injected\r\n", b"2", b"\x16\x03\x03"])
def test_plain_text_behind_the_reply_ends_it(behind: bytes) -> None:
    client = asked()
    client.receive_data(b"220 2.0.0 go\r\n" + behind)
    event = client.next_event()
    assert isinstance(event, Closed)
    assert event.error == "plain text behind the reply to STARTTLS"
