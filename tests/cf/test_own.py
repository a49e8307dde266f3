"""What Noctule's library has and Sendmail's has not."""

from pathlib import Path

import pytest

from noctule.assembly.mc import MacroRequest, generate
from noctule.base.errors import ConfigurationError


def generated(folder: Path, *lines: str) -> list[str]:
    (folder / "site.mc").write_text("\n".join(("OSTYPE(`linux')dnl", *lines, "MAILER(`smtp')dnl", "")))
    return generate(MacroRequest(path=str(folder / "site.mc"))).text.splitlines()


@pytest.mark.parametrize(
    ("define", "value", "line"),
    [
        ("confWORKERS", "3", "O Workers=3"),
        ("confLOG_FORMAT", "json", "O LogFormat=json"),
        ("confQUEUE_STORE", "sqlite", "O QueueStore=sqlite"),
        ("confCHUNKING", "true", "O Chunking=true"),
        ("confSASL_CONF_PATH", "/etc/own", "O SaslConfPath=/etc/own"),
    ],
)
def test_defines(define: str, value: str, line: str, tmp_path: Path) -> None:
    assert line in generated(tmp_path, f"define(`{define}', `{value}')dnl")
    assert line not in generated(tmp_path)


def test_python_map(tmp_path: Path) -> None:
    lines = generated(tmp_path, "FEATURE(`python_map', `rooms', `rooms:find')dnl")
    assert "Krooms python rooms:find" in lines
    lines = generated(tmp_path, "FEATURE(`python_map', `rooms', `rooms:find', `-T<TMPF> -d 2')dnl")
    assert "Krooms python -T<TMPF> -d 2 rooms:find" in lines


def test_an_unknown_feature_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"site\.mc:2: .*is `python_map' meant\?"):
        generated(tmp_path, "FEATURE(`pyton_map')dnl")
