"""Everything a site can set about the SMTP server, and what shows that it does: the rows of shown.tsv.

The rows are those the code knows: no row is without something that shows it or a reason (behind `-`), and none is too
many.  What shows a row is a case of cases/ or a test, as `folder/file.py::function`.
"""

import functools
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from assembly.configurations import sound
from dialogs.levels import KINDS, Shown, fixed_part, matching, recorded_kinds, shown_kinds
from dialogs.maillog import LEVELS
from noctule.assembly import settings
from noctule.config.option_words import PRIVACY
from noctule.config.options import Options
from noctule.receive.features import Features, read_features
from noctule.receive.settings import Daemon

HERE = Path(__file__).parent
TESTS, RECEIVE = HERE.parent, HERE.parents[1] / "src/noctule/receive"
PORT_KEYS = ("Addr", "children", "DeliveryMode", "delayLA", "Family", "Listen", "Modifiers", "Name", "Port", "queueLA")
PORT_KEYS += ("refuseLA", "InputFilter", "ReceiveSize", "SendSize", "Behind")
LETTERS = "abcfrsuhACEOSDM"
_RULESETS = re.compile(r'"((?:check|tls)_[a-z_]+|srv_features|greet_pause|trust_auth)"')


def rows(kind: str) -> dict[str, str]:
    """What shows each row of a kind."""
    lines = (line.split("\t") for line in (HERE / "shown.tsv").read_text().splitlines() if not line.startswith("#"))
    return {name: shown for its, name, shown in lines if its == kind}


def in_the_source(pattern: re.Pattern[str]) -> set[str]:
    return {name for path in RECEIVE.glob("*.py") for name in pattern.findall(path.read_text())}


def test_every_word_of_privacy_options() -> None:
    assert set(rows("privacy")) == {*PRIVACY, "public", "goaway"}


def test_every_key_and_letter_of_daemon_port_options() -> None:
    assert set(rows("key")) == set(PORT_KEYS)
    assert set(rows("letter")) == set(LETTERS)


def test_every_letter_of_srv_features() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = {letter for letter in letters if not read_features([letter])[1]}
    assert set(rows("feature")) == known
    effective = {letter for letter in known if read_features([letter.upper()])[0] != Features() or letter in "hlcn"}
    assert effective == known


def test_every_option_that_reception_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    look = Options.__getitem__
    monkeypatch.setattr(Options, "__getitem__", lambda self, name: (asked.add(name), look(self, name))[1])
    settings.receive_settings(sound(tmp_path), Daemon())
    assert asked - {"DaemonPortOptions"} <= set(rows("option"))


def test_every_ruleset_that_reception_asks() -> None:
    assert set(rows("ruleset")) >= in_the_source(_RULESETS)


def test_every_kind_of_line() -> None:
    assert set(rows("line")) == set(KINDS)


@functools.cache
def differs() -> frozenset[str]:
    lines = (HERE / "logged" / "differs.tsv").read_text().splitlines()
    return frozenset(line.partition("\t")[0] for line in lines)


@pytest.mark.parametrize("kind", recorded_kinds(), ids=lambda kind: kind.name)
def test_a_case_shows_a_line_from_its_level_on_and_not_one_below(kind: Shown) -> None:
    """As the real Sendmail logged it: at this level in logged/levels.tsv, and in the log that test_dialogs compares."""
    recorded = (line.split("\t") for line in (HERE / "logged" / "levels.tsv").read_text().splitlines())
    ((case, level, line),) = [row for name, *row in recorded if name == kind.name]
    assert case == kind.case not in differs()
    assert matching(kind.name, line)
    assert int(level) == KINDS[kind.name].level
    log = (text.split(" ", 1) for text in (HERE / "logged" / f"{case}.txt").read_text().splitlines())
    shown_at = min(int(level) for level, text in log if matching(kind.name, text))
    assert shown_at == min(recorded for recorded in LEVELS if recorded >= int(level))


@pytest.mark.parametrize(("name", "shown"), [(n, s) for n, s in shown_kinds() if s.endswith(".py")])
def test_a_test_shows_a_line(name: str, shown: str) -> None:
    text = KINDS[name].text
    assert shown.startswith("- ") or fixed_part(text if isinstance(text, str) else name) in (TESTS / shown).read_text()


def unfounded(shown: str) -> Iterable[str]:
    """What is named and is not there."""
    for name in shown.split():
        file, _, function = name.partition("::")
        if function:
            found = f"def {function}(" in (TESTS / file).read_text()
        else:
            found = (HERE / "cases" / f"{name}.case").exists()
        if not found:
            yield name


@pytest.mark.parametrize("kind", ["privacy", "key", "letter", "feature", "option", "ruleset"])
def test_what_shows_a_row_is_there(kind: str) -> None:
    for name, shown in rows(kind).items():
        reason = shown.removeprefix("- ")
        assert reason and (reason != shown or not list(unfounded(shown))), (name, *unfounded(shown))
