"""The stock configurations and eight sites: some two thousand commands each, byte for byte as the real Sendmail.

The configurations hold Sendmail's own rules and are built where its m4 library is installed; the answers are recorded.
"""

import json
import lzma

import pytest

import stockcf
from rewrite import record_oracle, rig

NAMES = sorted(path.name.removesuffix(".json.xz") for path in record_oracle.RECORDED.glob("*.json.xz"))


def test_every_configuration_has_a_record() -> None:
    assert sorted(rig.stock_names()) == NAMES


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_session_answers_as_sendmail(name: str) -> None:
    try:
        source = rig.stock_source(name)
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    session = rig.open_session(source.replace(rig.ETC, f"{record_oracle.HOME}/{name}/"), rig.tables(name))
    debugging = False
    for command, answer in json.loads(lzma.decompress((record_oracle.RECORDED / f"{name}.json.xz").read_bytes())):
        if command.startswith("-d"):
            debugging = command != "-d21.0"
        mine = session.feed(command)
        if record_oracle.shows_rules(command, debugging):
            mine = record_oracle.digest(mine)
        assert (command, mine) == (command, answer)
