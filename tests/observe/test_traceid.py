from noctule.observe.traceid import new_trace_id, where


def test_a_trace_id_is_eight_digits() -> None:
    assert new_trace_id(lambda count: bytes(range(count))) == "00010203"


def test_where_names_the_innermost_place() -> None:
    def inner() -> None:
        secret = "hush"  # noqa: F841 - must not show
        raise KeyError("gone")

    try:
        inner()
    except KeyError as error:
        text = where(error)
    assert text.startswith("KeyError: 'gone' at test_traceid.py:")
    assert text.endswith(" in inner")
    assert "hush" not in text


def test_an_error_never_raised_has_no_place() -> None:
    assert where(ValueError("x")) == "ValueError: x"
