"""Everything a site can set about the SMTP server, and what shows that it does: the rows of shown.tsv.

The rows are those the code knows: no row is without something that shows it or a reason (behind `-`), and none is too
many.  What shows a row is a case of cases/ or a test, as `folder/file.py::function`.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from assembly.configurations import sound
from noctule.assembly import settings
from noctule.config.option_words import PRIVACY
from noctule.config.options import Options
from noctule.observe.log import Log
from noctule.receive.features import Features, read_features
from noctule.receive.settings import Daemon

HERE = Path(__file__).parent
TESTS, RECEIVE = HERE.parent, HERE.parents[1] / "src/noctule/receive"
PORT_KEYS = ("Addr", "children", "DeliveryMode", "delayLA", "Family", "Listen", "Modifiers", "Name", "Port", "queueLA")
PORT_KEYS += ("refuseLA", "InputFilter", "ReceiveSize", "SendSize", "Behind")
LETTERS = "abcfrsuhACEOSDM"
_RULESETS = re.compile(r'"((?:check|tls)_[a-z_]+|srv_features|greet_pause|trust_auth)"')
_LOGGED = re.compile(r"log\.(\w+)\(")


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


def test_every_event_that_reception_logs() -> None:
    assert set(rows("event")) == {name for name in in_the_source(_LOGGED) if hasattr(Log, name)}


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


@pytest.mark.parametrize("kind", ["privacy", "key", "letter", "feature", "option", "ruleset", "event"])
def test_what_shows_a_row_is_there(kind: str) -> None:
    for name, shown in rows(kind).items():
        reason = shown.removeprefix("- ")
        assert reason and (reason != shown or not list(unfounded(shown))), (name, *unfounded(shown))
