import pytest

from noctule.config.c_numbers import bits, leading_integer, leading_octal


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), (" -5x", -5), ("+3", 3), ("x", 0), ("", 0), ("010", 10), ("0x10", 0), ("²", 0)]
)
def test_integers(text: str, number: int) -> None:
    assert leading_integer(text) == number


@pytest.mark.parametrize(("text", "number"), [("0600", 0o600), ("640", 0o640), ("09", 0), ("x", 0), ("", 0)])
def test_octal(text: str, number: int) -> None:
    assert leading_octal(text) == number


@pytest.mark.parametrize(("text", "number"), [("0x5", 5), ("10", 10), ("010", 8), ("0", 0), ("SSL_OP_ALL", None)])
def test_bits(text: str, number: int | None) -> None:
    assert bits(text) == number
