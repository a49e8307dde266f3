"""All mechanisms: one conformance suite for both sides joined, and the rules of who may use which."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import LETTERS, MECHANISMS, Needs, Strength, strongest_first, usable, wanted_strength
from noctule.sasl.steps import MAX_MESSAGE, Challenge, Failure, Success
from sasl.parties import CLIENT, SERVER, Ticket, answer, known_as, run

SECRETS = {"alice": Secret(password=b"wonderland"), "bob": Secret(password=b"builder")}
BOUND = {"tls-exporter": b"e" * 32, "tls-unique": b"u" * 12}
WITH_PASSWORD = [
    name for name, mechanism in MECHANISMS.items() if not mechanism.needs & (Needs.EXTERNAL | Needs.KERBEROS)
]
TOKEN_OR_PASSWORD = [name for name in WITH_PASSWORD if not MECHANISMS[name].needs & Needs.TOKENS]
ALL = Needs.SECRET | Needs.EXTERNAL | Needs.BINDING | Needs.TOKENS
SERVING = replace(SERVER, bindings=BOUND, kerberos=Ticket)
CALLING = replace(CLIENT, bindings=BOUND, kerberos=lambda *_: Ticket(b"alice"))


@pytest.mark.parametrize("initial", [True, False])
@pytest.mark.parametrize("name", WITH_PASSWORD)
def test_the_right_password_is_let_in(name: str, initial: bool) -> None:
    outcome = run(name, SECRETS, server=SERVING, client=CALLING, initial=initial)
    assert isinstance(outcome, Success)
    assert (outcome.login.name, outcome.login.realm) == ("alice", "example.org")


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"name": "nobody"}, {"password": "wonderlan"}])
@pytest.mark.parametrize("name", WITH_PASSWORD)
def test_everything_else_is_not(name: str, changes: dict[str, str]) -> None:
    if MECHANISMS[name].needs & Needs.TOKENS and "password" not in changes:
        changes = {"name": "nobody", "password": "wrong"}
    outcome = run(name, SECRETS, server=SERVING, client=known_as(CALLING, **changes))
    assert isinstance(outcome, Failure) and not outcome.malformed


@pytest.mark.parametrize("author", ["bob", "bob@example.org", "alice@example.net"])
@pytest.mark.parametrize("name", ["PLAIN", "DIGEST-MD5", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"])
def test_nobody_becomes_another(name: str, author: str) -> None:
    outcome = run(name, SECRETS, server=SERVING, client=known_as(CALLING, author=author))
    assert isinstance(outcome, Success) and outcome.login.given == "alice"


@pytest.mark.parametrize("author", ["alice", "alice@example.org"])
@pytest.mark.parametrize("name", ["PLAIN", "DIGEST-MD5", "SCRAM-SHA-256"])
def test_everybody_acts_for_himself(name: str, author: str) -> None:
    assert isinstance(run(name, SECRETS, client=known_as(CALLING, author=author)), Success)


@pytest.mark.parametrize("name", WITH_PASSWORD)
def test_names_with_every_sign(name: str) -> None:
    who = 'zoë,="b\\'.encode().decode("latin-1")
    password = 'pß"=,\\'.encode().decode("latin-1")
    secrets = {who: Secret(password=password.encode("latin-1"))}
    outcome = run(name, secrets, server=SERVING, client=known_as(CALLING, name=who, password=password))
    assert isinstance(outcome, Success) and outcome.login.name == who


def test_external_is_who_the_layer_below_says() -> None:
    server = replace(SERVER, external="/CN=alice")
    assert isinstance(run("EXTERNAL", {}, server=server), Success)
    assert isinstance(run("EXTERNAL", {}, server=server, client=known_as(CLIENT, author="/CN=alice")), Success)
    assert isinstance(run("EXTERNAL", {}, server=server, client=known_as(CLIENT, author="/CN=bob")), Failure)
    assert isinstance(run("EXTERNAL", {}), Failure)


@pytest.mark.parametrize("name", ["DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"])
def test_a_server_that_says_yes_too_early_is_not_believed(name: str) -> None:
    exchange = MECHANISMS[name].log_in(CALLING)
    with pytest.raises(ProtocolError):
        exchange.finish()


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_challenge_has_a_bound(name: str) -> None:
    exchange = MECHANISMS[name].log_in(CALLING)
    with pytest.raises(ProtocolError):
        exchange.respond(b"x" * (MAX_MESSAGE + 1))


@pytest.mark.parametrize("name", ["CRAM-MD5", "DIGEST-MD5"])
def test_no_initial_response_where_the_server_speaks_first(name: str) -> None:
    outcome = MECHANISMS[name].serve(SERVER).start(b"alice")
    assert isinstance(outcome, Failure) and outcome.malformed


@given(st.sampled_from(list(MECHANISMS)), st.lists(st.binary(max_size=200), max_size=4), st.booleans())
def test_no_rubbish_is_let_in_or_raises(name: str, responses: list[bytes], initial: bool) -> None:
    exchange = MECHANISMS[name].serve(SERVING)
    step = exchange.start(responses.pop(0) if initial and responses else None)
    while not isinstance(step, Failure):
        assert not isinstance(step, Success)
        if not isinstance(step, Challenge):
            step = exchange.answer(answer(step, SECRETS))
        elif responses:
            step = exchange.respond(responses.pop(0))
        else:
            return


@given(st.sampled_from(TOKEN_OR_PASSWORD), st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_a_client_survives_every_server(name: str, challenges: list[bytes]) -> None:
    exchange = MECHANISMS[name].log_in(CALLING)
    try:
        for challenge in challenges:
            assert b"wonderland" not in exchange.respond(challenge) or name == "LOGIN"
    except ProtocolError:
        return


def test_an_empty_initial_response_is_none_where_the_server_speaks_first() -> None:
    assert MECHANISMS["LOGIN"].serve(SERVER).start(b"") == Challenge(b"Username:")
    assert MECHANISMS["LOGIN"].serve(SERVER).start(b"alice") == Challenge(b"Password:")
    assert isinstance(MECHANISMS["PLAIN"].serve(SERVER).start(b""), Failure)


@pytest.mark.parametrize("name", ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"])
def test_blanks_around_a_name_do_not_count(name: str) -> None:
    outcome = run(name, SECRETS, client=known_as(CLIENT, name=" alice "))
    assert isinstance(outcome, Success) and outcome.login.given == "alice"


def test_an_exchange_has_bounds() -> None:
    exchange = MECHANISMS["PLAIN"].serve(SERVER)
    exchange.start()
    outcome = exchange.respond(b"\0alice\0" + b"x" * MAX_MESSAGE)
    assert isinstance(outcome, Failure) and outcome.malformed


def test_what_is_offered_keeps_the_order_it_was_named_in() -> None:
    names = ["login", "GSSAPI", "PLAIN", "CRAM-MD5", "LOGIN"]
    offered = usable(names, Strength(0), encrypted=False, present=ALL)
    assert [mechanism.name for mechanism in offered] == ["LOGIN", "PLAIN", "CRAM-MD5"]


@pytest.mark.parametrize(
    ("letters", "encrypted", "left"),
    [
        ("p", False, {"EXTERNAL", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1"}),
        ("p", True, {"EXTERNAL", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "PLAIN", "LOGIN"}),
        ("pa", False, {"SCRAM-SHA-1"}),
        ("m", True, {"DIGEST-MD5", "SCRAM-SHA-1"}),
        ("d", True, {"EXTERNAL"}),
        ("c", True, {"PLAIN", "LOGIN"}),
        ("f", True, set()),
        ("yA", False, {"EXTERNAL", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "PLAIN", "LOGIN"}),
    ],
)
def test_the_letters_of_authoptions(letters: str, encrypted: bool, left: set[str]) -> None:
    names = ["EXTERNAL", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "PLAIN", "LOGIN"]
    offered = usable(names, wanted_strength(letters), encrypted=encrypted, present=ALL)
    assert {mechanism.name for mechanism in offered} == left


def test_what_cannot_work_is_not_offered() -> None:
    offered = usable(list(MECHANISMS), Strength(0), encrypted=True, present=Needs.NOTHING)
    assert {mechanism.name for mechanism in offered} == {"PLAIN", "LOGIN"}


def test_strongest_first() -> None:
    assert strongest_first(["plain", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "NTLM"]) == (
        "SCRAM-SHA-256",
        "CRAM-MD5",
        "PLAIN",
        "LOGIN",
    )


def test_each_letter_asks_for_one_thing() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS)
