"""Generating a cf file, with a library of two files."""

from pathlib import Path

import pytest

from noctule.assembly.mc import MacroRequest, generate
from noctule.assembly.reading import Request, read_configuration
from noctule.base.errors import ConfigurationError

CF_M4 = """\
ifdef(`OSTYPE', `', `ifdef(`_CF_DIR_',, `define(`_CF_DIR_', substr(__file__, 0, eval(len(__file__) - 8)))')dnl
define(`OSTYPE', `')define(`FEATURE', `include(_CF_DIR_`'feature/$1.m4)')dnl
changecom`'define(`confNAME', `x')m4wrap(`include(_CF_DIR_`'m4/proto.m4)')')dnl
"""
PROTO = "V10\nO LogLevel=`'ifdef(`confLEVEL', `confLEVEL', `9')\nOo confNAME\nMlocal, P=/bin/true, A=true\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "lib"
    for name, text in {"m4/cf.m4": CF_M4, "m4/proto.m4": PROTO, "feature/known.m4": "Cwknown\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def site(library: Path, text: str) -> MacroRequest:
    (library.parent / "site.mc").write_text(text)
    return MacroRequest(path=str(library.parent / "site.mc"), library=str(library))


def test_the_library_comes_first(library: Path) -> None:
    generated = generate(site(library, "define(`confNAME', `y')dnl\nFEATURE(`known')dnl\n"))
    assert "Oo y\n" in generated.text
    number = generated.text.splitlines().index("Cwknown") + 1
    assert str(generated.source(number)) == f"{library.parent}/site.mc:2"
    assert generated.source(10_000) is None


def test_places_in_our_own_library_are_short(tmp_path: Path) -> None:
    (tmp_path / "site.mc").write_text("OSTYPE(linux)dnl\nMAILER(local)dnl\n")
    generated = generate(MacroRequest(path=str(tmp_path / "site.mc")))
    files = {source.file for source in generated.sources}
    assert "cf/rules/check_rcpt.m4" in files
    assert not any(file.startswith("/") for file in files - {str(tmp_path / "site.mc")})
    assert generated.is_library(next(source for source in generated.sources if source.file.startswith("cf/")))


@pytest.mark.parametrize("where", ["/not/installed/cf", ""])
def test_a_file_may_bring_its_library(library: Path, where: str) -> None:
    text = f"# it's a `comment\ndnl\ninclude(`{where or library}/m4/cf.m4')dnl\nFEATURE(known)"
    generated = generate(site(library, text))
    assert generated.text.startswith("# it's a `comment\nCwknown\nV10\n")
    assert str(generated.source(3)) == f"{library}/m4/proto.m4:1"


def test_a_comment_about_the_library_is_none(library: Path) -> None:
    assert "V10" in generate(site(library, "dnl include(`/x/m4/cf.m4')\n")).text


def test_an_unknown_feature_is_told_with_its_line(library: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        generate(site(library, "dnl\nFEATURE(`knwon')dnl\n"))
    expected = f"site.mc:2: cannot open `{library}/feature/knwon.m4': No such file or directory; is `known' meant?"
    assert str(caught.value) == f"{library.parent}/{expected}"


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot open: No such file"):
        generate(MacroRequest(path=str(tmp_path / "none.mc")))


def test_complaints_about_a_generated_line_name_both_lines(library: Path) -> None:
    request = site(library, "include(`lib/m4/cf.m4')dnl\nerrprint(`hm\n')define(`confNAME', `')dnl\nZ\n")
    configuration = read_configuration(Request(path=request.path))
    assert [str(complaint) for complaint in configuration.complaints][:2] == [
        "hm",
        f'{request.path}: line 4: unknown configuration line "Z" (cf line 1)',
    ]
