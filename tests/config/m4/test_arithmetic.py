"""eval: the answers are those of GNU m4."""

import pytest

from noctule.config.m4.arithmetic import ExpressionError, evaluate, spell


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", 7), ("(1+2)*3", 9), ("-2 ** 2", 4), ("2**3**2", 512), ("2147483647+1", -2147483648),
        ("0x1F", 31), ("0b101", 5), ("0r36:z", 35), ("017", 15), ("1<<33", 2), ("-1>>1", -1), ("~0", -1), ("!5", 0),
        ("1||1/0", 1), ("0&&1/0", 0), ("5%-3", 2), ("3==3 & 1", 1), ("6^3|8", 13), ("-(-3)", 3), (" 4 ", 4),
    ],
)  # fmt: skip
def test_values(text: str, value: int) -> None:
    assert evaluate(text, lambda text: pytest.fail(text)) == value


@pytest.mark.parametrize(
    ("text", "message", "grave"),
    [
        ("1+", "bad expression in eval: 1+", False),
        ("0**0", "divide by zero in eval: 0**0", False),
        ("1/0", "divide by zero in eval: 1/0", False),
        ("1%0", "modulo by zero in eval: 1%0", False),
        ("2 2", "bad expression in eval (excess input): 2 2", False),
        ("1 ? 2", "bad expression in eval (bad input): 1 ? 2", False),
        ("(1", "bad expression in eval (missing right parenthesis): (1", False),
        ("2**-1", "negative exponent in eval: 2**-1", False),
        ("1++2", "invalid operator in eval: 1++2", True),
        ("089", "bad expression in eval (excess input): 089", False),
        ("x", "bad expression in eval: x", False),
    ],
)
def test_errors(text: str, message: str, grave: bool) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, lambda text: pytest.fail(text))
    assert (str(caught.value), caught.value.grave) == (message, grave)


def test_nesting_is_bounded() -> None:
    with pytest.raises(ExpressionError, match="too deeply"):
        evaluate("(" * 5000 + "1" + ")" * 5000, print)
    with pytest.raises(ExpressionError, match="too deeply"):
        evaluate("1" + "**1" * 5000, print)


def test_single_equals_sign_works_with_a_warning() -> None:
    said: list[str] = []
    assert evaluate("3 = 3", said.append) == 1
    assert said == ["Warning: recommend ==, not =, for equality operator"]


@pytest.mark.parametrize(
    ("number", "radix", "width", "text"),
    [(255, 16, 1, "ff"), (-5, 2, 8, "-00000101"), (0, 10, 1, "0"), (3, 1, 1, "111"), (0, 10, 0, "0"), (35, 36, 1, "z")],
)
def test_spelling(number: int, radix: int, width: int, text: str) -> None:
    assert spell(number, radix, width) == text
