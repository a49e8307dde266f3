"""format: the answers are those of GNU m4."""

import pytest

from noctule.config.m4.formatting import format_text


@pytest.mark.parametrize(
    ("pattern", "arguments", "text"),
    [
        ("%d|%5d|%-5d|%05d|%+d", ["1", "2", "3", "4", "5"], "1|    2|3    |00004|+5"),
        ("%.3d %5.3d %x %X %#x %o %u", ["7", "7", "255", "255", "16", "8", "-1"], "007   007 ff FF 0x10 10 4294967295"),
        ("%s|%10s|%-4s|%.2s", ["a", "b", "c", "defg"], "a|         b|c   |de"),
        ("%c%c", ["65", "66"], "AB"),
        ("%e %.2f %g %A", ["1.5", "2", "0x1f", "1.5"], "1.500000e+00 2.00 31 0X1.8P+0"),
        ("%*d|%-*d|%.*f", ["4", "1", "3", "2", "1", "0.25"], "   1|2  |0.2"),
        ("%d%%%s", [], "0%"),
    ],
)
def test_prints_as_c_does(pattern: str, arguments: list[str], text: str) -> None:
    assert format_text(pattern, arguments, pytest.fail) == text


def test_tells_what_it_does_not_know() -> None:
    said: list[str] = []
    assert format_text("%q%d%d", ["x", ""], said.append) == "00"
    assert said == [
        "Warning: unrecognized specifier in `%q'",
        "non-numeric argument x",
        "empty string treated as 0",
    ]
