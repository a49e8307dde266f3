"""A test mode session over a configuration file, in a world made of plain files: what the comparison tests run.

Tables are the sources makemap would read; host names are answered from a record of what the oracle's machine said.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import stockcf
from noctule import config
from noctule.base.debug import Debug
from noctule.base.questions import NO_SUCH_MAP, Answer, AnswerKind, KeyForm, Question, found
from noctule.base.text import ascii_lower
from noctule.files import Relaxation, SafetyPolicy
from noctule.maps.arguments import Arguments, Grammar, parse_arguments
from noctule.maps.classes import map_class
from noctule.maps.environment import Environment
from noctule.maps.map import Map
from noctule.rewrite.addresses import Addresses, AddressSettings
from noctule.rewrite.engine import Engine
from noctule.rewrite.testmode import TestMode
from noctule.rewrite.tokenizer import Tokenizer, shorten
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

DATA = Path(__file__).parent / "data"
ETC = "/etc/mail/"
_ENVIRONMENT = Environment(policy=SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH})))


class SourceMap(Map):
    """A hash map read from the text makemap would make it from."""

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self.values: dict[str, str] = {}
        self.loaded = False

    def is_open(self) -> bool:
        return self.loaded

    def load(self, path: Path) -> None:
        self.loaded = True
        for line in path.read_text("latin-1").splitlines():
            if line.strip() and not line.startswith("#"):
                key, _, value = line.partition("\t") if "\t" in line else line.partition(" ")
                self.values[ascii_lower(key.strip())] = value.strip()

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        value = self.values.get(key)
        return Answer(AnswerKind.NOT_FOUND) if value is None else found(value)


class HostMap(Map):
    """Host names as the oracle's machine knows them; anything with a dot is out of reach, all else unknown."""

    grammar = Grammar(letters=None, spaced="", needs_file=False)
    hosts: Mapping[str, str | int]
    asked: set[str]

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        self.asked.add(key)
        known = self.hosts.get(key)
        if isinstance(known, str):
            return found(known)
        if known is None:
            known = out_of_reach(key)
        kind = AnswerKind.TEMPORARY if known == 75 else AnswerKind.NOT_FOUND
        return Answer(kind, status=known)


def out_of_reach(host: str) -> int:
    """What becomes of a name that is not in the hosts file, on a machine without DNS.

    Nobody is asked for what cannot be a name: empty labels, long ones, half a literal.
    """
    labels = host.removesuffix(".").split(".")
    possible = all(0 < len(label) < 64 for label in labels) and ("]" in host or not host.startswith("["))
    return 75 if "." in host and possible else 68


@dataclass
class Machine:
    """What the oracle's machine is: its names, and how host names are answered there."""

    macros: Mapping[str, str]
    classes: Mapping[str, list[str]]
    hosts: Mapping[str, str | int]
    interface: str  # its address as a member of class w

    @classmethod
    def recorded(cls) -> "Machine":
        return cls(**json.loads((DATA / "machine.json").read_text()))


@dataclass
class World:
    """Blocking answers for one configuration."""

    machine: Machine
    maps: dict[str, Map] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def declare(self, declaration: config.MapDeclaration, folder: Path) -> None:
        own: dict[str, type[Map]] = {"host": HostMap, "hash": SourceMap}
        implementation = own.get(declaration.map_class) or map_class(declaration.map_class)
        arguments, _ = parse_arguments(
            declaration.arguments,
            implementation.grammar,
            map_name=declaration.name,
            class_name=declaration.map_class,
        )
        made = implementation(declaration.name, arguments, _ENVIRONMENT, self.maps)
        if isinstance(made, HostMap):
            made.hosts, made.asked = self.machine.hosts, self.asked
        if isinstance(made, SourceMap):
            path = folder / Path(arguments.text).name
            if path.exists():
                made.load(path)
        self.maps[ascii_lower(declaration.name)] = made

    def lookup(self, question: Question) -> Answer:
        known = self.maps.get(ascii_lower(question.map))
        if known is None:
            return NO_SUCH_MAP
        if known.waits:
            return asyncio.run(known.answer(question.key, question.args))
        return known.lookup(question.key, question.args)

    def generation(self, map_name: str) -> int | None:
        return None

    def key_form(self, map_name: str) -> KeyForm:
        known = self.maps.get(ascii_lower(map_name))
        return KeyForm() if known is None else known.key_form

    def remark(self, question: Question, answer: Answer) -> str:
        is_host = isinstance(self.maps.get(ascii_lower(question.map)), HostMap)
        return f"{shorten(question.key, 33)}: Name server timeout" if is_host and answer.status == 75 else ""

    def is_open(self, map_name: str) -> bool:
        known = self.maps.get(ascii_lower(map_name))
        return known is not None and known.is_open()

    def mail_exchangers(self, host: str) -> tuple[int, list[str]] | None:
        return -1, []

    def canonical_name(self, host: str) -> str:
        answer = self.machine.hosts.get(ascii_lower(host))
        return answer if isinstance(answer, str) else host

    def identity(self, user: str) -> tuple[int, int]:
        return 0, 0


