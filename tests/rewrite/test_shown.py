"""Every statement about rewriting and test mode (data/shown.tsv) is shown by what the real Sendmail answered.

A row names a section (of the language, 1 to 11; of the test mode, 1 to 6), a statement, and where it is shown: a file
of data/corners with a command and words of its recorded answer, `reader` with a case of tests/config/data and words it
says, `dialog` with a case of tests/dialogs and words of its transcript, or `test` with a test.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from noctule.base.debug import Topic
from rewrite import rig

TESTS = Path(__file__).parents[1]
CORNERS = rig.DATA / "corners"
ROWS = [
    (line + "\t" * 4).split("\t")[:5]
    for line in (rig.DATA / "shown.tsv").read_text().splitlines()
    if not line.startswith("#")
]
LETTERS = "VCTFKELGPQXMOH"  # of lines of the configuration, but for D, R and S, which have sections of their own
COMMANDS = (
    "mx", "canon", "map", "parse", "try", "tryflags", "sender", "expand", "header", "gethostbyname", "dnslookup",
    "quit",
)  # fmt: skip


@cache
def answers() -> dict[tuple[str, str], list[str]]:
    """What Sendmail answered, by file and command."""
    found = defaultdict(list)
    for path in CORNERS.glob("*.json"):
        for command, answer in json.loads(path.read_text()):
            found[path.stem, command].append(answer)
    return found


@cache
def said_by_the_reader() -> dict[str, tuple[list[str], int]]:
    answers: dict[str, tuple[list[str], int]] = json.loads((TESTS / "config/data/answers.json").read_text())
    return answers


def texts(where: str, what: str) -> list[str]:
    """What may show a statement."""
    match where:
        case "test":
            file, _, function = what.partition("::")
            return [""] if f"def {function}(" in (TESTS / file).read_text() else []
        case "dialog":
            return [(TESTS / "dialogs/expected" / f"{what}.txt").read_text()]
        case "reader":
            return said_by_the_reader()[what][0]
        case _:
            return answers()[where, what]


@pytest.mark.parametrize("section", sorted({row[0] for row in ROWS}))
def test_every_statement_is_shown(section: str) -> None:
    for _, statement, where, what, words in (row for row in ROWS if row[0] == section):
        plain = words.encode("latin-1").decode("unicode_escape") if "\\" in words else words
        assert any(plain in text for text in texts(where, what)), statement


def test_every_section_has_statements() -> None:
    wanted = {f"rewriting {number}" for number in range(1, 12)} | {f"testmode {number}" for number in range(1, 7)}
    assert {row[0] for row in ROWS} == wanted


def test_every_file_of_corners_shows_something() -> None:
    assert {path.stem for path in CORNERS.glob("*.cf")} <= {row[2] for row in ROWS}


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        ("rewriting 9", {f"{letter}:" for letter in LETTERS if letter not in "LG"} | {"L,"}),
        ("testmode 3", {f"/{command}" for command in COMMANDS} | {".D", ".C", "=S", "=M", "$X", "$=X", "-d", "?"}),
        ("testmode 5", {f"-d{topic}" for topic in Topic}),
    ],
)
def test_everything_that_can_be_said_has_a_row(section: str, wanted: set[str]) -> None:
    begun = {row[1].split(" ")[0] for row in ROWS if row[0] == section}
    assert wanted <= begun | {name.partition(".")[0] for name in begun}
    assert len({row[1] for row in ROWS if row[0] == section}) == sum(row[0] == section for row in ROWS)
