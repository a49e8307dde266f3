import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.rewrite.validity import MAX_ADDRESS, invalid, syntax_problem


def test_length_and_symbols_of_an_address() -> None:
    assert invalid("a" * MAX_ADDRESS) is None
    too_long = invalid("a" * 256)
    assert too_long is not None
    assert too_long.text.endswith('" too long (255 bytes max)')
    assert invalid("\xe9@x") is None
    eight_bit = invalid("a\x80b", sender=True)
    assert eight_bit is not None
    assert str(eight_bit) == '501 5.1.7 8-bit character in mailbox address "a?b"'


@pytest.mark.parametrize(
    ("user", "shown", "reason"),
    [
        ("a\x01b", "a?b", "non-printable character"),
        ('"a\x01b"c\x7f', '"a\x01b"c?', "non-printable character"),
        ('"abc', '"abc', "unbalanced quote"),
        ("a\\", "a\\", "trailing \\ character"),
        ("a\uf70ab", "a?b", "8-bit character"),
        ('"a\x9b"', '"a?"', "8-bit character"),
    ],
)
def test_syntax_problems(user: str, shown: str, reason: str) -> None:
    problem = syntax_problem(user)
    assert problem is not None
    assert problem[0].text == f'Syntax error in mailbox address "{shown}" ({reason})'
    assert problem[1] == shown


@given(st.from_regex(r'([ -!#-\[\]-~]|\\.|"([ !#-\[\]-~]|\\.)*")*', fullmatch=True))
def test_printable_and_balanced_users_are_fine(user: str) -> None:
    assert syntax_problem(user.encode("ascii", "ignore").decode()) is None or "\\" in user
