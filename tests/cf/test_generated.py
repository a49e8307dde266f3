"""Site files of many kinds, made with our library by our m4: nothing to complain about, and read without mistakes."""

import re
from pathlib import Path

import pytest

from cf.cases import SETTINGS, Case, features, settings
from noctule.assembly.mc import MacroRequest, generate
from noctule.assembly.reading import Request, read_configuration

# What a feature itself says: that it is dangerous, obsolete, or without effect here.
SPOKEN = re.compile(r"WARNING|NOTE|deprecated|has been replaced|open$|relay\.|try FEATURE|relay\. {2}|redirect")
REFUSED = re.compile(r"feature/(.*control,nodelay,terminate|nopercenthack|nouucp)$")  # wrong on purpose
SOME = [case for number, case in enumerate(features()) if number % 5 == 0 and not REFUSED.match(case.name)]
MORE = [case for number, case in enumerate(settings()) if number % 6 == 0]


@pytest.mark.parametrize("case", [*SOME, *MORE], ids=lambda case: case.name.partition(":")[0])
def test_is_made_and_read(case: Case, tmp_path: Path) -> None:
    site = tmp_path / "site.mc"
    site.write_text(case.text)
    cf = generate(MacroRequest(path=str(site)))
    assert [line for remark in cf.remarks for line in remark.text.splitlines() if not SPOKEN.search(line)] == []
    assert len(cf.sources) == len(cf.text.splitlines())
    mistakes = [str(error) for error in read_configuration(Request(path=str(site))).errors]
    assert [text for text in mistakes if not re.search("cannot open|unknown user", text)] == []  # the site is elsewhere


def test_every_setting_is_a_case() -> None:
    assert len(list(settings())) == len(SETTINGS)
