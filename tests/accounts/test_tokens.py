"""What a token must say to be good here."""

import pytest

from noctule.accounts.tokens import Wanted

NOW, NAME = 1_700_000_000.0, "username"
ALICE = {"username": "alice", "exp": NOW + 60, "aud": ["smtp", "imap"], "scope": "mail send"}


@pytest.mark.parametrize(
    ("wanted", "claims"),
    [
        (Wanted(user=NAME), {"exp": NOW}),
        (Wanted(user=NAME), {"exp": "never"}),
        (Wanted(user=NAME), {"nbf": NOW + 1}),
        (Wanted(user=NAME), {"username": None}),
        (Wanted(user=NAME), {"username": "a\0b"}),
        (Wanted(user=NAME), {"username": "a" * 300}),
        (Wanted(user="email"), {}),
        (Wanted(user=NAME, issuer="https://login.example"), {"iss": "https://other.example"}),
        (Wanted(user=NAME, audience="pop"), {}),
        (Wanted(user=NAME, audience="smt"), {"aud": "smtp"}),
        (Wanted(user=NAME, scopes=frozenset({"mail", "admin"})), {}),
    ],
)
def test_tokens_that_were_not_meant_for_us(wanted: Wanted, claims: dict[str, object]) -> None:
    assert wanted.user_of(ALICE | claims, NOW) is None


def test_a_token_that_says_all_that_is_wanted() -> None:
    wanted = Wanted(issuer="me", audience="smtp", scopes=frozenset({"send"}), user="email")
    assert wanted.user_of(ALICE | {"iss": "me", "email": "jürgen@example.net"}, NOW) == "j\u00c3\u00bcrgen@example.net"
