"""AUTH on the client's wire."""

import pytest

from noctule.mail.reply import Reply
from noctule.smtp.client import AuthAnswered, Client, Closed, Phase, Ready

GREETING = b"220 smart.example ESMTP\r\n250-smart.example\r\n250 AUTH PLAIN\r\n"


def greeted() -> Client:
    client = Client("us.example")
    client.receive_data(GREETING)
    assert isinstance(client.next_event(), Ready)
    client.data_to_send()
    return client


def said(client: Client, reply: bytes) -> Reply:
    client.receive_data(reply)
    event = client.next_event()
    assert isinstance(event, AuthAnswered)
    return event.reply


def test_an_exchange() -> None:
    client = greeted()
    client.authenticate("LOGIN", None)
    assert client.data_to_send() == b"AUTH LOGIN\r\n" and client.phase is Phase.AUTH
    assert said(client, b"334 VXNlcm5hbWU6\r\n").text == "VXNlcm5hbWU6"
    client.answer_challenge("YWxpY2U=")
    assert client.data_to_send() == b"YWxpY2U=\r\n"
    assert said(client, b"235 2.0.0 OK\r\n").code == 235
    assert client.idle


@pytest.mark.parametrize(("length", "late"), [(400, False), (4000, True)])
def test_a_long_initial_response_waits_for_its_turn(length: int, late: bool) -> None:
    client, initial = greeted(), "A" * length
    client.authenticate("PLAIN", initial)
    if late:
        assert client.data_to_send() == b"AUTH PLAIN\r\n"
        client.receive_data(b"334 \r\n")
        assert client.next_event() is None
        assert client.data_to_send() == f"{initial}\r\n".encode()
    else:
        assert client.data_to_send() == f"AUTH PLAIN {initial}\r\n".encode()
    assert said(client, b"535 5.7.0 no\r\n").code == 535


def test_a_server_that_goes() -> None:
    client = greeted()
    client.authenticate("PLAIN", "AA==")
    client.receive_data(b"421 4.7.0 too many\r\n")
    assert isinstance(client.next_event(), Closed)
