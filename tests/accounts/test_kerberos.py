"""Kerberos contexts with the keys and tickets of a real KDC."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import kdchost
from interop.peers import Missing
from noctule.accounts import kerberos
from noctule.base.errors import ConfigurationError, ProtocolError
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import Challenge, Failure, ServerStep, Success
from sasl.parties import CLIENT, SERVER

pytest.importorskip("gssapi")

HOST = "mail.example.test"


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kdchost.Realm]:
    services = [f"smtp/{HOST}", f"host/{HOST}", "smtp/other.example.test"]
    try:
        with kdchost.running(tmp_path_factory.mktemp("kdc"), ["alice", "carol/admin"], services) as running:
            yield running
    except Missing as reason:
        pytest.skip(str(reason))


def logged_in(
    realm: kdchost.Realm, user: str, monkeypatch: pytest.MonkeyPatch, *, host: str = HOST, service: str = "smtp"
) -> ServerStep:
    """What becomes of a user who asks for a ticket to a service."""
    environment = realm.cache(user) if user else realm.environment
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server = replace(SERVER, kerberos=kerberos.acceptor(HOST, str(realm.keytab)).accept)
    client = replace(CLIENT, kerberos=kerberos.initiate, host=host, service=service)
    serving, calling = MECHANISMS["GSSAPI"].serve(server), MECHANISMS["GSSAPI"].log_in(client)
    step = serving.start(calling.initial_response)
    while isinstance(step, Challenge):
        step = serving.respond(calling.respond(step.data))
    if isinstance(step, Success):
        calling.finish()
    return step


@pytest.mark.parametrize("user", ["alice", "carol/admin"])
def test_a_ticket_logs_in(realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch, user: str) -> None:
    outcome = logged_in(realm, user, monkeypatch)
    assert isinstance(outcome, Success)
    assert outcome.login.given == user  # the realm is the server's


@pytest.mark.parametrize(("service", "host"), [("host", HOST), ("smtp", "other.example.test")])
def test_a_ticket_for_another_service_does_not(
    realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch, service: str, host: str
) -> None:
    outcome = logged_in(realm, "alice", monkeypatch, host=host, service=service)
    assert isinstance(outcome, Failure) and outcome.reason.startswith("GSSAPI Error: ")


def test_a_server_whose_ticket_nobody_gives(realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProtocolError, match="not found in Kerberos database"):
        logged_in(realm, "alice", monkeypatch, host="nobody.example.test")


def test_a_client_without_a_ticket(realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProtocolError, match="No Kerberos credentials available"):
        logged_in(realm, "", monkeypatch)


@pytest.mark.parametrize("token", [b"", b"x", b"\x60\x0b\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", b"\0" * 9000])
def test_what_is_no_ticket(realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch, token: bytes) -> None:
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)
    server = replace(SERVER, kerberos=kerberos.acceptor(HOST, str(realm.keytab)).accept)
    outcome = MECHANISMS["GSSAPI"].serve(server).start(token)
    assert isinstance(outcome, Failure) and outcome.reason.startswith("GSSAPI Error: ")


def test_a_keytab_without_our_key(realm: kdchost.Realm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=r"^keytab: .*mail\.example\.net"):
        kerberos.acceptor("mail.example.net", str(realm.keytab))
    with pytest.raises(ConfigurationError, match=r"^keytab: "):
        kerberos.acceptor(HOST, str(tmp_path / "none"))
