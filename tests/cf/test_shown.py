"""Every row of what a site may say has something that shows that Noctule's library does with it what Sendmail's did.

What shows it was recorded by shown.py; rows that nothing can show are named here with the reason.
"""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cf import shown
from cf.differential import OURS
from cf.placed import build_table, build_tables, placed
from cf.questions import verdict
from cf.shown import Made, access_without, difference, make, session
from cf.variants import EVERYTHING, FAILING, Variant, rows, variants
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.testing import test_mode as session_of
from test_documentation import document

if shutil.which("m4") is None:
    pytest.skip("needs m4", allow_module_level=True)

VARIANTS = list(variants())
RECORDED = shown.read()
# Rows that show in nothing but comments or names inside a library: why.
UNSEEN = {
    "define _NO_MAKEINFO_": "comments at the head of the file",
    "define TEMPFILE": "comments at the head of the file",
    "define _FFR_SRCHLIST_A": "a form of arguments inside the library's rules",
    "define _RBL_": "asks DNS, a name for each client; obsolete",
    "define _FFR_5_": "a macro inside the library; obsolete",
    "macro _OPTION": "known only when the site file is over: for the library's own use",
    "define LOCAL_RWR": "computed; a site's own value counts in neither library",
}
# Variants that the two libraries treat differently, by pattern: why.
DIFFERENT = {
    r"define XAGENT_MAILER_FLAGS: odd": "Sendmail's cuts at a comma",
    r"define (HELP_FILE|QUEUE_DIR|MAIL_SETTINGS_DIR|DATABASE_MAP_TYPE|confCT_FILE): odd": "Sendmail's cuts at a comma",
    r"feature access_db: word": "Sendmail's loses a map that is one word",
    r"feature (domainmap|vnet): (bare|empty|word|many|late)": "says what is missing, or that it has no effect",
    r"feature rhsbl: ": "declares the map of dnsbl; without access_db its rules call a ruleset that is not there",
    r"define (_USE_DEPRECATED_ROUTE_ADDR_|_FFR_5_): |feature notsticky: ": "has no effect, and says so",
    r"macro _OPTION": "known when the site file is read, too",
    r"mailer xagent: changed": "MODIFY_MAILER_FLAGS knows every mailer",
}


def expected_differences(variant: Variant) -> bool:
    return any(re.match(pattern, str(variant)) for pattern in DIFFERENT)


STRICTER = re.compile(r"tls_server|check_mail")  # when a table fails: docs/compatibility.md
OURS_ALONE = {"python_map", "confCHUNKING", "confLOG_FORMAT", "confSASL_CONF_PATH", "confSERVER_NAME_DIRECTORY",
              "confWORKERS", "confQUEUE_STORE"}  # fmt: skip
TOOLS = {"_DEFIFNOT", "_MODMF_", "_OPTINS", "_OPTION"}  # for who writes a library file; its README has them


def test_every_row_is_in_the_library_and_its_documentation_and_the_other_way_round() -> None:
    known: dict[str, set[str]] = {}
    for row in rows():
        known.setdefault(row.kind, set()).add(row.name)
    for kind in ("feature", "ostype"):
        assert known[kind] == set(document.library_files(kind)) - OURS_ALONE
    of_mailers = {f"{name}_{end}" for name, ends in document.mailer_defines().items() for end in ends}
    switches = set(document.meanings()["site_switches"])
    defines = set(document.option_defines()) | document.site_defines() | of_mailers | switches
    assert known["define"] == defines - OURS_ALONE
    macros = {name.removesuffix("_FILE") if name.endswith("_FILE") else name for name in known["macro"]}
    assert macros - TOOLS == document.site_macros()


def test_every_row_is_shown() -> None:
    seen = {name.partition(": ")[0] for name, found in RECORDED.items() if found.lines or found.proofs}
    assert {str(row) for row in rows() if str(row) not in seen and row.kind != "ostype"} == set(UNSEEN)
    assert [str(variant) for variant in VARIANTS] == list(RECORDED)


