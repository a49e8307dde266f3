"""What authinfo and DefaultAuthInfo say."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.deliver.credentials import Identity, from_file, from_ruleset
from noctule.sasl.steps import Credentials


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (['"U:joe"', '"P:secret"'], Credentials(name="joe", author="joe", password="secret")),
        (['"i:joe"', '"p:a b:c"'], Credentials(name="joe", password="a b:c")),
        (
            ['"P=c2VjcmV0"', '"R:realm"', '"I:adm"', '"U:joe"'],
            Credentials(name="adm", author="joe", password="secret", realm="realm"),
        ),
    ],
)
def test_words_of_the_ruleset(tokens: list[str], expected: Credentials) -> None:
    assert from_ruleset(tokens) == Identity(expected)


def test_mechanisms_have_blanks_between_them() -> None:
    assert from_ruleset(['"U:joe"', '"M:plain LOGIN"']).mechanisms == ("PLAIN", "LOGIN")


@pytest.mark.parametrize(
    "tokens", [[], ["joe", "secret"], ['"P:secret"'], ['"X:secret"', '"U:joe"'], ['"U:a"', '"U:b"'], ['"P=secret!"']]
)
def test_what_is_not_understood_is_not_shown(tokens: list[str]) -> None:
    with pytest.raises(ValueError) as caught:
        from_ruleset(tokens)
    assert "secret" not in str(caught.value)


@given(st.lists(st.text(st.characters(max_codepoint=255))))
def test_any_words_are_credentials_or_an_error(tokens: list[str]) -> None:
    with contextlib.suppress(ValueError):
        assert from_ruleset(tokens).credentials.name


def test_where_a_password_or_token_is_found() -> None:
    assert from_ruleset(['"U:joe"', '"F:/etc/token"']).file == "/etc/token"
    assert from_ruleset(['"U:joe"', '"t:/etc/grant"']).grant == "/etc/grant"
    with pytest.raises(ValueError, match="more than one password"):
        from_ruleset(['"U:joe"', '"F:/etc/token"', '"T:/etc/grant"'])


def test_lines_of_the_file() -> None:
    expected = Credentials(name="adm", author="joe", password="secret", realm="realm")
    assert from_file("joe\nadm\nsecret\nrealm\nPLAIN LOGIN\n") == Identity(expected, ("PLAIN", "LOGIN"))
    assert from_file("joe\r\nadm\r\nsecret\r\n").credentials == Credentials(name="adm", author="joe", password="secret")


@pytest.mark.parametrize(("text", "missing"), [("", "user"), ("joe\n", "authid"), ("joe\nadm\n\nrealm\n", "password")])
def test_a_line_that_is_missing(text: str, missing: str) -> None:
    with pytest.raises(ValueError, match=f"^{missing}$"):
        from_file(text)


def test_the_password_is_in_no_representation() -> None:
    assert "secret" not in repr(from_ruleset(['"U:joe"', '"P:secret"']))
