from hypothesis import given
from hypothesis import strategies as st

from noctule.config.fields import fields, split_name, unquote


def test_names_end_at_a_comma_or_blank() -> None:
    assert split_name("smtp, P=x") == ("smtp", ", P=x")
    assert split_name("a b") == ("a", " b")
    assert split_name("alone") == ("alone", "")
    assert split_name(", P=x") == ("", ", P=x")


def test_values_are_unquoted_and_commas_in_quotes_belong_to_them() -> None:
    heard: list[str] = []
    text = ', P=[IPC],, Flags=a"b,c"d, A=TCP $h\\, 25,\n\tE=\\r\\n, Z='
    assert list(fields(text, "wrong", heard.append)) == [
        ("P", "[IPC]"),
        ("F", "ab,cd"),
        ("A", "TCP $h, 25"),
        ("E", "\r\n"),
        ("Z", ""),
    ]
    assert heard == []


def test_a_field_without_equals_ends_the_line() -> None:
    heard: list[str] = []
    assert list(fields(", P=x, L, Q=y", "wrong", heard.append)) == [("P", "x")]
    assert list(fields(", P=x,", "wrong", heard.append)) == [("P", "x")]
    assert heard == ["wrong", "wrong"]


@given(st.text(st.sampled_from('ab\\",= \t\n'), max_size=20))
def test_reading_always_moves_on(text: str) -> None:
    value, end = unquote(text, 0, ",")
    assert end == len(text) or text[end] == ","
    assert '"' not in value or '\\"' in text
    assert len(list(fields(text, "", lambda _: None))) <= text.count("=")
