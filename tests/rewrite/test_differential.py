"""Invented configurations: as recorded from the real Sendmail, and new ones where it can be asked (differential.py)."""

import json
import lzma
import os
import shutil

import pytest

import stockcf
from rewrite import differential, inventing
from rewrite.inventing import Case

_ROWS = json.loads(lzma.decompress(differential.RECORDED.read_bytes()))


@pytest.mark.parametrize("row", _ROWS, ids=range(len(_ROWS)))
def test_session_answers_as_recorded(row: list) -> None:  # type: ignore[type-arg]
    source, commands, (reading, answers, status) = row
    theirs = differential.Session(reading, tuple(answers), status)
    case = Case(source, tuple(commands))
    assert differential.ours(case) == theirs


@pytest.mark.oracle
@pytest.mark.skipif(not stockcf.ORACLE.exists(), reason="needs the root of the real Sendmail")
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root for chroot")
def test_new_sessions_are_answered_alike() -> None:
    tally = differential.Tally()
    with differential.oracle() as real:
        differential.walk(inventing.cases(), 30, 20, differential.comparison(real, tally), shrink=False)
    assert tally.cases > 200
