"""The documentation says what the code does: each table and its page, each flag and its manual page."""

import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from noctule.commands import editmap, flags, makemap, noctule, praliases
from noctule.config import read
from noctule.config.option_table import BY_NAME, TABLE, WITHOUT_EFFECT_YET, Relevance
from noctule.config.options import DEFAULTS
from noctule.maps.classes import CLASSES
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

ROOT = Path(__file__).parent.parent
MANUALS = sorted((ROOT / "docs/man").glob("man[18]/*.[18]"))
LINK = re.compile(r"\]\(([^)#]+)?(?:#([^)]+))?\)")


def _generator() -> ModuleType:
    loader = SourceFileLoader("document", str(ROOT / "scripts/document"))
    spec = spec_from_loader("document", loader)
    assert spec is not None
    module = module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


document = _generator()
words = document.meanings()


@pytest.mark.parametrize(
    ("section", "known"),
    [
        ("options", [document.key_of(option) for option in TABLE]),
        ("maps", [info.name for info in CLASSES]),
        ("site_macros", sorted(document.site_macros())),
        ("site_defines", sorted(document.site_defines())),
    ],
)
def test_every_row_has_words_and_all_words_have_a_row(section: str, known: list[str]) -> None:
    assert sorted(words[section]) == sorted(known)
    assert all(text.endswith((".", ")", "`")) for text in words[section].values())


@pytest.mark.parametrize("section", ["notes", "through", "elsewhere"])
def test_what_is_said_of_an_option_is_said_of_one_that_exists(section: str) -> None:
    assert set(words[section]) <= set(words["options"])


def test_every_define_of_a_mailer_is_explained() -> None:
    ends = {end for known in document.mailer_defines().values() for end in known}
    assert ends == set(words["site_mailer_defines"])


@pytest.mark.parametrize("folder", ["feature", "mailer", "ostype", "domain"])
def test_every_library_file_says_what_it_is(folder: str) -> None:
    assert [name for name, text in document.library_files(folder).items() if not document.described(text)[0]] == []


@pytest.mark.parametrize("page", document.pages().items(), ids=lambda page: page[0].name)
def test_pages_are_up_to_date(page: tuple[Path, str]) -> None:
    path, text = page
    assert path.read_text() == text, "run scripts/document"


def test_an_option_without_effect_is_one_nobody_asks_for() -> None:
    asked = document.options_asked_for() | set(words["through"]) | set(words["elsewhere"])
    silent = {option.name for option in TABLE if option.name and option.name not in asked}
    ignored = {option.name for option in TABLE if option.relevance is Relevance.IGNORED}
    assert silent - ignored == WITHOUT_EFFECT_YET
    assert not WITHOUT_EFFECT_YET & ignored


def test_options_ignored_on_purpose_are_asked_for_by_nobody() -> None:
    ignored = {option.name for option in TABLE if option.relevance is Relevance.IGNORED}
    assert not ignored & document.options_asked_for()


@pytest.mark.parametrize("name", words["through"])
def test_an_option_that_sets_another_one_does(name: str) -> None:
    said = words["through"][name]
    macros = Macros()
    configuration = read(
        "V10\n", file="x.cf", macros=macros, classes=Classes(), opener=None, version="", settings=[said["line"]]
    )
    if "macro" in said:
        assert macros.get(said["macro"]) == "value"
    else:
        assert said["sets"] not in WITHOUT_EFFECT_YET
        assert configuration.options[said["sets"]] != DEFAULTS[BY_NAME[said["sets"].lower()].name]


@pytest.mark.parametrize("name", words["elsewhere"])
def test_an_option_read_elsewhere_is_named_there(name: str) -> None:
    assert f'"{name}"' in (ROOT / "src" / words["elsewhere"][name]).read_text()


def test_flags_and_macros_the_code_knows_are_documented() -> None:
    assert document.flags_asked_for() <= set(words["mailer_flags"])
    assert document.macros_set() <= set(words["macros"])


def test_reasons_are_given_only_where_the_code_is_silent() -> None:
    assert not document.flags_asked_for() & set(words["flags_without"])
    assert not document.macros_set() & set(words["macros_without"])
    assert set(words["flags_elsewhere"]) | set(words["flags_without"]) <= set(words["mailer_flags"])
    assert set(words["macros_without"]) <= set(words["macros"])


def test_every_program_has_a_manual_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {path.stem for path in MANUALS} == set(project["scripts"])
    for target in project["scripts"].values():
        module, _, function = target.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def _flags_of(manual: str) -> set[str]:
    """The flags a manual page describes, one item of a list each."""
    text = (ROOT / "docs/man/man8" / manual).read_text()
    return set(re.findall(r"^\.(?:It|Ns|,)? ?Fl ([^\s]+)", text, re.MULTILINE))


def test_sendmail_describes_every_letter() -> None:
    letters = flags._WITH_VALUE | flags._OPTIONAL | flags._PLAIN
    described = _flags_of("sendmail.8")
    assert {flag[0] for flag in described} == letters
    assert {flag[1] for flag in described if len(flag) == 2 and flag[0] == "b"} == flags._MODES


def test_every_flag_of_sendmail_has_an_effect() -> None:
    asked = document.attributes_asked_for(("base/", "commands/flags.py"), ("invocation", "selection", "wanted"))
    fields = {*flags.Invocation.__dataclass_fields__, *flags.QueueSelection.__dataclass_fields__}
    chooses_the_mode = {"program"}
    assert fields - asked == chooses_the_mode
    assert "no effect yet" not in (ROOT / "docs/man/man8/sendmail.8").read_text()


@pytest.mark.parametrize(
    ("manual", "usage"),
    [
        ("makemap.8", makemap._USAGE),
        ("editmap.8", editmap._USAGE),
        ("praliases.8", praliases._USAGE),
    ],
)
def test_map_commands_describe_every_flag(manual: str, usage: str) -> None:
    offered = set(re.findall(r"(?<![a-z\"])-([A-Za-z])", usage))
    assert _flags_of(manual) == offered


def test_noctule_describes_every_command_and_flag() -> None:
    text = (ROOT / "docs/man/man8/noctule.8").read_text()
    commands = next(action for action in noctule._parser()._actions if action.choices).choices
    assert commands is not None
    assert set(re.findall(r"^\.It Cm (\w+)", text, re.MULTILINE)) == set(commands)
    offered = {
        flag.lstrip("-") for parser in commands.values() for action in parser._actions for flag in action.option_strings
    }
    described = {flag.lstrip("-") for flag in re.findall(r"\bFl ([-\w]+)", text)}
    assert described == {*offered, "version"} - {"h", "help"}
    for parser in commands.values():
        for action in parser._actions:
            if action.choices:
                assert f".Cm {' | '.join(action.choices)}\n" in text


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.name)
def test_manuals_are_well_formed(manual: Path) -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("no mandoc on this machine")
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning", str(manual)], capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for file, anchor in LINK.findall(page.read_text()):
        if file.startswith(("http:", "https:")):
            continue
        target = page.parent / file if file else page
        assert target.exists(), file
        if anchor:
            heads = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
