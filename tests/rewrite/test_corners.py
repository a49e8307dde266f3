"""Every corner of the engine and the test mode, as the real Sendmail answered it (record_oracle.py)."""

import json

import pytest

from rewrite import rig

CORNERS = rig.DATA / "corners"
NAMES = sorted(path.stem for path in CORNERS.glob("*.cf"))


@pytest.mark.parametrize("name", NAMES)
def test_session_answers_as_sendmail(name: str) -> None:
    source = (CORNERS / f"{name}.cf").read_text("latin-1")
    session = rig.open_session(source, rig.DATA / "stock")
    for command, answer in json.loads((CORNERS / f"{name}.json").read_text()):
        assert (command, session.feed(command)) == (command, answer)


def test_every_statement_has_its_proof() -> None:
    lines = (CORNERS / "statements.txt").read_text().splitlines()
    assert sum(line.startswith("# ") for line in lines) > 50
    for line, following in zip(lines, [*lines[1:], "#"], strict=True):
        assert not (line.startswith("#") and following.startswith("#")), line
