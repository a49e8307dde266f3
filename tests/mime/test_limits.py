"""Fields cut as Sendmail cuts them: recorded with `O MaxMimeHeaderLength=130/41` and `sendmail -odi` to a sink."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mime import MimeLimits
from noctule.mime.limits import balanced, parameters

LIMITS = MimeLimits(
    whole=130,
    parameter=41,
    text_fields=frozenset({"content-description"}),
    fields=frozenset({"content-type", "content-disposition", "content-id", "mime-version"}),
    parameter_fields=frozenset({"content-type", "content-disposition"}),
)


@pytest.mark.parametrize(
    ("name", "value", "shortened"),
    [
        ("content-type", ' text/plain; name="' + '\\"' * 60 + '"', ' text/plain; name="' + '\\"' * 17 + '"'),
        ("content-type", f" text/plain (a comment {'c' * 60}) ; x=y", f" text/plain (a comment {'c' * 18}); x=y"),
        ("content-type", f' text/plain; name="{"a;" * 50}"; x=y', f' text/plain; name="{"a;" * 17}"; x=y'),
        ("content-type", f" {'t' * 300}/plain", f" {'t' * 41}"),
        ("content-type", f" a/b;\r\n\tc={'d' * 50}", f" a/b;\r\n\tc={'d' * 38}"),
        ("content-type", " " + ";" * 150, " " + ";" * 130),
        (
            "content-disposition",
            f' attachment; filename="{"f" * 30}"; size={"1" * 60}; a=b; c={"d" * 60}',
            f' attachment; filename="{"f" * 30}"; size={"1" * 36}; a=b; c={"d" * 25}',
        ),
        ("mime-version", f" 1.0 {'(' * 60}{'d' * 100}{')' * 60}", f" 1.0 {'(' * 60}dddddd{')' * 60}"),
        ("content-id", " " + "i" * 130, " " + "i" * 130),
        ("content-id", " " + "i" * 131, " " + "i" * 130),
        ("content-id", f" {'i' * 126}{chr(92) * 20}", f" {'i' * 126}{chr(92) * 4}"),
        ("content-description", f' a "{"q" * 200}" b', f' a "{"q" * 126}'),
        ("subject", " " + "s" * 999, " " + "s" * 999),
    ],
)
def test_fields(name: str, value: str, shortened: str) -> None:
    assert LIMITS.shortened(name, value) == shortened


def test_no_limit() -> None:
    limits = MimeLimits(
        whole=0, parameter=0, text_fields=LIMITS.text_fields, fields=LIMITS.fields, parameter_fields=LIMITS.fields
    )
    for name in ("content-type", "content-description"):
        assert limits.shortened(name, " " + "x" * 5000) == " " + "x" * 5000


@given(st.text('ab \\"();\r\n', max_size=60), st.integers(1, 40))
def test_what_is_cut_is_short_and_a_beginning(text: str, most: int) -> None:
    cut = balanced(text, most)
    assert len(cut) <= max(most, 0)
    kept = next(length for length in range(len(cut), -1, -1) if text.startswith(cut[:length]))
    assert set(cut[kept:]) <= set(')"')
    assert ";".join(parameters(text)) == text
