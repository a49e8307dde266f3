"""SASLprep against RFC 4013 section 3."""

import pytest

from noctule.sasl.saslprep import prepared_bytes, saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [("I\u00adX", "IX"), ("user", "user"), ("USER", "USER"), ("\u00aa", "a"), ("\u2168", "IX"), ("a\u00a0b", "a b")],
)
def test_prepared(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize("text", ["\u0007", "\u0627\u0031", "\u0221", "\ue000"])
def test_prohibited(text: str) -> None:
    with pytest.raises(ValueError, match=r"character|directions"):
        saslprep(text)


def test_what_cannot_be_prepared_stays() -> None:
    assert prepared_bytes(b"\xff\xfe") == b"\xff\xfe"
    assert prepared_bytes("\u0007".encode()) == b"\x07"
    assert prepared_bytes("\u2168".encode()) == b"IX"
