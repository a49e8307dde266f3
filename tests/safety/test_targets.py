"""The targets of the fuzzers, with what was found before and with what hypothesis makes of their words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.targets import TARGETS, words

FOUND = Path(__file__).parent / "found"
INPUTS = st.lists(st.sampled_from([*words(), b" ", b",", b"=", b"<", b">"]) | st.binary(max_size=20), max_size=20)


def seeds(name: str) -> Iterator[bytes]:
    """What was found for a target, and each word: where another search begins."""
    yield from (path.read_bytes() for path in sorted((FOUND / name).glob("*")))
    yield from (b"\0" + word for word in words())
    session = b"\0EHLO x|MAIL FROM:<a@b> SIZE=9 BODY=8BITMIME|RCPT TO:<c@d> NOTIFY=NEVER|DATA|Subject: x||.text|.|QUIT|"
    yield session.replace(b"|", b"\r\n")


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once(name: str) -> None:
    for data in seeds(name):
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@given(parts=INPUTS)
def test_anything(name: str, parts: list[bytes]) -> None:
    TARGETS[name](b"\0" + b"".join(parts))
