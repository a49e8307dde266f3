"""The site of these tests, laid out in a folder: real rules, real files, tables that answer at once or make wait."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from noctule import config
from noctule.accounts import ListedAccounts
from noctule.assembly.rules import build_addresses
from noctule.base.questions import NO_SUCH_MAP, NOT_FOUND, TEMPORARY, Answer, KeyForm, Question, Waiting, found
from noctule.files import SafetyPolicy
from noctule.maps.aliases import Alias, parse_aliases
from noctule.route import DirectFiles, Router, RouteSettings
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

DATA = Path(__file__).parent / "data"
RECORDED_AT = "/srv/route"
TRUSTING = [
    "GroupWritableIncludeFile",
    "IncludeFileInUnsafeDirPath",
    "ForwardFileInUnsafeDirPath",
    "ForwardFileInUnsafeDirPathSafe",
    "IncludeFileInUnsafeDirPathSafe",
    "ClassFileInUnsafeDirPath",
]


class NoDisk:
    """The configuration of these tests reads no file, runs no program."""

    def file_text(self, path: str) -> str:
        raise FileNotFoundError(path)

    def command_output(self, command: str) -> str:
        raise FileNotFoundError(command)

    def map_value(self, map_class: str, arguments: str, key: str) -> str | None:
        raise LookupError(key)

    def user_exists(self, name: str) -> bool:
        return True

    def group_exists(self, name: str) -> bool:
        return True

    def environment(self, name: str) -> str | None:
        return None


@dataclass
class Tables:
    """The alias map.  `waits`: answers have to be awaited; `broken`: names that cannot be looked up now."""

    aliases: dict[str, str]
    waits: bool = False
    broken: set[str] = field(default_factory=set)

    def lookup(self, question: Question) -> Answer:
        if question.map != "aliases":
            return NO_SUCH_MAP
        if self.waits:
            raise Waiting(question)
        return self._find(question.key)

    async def answer(self, question: Question) -> Answer:
        return self._find(question.key)

    def generation(self, map_name: str) -> int | None:
        return None

    def key_form(self, map_name: str) -> KeyForm:
        return KeyForm()

    def _find(self, key: str) -> Answer:
        if key in self.broken:
            return TEMPORARY
        return found(self.aliases[key]) if key in self.aliases else NOT_FOUND


@dataclass
class Site:
    folder: Path
    router: Router
    tables: Tables
    scope: Macros
    accounts: ListedAccounts

    def lay_out(self, path: str, text: str) -> str:
        place = self.folder / path
        place.write_text(text)
        return str(place)


def _own(users: Path) -> None:
    """A .forward counts only when it is its user's or root's: without root, every user gets our number."""
    if os.geteuid() == 0:
        return
    lines = [line.split(":") for line in users.read_text().splitlines()]
    users.write_text("".join(":".join([*fields[:2], str(os.getuid()), *fields[3:]]) + "\n" for fields in lines))


def open_site(folder: Path, **options: object) -> Site:
    """`options` go to RouteSettings.  Every path of the recorded site begins with `folder` here."""
    shutil.copytree(DATA / "site", folder, dirs_exist_ok=True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace(RECORDED_AT, str(folder)))
    _own(folder / "users")
    macros, classes = Macros(), Classes()
    config.preset(macros, classes)
    source = (folder / "route.cf").read_text()
    conf = config.read(source, file="route.cf", macros=macros, classes=classes, opener=NoDisk(), version="8.17.1.9")
    assert not conf.errors
    policy = SafetyPolicy.of(TRUSTING)
    accounts = ListedAccounts.read(str(folder / "users"), policy=policy, shells=frozenset({"/bin/sh"}))
    aliases = parse_aliases((folder / "aliases").read_text().splitlines())
    tables = Tables({alias.name: alias.value for alias in aliases if isinstance(alias, Alias)})
    path = config.translate(f"{folder}/forward/$u", lambda _: None)
    settings = RouteSettings(
        host="mail.example.test",
        **{"max_alias_recursion": 6, "forward_path": (path,), **options},  # type: ignore[arg-type]
    )
    router = Router(build_addresses(conf), tables, accounts, DirectFiles(policy), settings)
    return Site(folder, router, tables, macros, accounts)