@pytest.fixture(scope="module")
def bases() -> dict[str, Made]:
    return {base: make(OURS, base) for base in {variant.base for variant in VARIANTS}}


def test_lines_are_those_recorded(bases: dict[str, Made]) -> None:
    """Defines are tried many at a time: those whose lines are different ones."""
    alone = [v for v in VARIANTS if v.base != EVERYTHING and not expected_differences(v)]
    together = [v for v in VARIANTS if v.base == EVERYTHING and not expected_differences(v)]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda variant: make(OURS, variant.text), alone))
    wrong = {}
    for variant, ours in zip(alone, made, strict=True):
        found = difference(ours, bases[variant.base])
        if found != RECORDED[str(variant)].lines:
            wrong[str(variant)] = found ^ RECORDED[str(variant)].lines
    for group in groups(together):
        text = "".join(variant.text.removesuffix(EVERYTHING) for variant in group) + EVERYTHING
        found = difference(make(OURS, text), bases[EVERYTHING])
        if odd := found ^ set().union(*(RECORDED[str(variant)].lines for variant in group)):
            wrong[", ".join(map(str, group))] = odd
    assert wrong == {}


def groups(every: list[Variant]) -> Iterator[list[Variant]]:
    """No two of a group change the same line or define the same name; all change lines, or none does."""
    waiting = every
    while waiting:
        group: list[Variant] = []
        taken: set[str] = set()
        for variant in waiting:
            touched = {re.split("[=,]", line[1:])[0] for line in RECORDED[str(variant)].lines - {"!"}}
            alike = not group or bool(touched) == bool(taken)
            if alike and not touched & taken and variant.row not in {known.row for known in group}:
                group.append(variant)
                taken |= touched
        yield group
        waiting = [variant for variant in waiting if variant not in group]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mail")
    build_tables(folder)
    return folder


PROVED = [variant for variant in VARIANTS if RECORDED[str(variant)].proofs and not expected_differences(variant)]


@pytest.mark.parametrize("kind", ["define", "macro", "feature", "access"])
def test_verdicts_are_those_recorded(kind: str, tmp_path: Path, tables: Path) -> None:
    wrong = []
    for variant in PROVED:
        if variant.row.kind == kind:
            proofs = RECORDED[str(variant)].proofs
            for proof, answer in zip(proofs, answers(variant.text, variant, tmp_path, tables), strict=True):
                if answer != proof.verdict and not (FAILING in variant.text and STRICTER.match(proof.question.line)):
                    wrong.append((str(variant), proof, answer))
    assert wrong == []


def test_entries_of_the_access_table_are_what_decides(tmp_path: Path, tables: Path) -> None:
    """Without those of a row, the verdicts that show it are other ones."""
    for name in ("access", "access.cdb"):
        (tables / name).rename(tmp_path / name)
    same = []
    for variant in PROVED:
        if variant.without:
            (tables / "access").write_text(access_without(variant.without))
            build_table(tables / "access")
            proofs = RECORDED[str(variant)].proofs
            if any(
                answer == proof.verdict
                for proof, answer in zip(proofs, answers(variant.base, variant, tmp_path, tables), strict=True)
            ):
                same.append(str(variant))
    for name in ("access", "access.cdb"):
        (tmp_path / name).replace(tables / name)
    assert same == []


def answers(text: str, variant: Variant, folder: Path, tables: Path) -> list[str]:
    """The verdicts of Noctule about what shows a variant."""
    (folder / "site.cf").write_text(placed(make(OURS, text).cf, folder, tables), "latin-1")
    configuration = read_configuration(Request(path=str(folder / "site.cf")))
    with session_of(configuration) as testing:
        told = [(question, testing.feed(question.line)) for question in session(RECORDED[str(variant)].proofs)]
    return [verdict(question, answer.removesuffix("> ")) for question, answer in told if question.topic]
