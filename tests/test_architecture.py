"""The package table is law: every import points down, and pure packages touch no outside world."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
SOURCE = ROOT / "src" / "noctule"
DOCUMENT = ROOT / "docs" / "architecture.md"

# package: (pure?, what it may import).  docs/architecture.md shows the same table with a sentence for each row.
TABLE: dict[str, tuple[bool, set[str]]] = {
    "base": (True, set()),
    "mail": (True, {"base"}),
    "symbols": (True, {"base"}),
    "config": (True, {"base", "symbols"}),
    "rewrite": (True, {"base", "symbols"}),
    "mime": (True, {"base", "mail"}),
    "smtp": (True, {"base", "mail"}),
    "sasl": (True, {"base"}),
    "dsn": (True, {"base", "mail"}),
    "files": (False, {"base"}),
    "net": (False, {"base"}),
    "observe": (False, {"base", "mail"}),
    "directory": (False, {"base", "sasl"}),
    "privileged": (False, {"base", "files"}),
    "accounts": (False, {"base", "sasl", "files", "net", "directory"}),
    "resolve": (False, {"base"}),
    "maps": (False, {"base", "symbols", "files", "net", "directory", "resolve", "accounts"}),
    "mqueue": (False, {"base", "mail", "files"}),
    "route": (False, {"base", "mail", "symbols", "rewrite", "files", "accounts"}),
    "receive": (
        False,
        {
            "base", "mail", "symbols", "rewrite", "mime", "smtp", "sasl", "files", "net", "observe", "accounts",
            "resolve", "mqueue", "route",
        },
    ),
    "deliver": (
        False,
        {
            "base", "mail", "symbols", "rewrite", "mime", "smtp", "sasl", "dsn", "files", "net", "observe",
            "privileged", "resolve", "mqueue", "route",
        },
    ),
}  # fmt: skip
ROLES = {"receive", "deliver"}
TABLE["assembly"] = (False, set(TABLE))
TABLE["supervise"] = (False, {"base"})
TABLE["commands"] = (False, set(TABLE))
BANNED_IN_PURE = {
    "asyncio", "socket", "ssl", "os", "pathlib", "io", "time", "random", "secrets", "logging", "subprocess",
    "threading", "sqlite3", "tempfile", "shutil", "signal", "select", "uvloop", "syslog", "pwd", "grp", "fcntl",
}  # fmt: skip


def modules() -> list[pathlib.Path]:
    return sorted(p for p in SOURCE.rglob("*.py") if p.parent != SOURCE)


def imports(path: pathlib.Path) -> set[str]:
    """Dotted names of all that a module imports, relative imports made absolute."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down_only(path: pathlib.Path) -> None:
    package = path.relative_to(SOURCE).parts[0]
    pure, allowed = TABLE[package]
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "noctule":
            assert len(parts) > 1 and parts[1] in allowed | {package}, f"{package} must not import {name}"
        elif pure:
            assert parts[0] not in BANNED_IN_PURE, f"pure package {package} must not import {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_blanks_are_named(path: pathlib.Path) -> None:
    """Text is bytes: what Python takes for blanks and line ends by itself (85, A0) may be half of a letter in UTF-8."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            by_itself = not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value is None)
            assert node.func.attr not in {"isspace", "splitlines"}, f"{path}:{node.lineno}"
            named = node.func.attr not in {"strip", "lstrip", "rstrip", "split", "rsplit"} or not by_itself
            assert named, f"{path}:{node.lineno}: take BLANKS, words_of or first_word of base.text"


def test_the_table_has_no_cycle() -> None:
    done: set[str] = set()
    while len(done) < len(TABLE):
        ready = {p for p, (_, needs) in TABLE.items() if p not in done and needs <= done}
        assert ready, f"cycle among {set(TABLE) - done}"
        done |= ready


def test_pure_packages_import_only_pure_packages() -> None:
    for package, (pure, needs) in TABLE.items():
        if pure:
            assert all(TABLE[need][0] for need in needs), package


def test_every_package_has_a_row_and_says_what_it_is() -> None:
    data = {"share"}
    packages = {p.name for p in SOURCE.iterdir() if p.is_dir() and p.name != "__pycache__"} - data
    assert not list((SOURCE / "share").rglob("*.py"))
    assert packages <= set(TABLE)
    for package in packages:
        doc = ast.get_docstring(ast.parse((SOURCE / package / "__init__.py").read_text()))
        assert doc and "May import:" in doc, f"{package} does not say what it is and what it may import"


def test_the_document_lists_exactly_the_packages_from_the_bottom_up() -> None:
    rows = re.findall(r"^\| `(\w+)`( P)? \|", DOCUMENT.read_text(), re.MULTILINE)
    assert {name: bool(pure) for name, pure in rows} == {name: pure for name, (pure, _) in TABLE.items()}
    assert [name for name, _ in rows] == list(TABLE)


def test_every_module_the_document_names_is_there() -> None:
    text = DOCUMENT.read_text()
    for package, module in re.findall(r"`([a-z]+)\.([a-z_]+)`", text):
        if package in TABLE:
            place = SOURCE / package / module
            assert place.with_suffix(".py").exists() or place.is_dir(), f"{package}.{module}"


def test_each_package_says_what_the_table_allows() -> None:
    for package, (_, allowed) in TABLE.items():
        doc = ast.get_docstring(ast.parse((SOURCE / package / "__init__.py").read_text())) or ""
        found = re.search(r"May import: ([^.]*)\.", doc)
        assert found, package
        if "every package" not in found[1] and allowed:
            assert set(found[1].replace("\n", " ").split(", ")) == allowed, package
