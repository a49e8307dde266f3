"""Stock configurations read without a word, and agree with the m4 library's own idea of what is in them."""

import re
from pathlib import Path

import pytest

import stockcf
from config.disk import Disk, read


class Packaged(Disk):
    """A disk on which the accounts of Debian's package exist and no class file does."""

    def user_exists(self, name: str) -> bool:
        return name in ("smmsp", "smmta") or super().user_exists(name)

    def group_exists(self, name: str) -> bool:
        return name in ("smmsp", "smmta") or super().group_exists(name)


@pytest.mark.parametrize("name", stockcf.names())
def test_reads_without_complaint(name: str, tmp_path: Path) -> None:
    try:
        source = stockcf.stock_cf(name).read_text("latin-1")
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    wanted = re.findall(r"^F\{?\w+\}?(?!-o)[ \t]*(/\S+)", source, re.MULTILINE)
    for path in wanted:
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("example.test\n")
    conf = read(source, opener=Packaged(tmp_path))
    assert [str(complaint) for complaint in (*conf.errors, *conf.warnings)] == []
    assert sum(len(ruleset.rules) for ruleset in conf.rulesets) == len(re.findall(r"^R", source, re.MULTILINE))
    assert {mailer.lower() for mailer in re.findall(r"^M([^,\s]+)", source, re.MULTILINE)} <= set(conf.mailers)
    assert conf.mailers["esmtp" if "esmtp" in conf.mailers else "relay"].eol == "\r\n"
    declared = {name.lower() for name in re.findall(r"^K(\w+)", source, re.MULTILINE)}
    assert declared == set(conf.maps)