@dataclass
class Files:
    """`config.Opener` over the folder that stands for /etc/mail."""

    folder: Path

    def file_text(self, path: str) -> str:
        return (self.folder / Path(path).name).read_text("latin-1")

    def command_output(self, command: str) -> str:
        raise FileNotFoundError(command)

    def map_value(self, map_class: str, arguments: str, key: str) -> str | None:
        raise LookupError

    def user_exists(self, name: str) -> bool:
        return True

    def group_exists(self, name: str) -> bool:
        return True

    def environment(self, name: str) -> str | None:
        return None


def stock_names() -> list[str]:
    """The stock configurations, and the sites of data/mc."""
    return [*stockcf.GENERIC, *stockcf.DEBIAN, *sorted(path.name for path in (DATA / "mc").iterdir())]


def stock_source(name: str) -> str:
    """The text of a stock or site configuration.  Raises stockcf.NoLibrary."""
    before = os.environ.get("NOCTULE_SITES")
    os.environ["NOCTULE_SITES"] = str(DATA / "mc")
    try:
        return stockcf.stock_cf(name).read_text("latin-1")
    finally:
        del os.environ["NOCTULE_SITES"]
        if before is not None:
            os.environ["NOCTULE_SITES"] = before


def tables(name: str) -> Path:
    """The folder with the tables of a configuration."""
    own = DATA / "mc" / name
    return own if own.exists() else DATA / "stock"


@dataclass(frozen=True)
class Opened:
    """A session, and what was said while its configuration was read."""

    mode: TestMode
    complaints: list[config.Complaint]


def open_session(source: str, folder: Path, machine: Machine | None = None, debug: str = "") -> TestMode:
    """A session over the text of a cf file."""
    return open_file(source, folder, machine=machine, debug=debug).mode


def open_file(
    source: str, folder: Path, *, file: str = "test.cf", machine: Machine | None = None, debug: str = ""
) -> Opened:
    """The same for a file of that name, with what it made the reader say."""
    machine = machine or Machine.recorded()
    macros, classes = Macros(), Classes()
    config.preset(macros, classes)
    for macro, value in machine.macros.items():
        macros.set(macro, value)
    for name, words in machine.classes.items():
        for word in words:
            classes.add(name, word)
    conf = config.read(source, file=file, macros=macros, classes=classes, opener=Files(folder), version="8.17.1.9")
    options = conf.options
    probing = options.string("DontProbeInterfaces").lower()
    if not probing.startswith("t"):
        classes.add("w", machine.interface)
        if not probing.startswith("l") and not classes.contains("w", "localhost"):
            classes.add("w", "localhost")
            classes.add("w", "[localhost]")
    classes.add("m", macros.get("m") or "")
    if letters := options.string("DirectSubmissionModifiers"):
        macros.set("daemon_flags", letters)
    world = World(machine)
    world.declare(config.MapDeclaration("host", "host", "-a. -D"), folder)
    for declaration in conf.maps.values():
        world.declare(declaration, folder)
    tokenizer = Tokenizer(options.string("OperatorChars"), options.string("BlankSub"))
    engine = Engine(conf.rulesets, classes, tokenizer=tokenizer)
    settings = AddressSettings(
        colon_ok=bool(options["ColonOkInAddr"]), must_quote=options.string("MustQuoteChars"), level=conf.level
    )
    addresses = Addresses(engine, conf.mailers.values(), settings)
    checks = {ascii_lower(header.name): header for header in conf.headers if header.ruleset}
    out: list[str] = []
    mode = TestMode(
        addresses=addresses,
        macros=macros,
        classes=classes,
        world=world,
        translate=translate,
        header_checks=checks,
        debug=Debug(debug, out.append),
        out=out,
        status=conf.status,
    )
    return Opened(mode, conf.complaints)


def translate(text: str, complain: Callable[[str], None]) -> str:
    return config.translate(text, complain)
