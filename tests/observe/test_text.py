from hypothesis import given
from hypothesis import strategies as st

from noctule.observe.text import address_lines, duration, printable, shortened


def test_escapes_as_recorded() -> None:
    # A remote reply as the real Sendmail logged it.
    text = 'back\\slash tab\there high\xe9\xffbyte esc\x1b[31m quote" end'
    assert printable(text) == 'back\\\\slash tab\\there high\\351\\377byte esc\\033[31m quote" end'
    assert printable("\r\n\0\x7f") == "\\r\\n\\000\\177"


@given(st.text())
def test_a_line_never_breaks(text: str) -> None:
    line = printable(text)
    assert line.isascii()
    assert line.isprintable()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\\")))
def test_plain_text_is_left_alone(text: str) -> None:
    assert printable(text) == text


@given(st.text(max_size=500), st.integers(10, 300))
def test_shortened_keeps_both_ends(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or (short[:3] == text[:3] and short[-3:] == text[-3:] and "..." in short)


def test_shortened_as_recorded() -> None:
    assert shortened("0123456789" * 41, 203) == "0123456789" * 10 + "..." + "0123456789" * 10


def test_durations() -> None:
    assert duration(0) == duration(-5) == "00:00:00"
    assert duration(3661.9) == "01:01:01"
    assert duration(86400 + 61) == "1+00:01:01"


def test_few_addresses_make_one_line() -> None:
    assert address_lines(["a", "b"], 10, 924) == ["a,b"]
    assert address_lines([], 10, 924) == [""]


def test_lines_are_cut_where_sendmail_cuts_them() -> None:
    # Recorded: 155 characters of other keys; lists of addresses of three lengths.
    for prefix, first, count, expected in (
        ("u", 250, 151, 756),
        ("us", 250, 151, 760),
        ("user", 250, 151, 756),
        ("abcdefghijklmnop-user", 99, 90, 740),
    ):
        addresses = [f"{prefix}{first - n}@[127.0.0.96]" for n in range(count)]
        lines = address_lines(addresses, 155, 924)
        assert [len(line) for line in lines[:2]] == [expected, expected]
        assert "".join(lines) == ",".join(addresses)


@given(st.lists(st.text("abc", min_size=1, max_size=40), max_size=60), st.integers(0, 100))
def test_no_address_is_lost_and_no_line_too_long(addresses: list[str], rest: int) -> None:
    lines = address_lines(addresses, rest, 160)
    assert "".join(lines) == ",".join(addresses)
    assert all(line.endswith(",") for line in lines[:-1])
    assert all(len(line) + rest <= 160 for line in lines)


def test_an_address_too_long_for_any_line_has_one_of_its_own() -> None:
    assert address_lines(["a" * 99, "b", "c"], 0, 50) == ["a" * 99 + ",", "b,c"]
    assert address_lines(["b", "a" * 99], 0, 50) == ["b,", "a" * 99]
