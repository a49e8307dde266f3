from hypothesis import given
from hypothesis import strategies as st

from noctule.smtp.extensions import Extensions, parse_extensions


def test_keywords() -> None:
    lines = ["PIPELINING", "8bitmime", "SIZE 1000", "AUTH=LOGIN", "AUTH PLAIN login", "DSN", "X-OTHER a b", ""]
    assert parse_extensions(lines) == Extensions(
        pipelining=True, eight_bit_mime=True, size=1000, auth=("LOGIN", "PLAIN"), dsn=True
    )


def test_size_without_or_with_a_bad_limit() -> None:
    assert parse_extensions([]).size is None
    assert parse_extensions(["SIZE"]).size == 0
    assert parse_extensions(["SIZE many"]).size == 0
    assert parse_extensions(["SIZE " + "9" * 5000]).size == 0


@given(st.lists(st.text()))
def test_any_lines_are_read(lines: list[str]) -> None:
    assert isinstance(parse_extensions(lines), Extensions)
