"""What every map class that looks keys up must do, whatever it looks them up in."""

import asyncio
import base64
import contextlib
import random
import re
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slapdhost
from noctule.base.questions import Answer, AnswerKind, Question, Waiting
from noctule.files import Relaxation, SafetyPolicy
from noctule.maps import CLASSES, BlockingLookups, Declaration, Environment, MapTable
from noctule.maps.build import Format, build_aliases, build_map, map_path

ANYWHERE = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))
PAIRS = {"apple": "red", "plum": "dark blue", "echo": "<%0|%1|%2>", "caf\xc3\xa9": "\xc3\xa9t\xc3\xa9"}


class Kind:
    """How to make a map of one class that holds given pairs: `make` writes them and gives the arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: list[Declaration] = []
        self.can_break = True

    name = ""
    map_class = ""
    strangers: tuple[str, ...] = ("pear", "appl", "apple ", "apples")

    def make(self, pairs: dict[str, str]) -> str:
        raise NotImplementedError

    def broken(self) -> str:
        """Arguments of a map that cannot be opened."""
        return str(self.folder / "no" / "such")

    def close(self) -> None:
        pass


class Built(Kind):
    def make(self, pairs: dict[str, str]) -> str:
        path = str(self.folder / "map")
        lines = [f"{key}\t{value}\n".encode("latin-1") for key, value in pairs.items()]
        errors = build_map(
            self.map_class, map_path(self.map_class, path), lines, Format(), policy=ANYWHERE, complain=pytest.fail
        )
        assert errors == 0
        return path


class Hash(Built):
    name = map_class = "hash"


class Btree(Built):
    name = map_class = "btree"


class Lmdb(Built):
    name = map_class = "lmdb"


class Cdb(Built):
    name = map_class = "cdb"


class WithNul(Built):
    """A database whose keys and values end in NUL, as C programs write them."""

    name = "hash -N"
    map_class = "hash"

    def make(self, pairs: dict[str, str]) -> str:
        path = str(self.folder / "map")
        lines = [f"{key}\t{value}\n".encode("latin-1") for key, value in pairs.items()]
        build_map("hash", path + ".db", lines, Format(final_nul=True), policy=ANYWHERE, complain=pytest.fail)
        return path


class Text(Kind):
    name = map_class = "text"

    def make(self, pairs: dict[str, str]) -> str:
        text = "".join(f"{key}:{value}\n" for key, value in pairs.items())
        replace(self.folder / "text", text)
        return f"-v1 -z: {self.folder}/text"


class Stab(Kind):
    name = map_class = "stab"

    def make(self, pairs: dict[str, str]) -> str:
        replace(self.folder / "aliases", "".join(f"{key}: {value}\n" for key, value in pairs.items()))
        return str(self.folder / "aliases")


class Implicit(Stab):
    name = map_class = "implicit"

    def make(self, pairs: dict[str, str]) -> str:
        path = super().make(pairs)
        lines = Path(path).read_text("latin-1").splitlines()
        build_aliases("hash", path + ".db", lines, policy=ANYWHERE, complain=pytest.fail)
        return path


class ImplicitText(Stab):
    name = "implicit without a database"
    map_class = "implicit"


class Sequence(Kind):
    """Half of the pairs in each of two members."""

    name = map_class = "sequence"

    def make(self, pairs: dict[str, str]) -> str:
        items = list(pairs.items())
        halves = dict(items[::2]), dict(items[1::2])
        self.before = []
        for member, half in zip(("one", "two"), halves, strict=True):
            replace(self.folder / member, "".join(f"{key}:{value}\n" for key, value in half.items()))
            self.before.append(Declaration(member, "text", f"-v1 -z: {self.folder}/{member}"))
        return "one two"

    def broken(self) -> str:
        self.before = [Declaration("one", "text", "/no/such"), Declaration("two", "text", "/no/such")]
        return "one two"


class Switch(Sequence):
    name = map_class = "switch"

    def make(self, pairs: dict[str, str]) -> str:
        super().make(pairs)
        self.before = [Declaration(f"case.{d.name}", d.map_class, d.arguments) for d in self.before]
        return "fruit"

    def broken(self) -> str:
        self.before = [Declaration("case.one", "text", "/no/such"), Declaration("case.two", "text", "/no/such")]
        return "fruit"


class Program(Kind):
    name = map_class = "program"

    def make(self, pairs: dict[str, str]) -> str:
        script = self.folder / "script.py"
        script.write_text(
            f"import sys\npairs = {pairs!r}\nkey = sys.argv[1].encode('utf-8', 'surrogateescape').decode('latin-1')\n"
            "sys.stdout.buffer.write((pairs[key] + '\\n').encode('latin-1')) if key in pairs else sys.exit(67)\n"
        )
        return f"{sys.executable} {script}"

    def broken(self) -> str:
        script = self.folder / "broken.sh"
        script.write_text("exit 75\n")
        return f"/bin/sh {script}"


class Socket(Kind):
    name = map_class = "socket"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.pairs: dict[str, str] = {}
        self.server = socketserver.ThreadingUnixStreamServer(f"{folder}/s", self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        kind = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while digits := self.rfile.readline(0) or read_until(self.rfile.read, b":"):
                    name, _, key = self.rfile.read(int(digits)).decode("latin-1").partition(" ")
                    self.rfile.read(1)
                    assert name == "case"
                    value = kind.pairs.get(key)
                    reply = ("NOTFOUND " if value is None else f"OK {value}").encode("latin-1")
                    self.wfile.write(b"%d:%s," % (len(reply), reply))

        return Handler

    def make(self, pairs: dict[str, str]) -> str:
        self.pairs = pairs
        return f"unix:{self.folder}/s"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Python(Kind):
    """A function that looks into a dictionary; each test has a module of its own, for they stay imported."""

    name = map_class = "python"

    def make(self, pairs: dict[str, str]) -> str:
        module = f"fruit_{re.sub(r'[^a-z0-9]', '_', str(self.folder).lower())}"
        known = {key.encode("latin-1").decode(): value.encode("latin-1").decode() for key, value in pairs.items()}
        (self.folder / f"{module}.py").write_text(f"async def find(key, args):\n    return {known!r}.get(key)\n")
        return f"-p {self.folder} {module}:find"

    def broken(self) -> str:
        module = f"broken_{re.sub(r'[^a-z0-9]', '_', str(self.folder).lower())}"
        (self.folder / f"{module}.py").write_text("def find(key, args):\n    raise OSError\n")
        return f"-p {self.folder} {module}:find"


class Ldap(Kind):
    """Entries of a real directory; all tests of a run share one server, each has a branch of its own."""

    name = map_class = "ldap"
    strangers = ("pear", "appl", "apples")  # blanks at the end do not count in a directory's text
    _servers = contextlib.ExitStack()
    _server: slapdhost.Directory | None = None
    _made = False

    def make(self, pairs: dict[str, str]) -> str:
        if Ldap._server is None:
            Ldap._server = Ldap._servers.enter_context(slapdhost.running(self.folder))
        branch = f"ou={self.folder.name},{slapdhost.SUFFIX}"
        if not self._made:
            self._made = True
            entries = [f"dn: {branch}\nobjectClass: organizationalUnit\nou: {self.folder.name}\n"]
            for number, (key, value) in enumerate(pairs.items()):
                coded = [base64.b64encode(text.encode("latin-1")).decode() for text in (key, value)]
                entries.append(
                    f"dn: sendmailMTAMapName={number},{branch}\nobjectClass: sendmailMTAMapObject\n"
                    f"sendmailMTAMapName: {number}\nsendmailMTAKey:: {coded[0]}\nsendmailMTAMapValue:: {coded[1]}\n"
                )
            Ldap._server.add("\n".join(entries))
        return f"-H {Ldap._server.uri} -b {branch} -k (sendmailMTAKey=%0) -v sendmailMTAMapValue"

    def broken(self) -> str:
        return "-H ldap://127.0.0.1:1 -k (sendmailMTAKey=%0)"


def read_until(read: Callable[[int], bytes], end: bytes) -> bytes:
    data = b""
    while (byte := read(1)) not in {end, b""}:
        data += byte
    return data


@pytest.fixture(autouse=True, scope="module")
def no_server_is_left() -> Iterator[None]:
    yield
    Ldap._servers.close()


def replace(path: Path, text: str) -> None:
    """A new file in the place of the old one: what an administrator's editor does."""
    new = path.with_suffix(f".{random.random()}")
    new.write_bytes(text.encode("latin-1"))
    new.replace(path)


KINDS: list[type[Kind]] = [
    Hash, Btree, Lmdb, Cdb, WithNul, Text, Stab, Implicit, ImplicitText, Sequence, Switch, Program, Socket, Python,
    Ldap,
]  # fmt: skip
FILES = [Hash, Btree, Lmdb, Cdb, WithNul, Text, Stab]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    made: Kind = request.param(tmp_path)
    yield made
    made.close()


def table_of(kind: Kind, arguments: str, said: list[str] | None = None) -> MapTable:
    environment = Environment(
        policy=ANYWHERE,
        report=(said if said is not None else []).append,
        services=lambda _: ("one", "two"),
        program_timeout=20.0,
        recheck=0.0,
    )
    table = MapTable([*kind.before, Declaration("case", kind.map_class, arguments)], environment)
    assert table.errors == []
    return table


def ask(table: MapTable, key: str, *args: str) -> Answer:
    """The answer got by waiting; maps that answer at once must give the same one that way."""
    question = Question("case", key, args)
    awaited = asyncio.run(awaited_answer(table, question))
    try:
        assert table.lookup(question) == awaited
    except Waiting as waiting:
        assert waiting.question == question
    return awaited


async def awaited_answer(table: MapTable, question: Question) -> Answer:
    try:
        return await table.answer(question)
    finally:
        table.close()


def test_every_class_that_looks_keys_up_is_here() -> None:
    computing = {"regex", "dequote", "macro", "arith", "arpa", "syslog", "null", "user"}
    asking_dns = {"dns", "host", "bestmx"}  # tests/maps/test_dns.py
    here = {kind.map_class for kind in KINDS}
    assert {info.name for info in CLASSES if info.module} == here | computing | asking_dns


def test_finds_what_is_there(kind: Kind) -> None:
    table = table_of(kind, kind.make(PAIRS))
    assert ask(table, "apple") == Answer(AnswerKind.FOUND, "red")
    assert ask(table, "plum").value == "dark blue"
    assert ask(table, "caf\xc3\xa9").value == "\xc3\xa9t\xc3\xa9"


def test_says_not_found_of_what_is_not(kind: Kind) -> None:
    table = table_of(kind, kind.make(PAIRS))
    for key in kind.strangers:
        assert ask(table, key).kind is AnswerKind.NOT_FOUND, key


def test_keys_have_no_case(kind: Kind) -> None:
    assert ask(table_of(kind, kind.make(PAIRS)), "APPLE").value == "red"


def test_arguments_take_their_places_in_the_value(kind: Kind) -> None:
    table = table_of(kind, kind.make(PAIRS))
    assert ask(table, "echo", "x").value == "<echo|x|>"
    assert ask(table, "Echo", "x", "y%1").value == "<Echo|x|y%1>"


def flagged(kind: Kind, flags: str, arguments: str) -> MapTable:
    """The map with these flags; for maps made of others, the flags go to the members."""
    if isinstance(kind, Sequence):
        kind.before = [Declaration(d.name, d.map_class, f"{flags} {d.arguments}") for d in kind.before]
        return table_of(kind, arguments)
    return table_of(kind, f"{flags} {arguments}")


def test_append_and_match_only(kind: Kind) -> None:
    arguments = kind.make(PAIRS)
    assert ask(flagged(kind, "-a.END", arguments), "apple").value == "red.END"
    arguments = kind.make(PAIRS)
    assert ask(flagged(kind, "-m", arguments), "Apple").value == "Apple"
    assert ask(flagged(kind, "-m", arguments), "pear").kind is AnswerKind.NOT_FOUND


def test_what_cannot_be_opened_is_a_temporary_failure(kind: Kind) -> None:
    table = table_of(kind, kind.broken())
    answer = ask(table, "apple")
    assert (answer.kind, answer.status) == (AnswerKind.TEMPORARY, 75)


def test_temporary_failures_can_be_taken_for_something_else(kind: Kind) -> None:
    arguments = kind.broken()
    assert ask(flagged(kind, "-T<TMP>", arguments), "Apple") == Answer(AnswerKind.FOUND, "Apple<TMP>", 75)
    arguments = kind.broken()
    assert ask(flagged(kind, "-t", arguments), "apple").kind is AnswerKind.NOT_FOUND


def test_answers_again_after_closing(kind: Kind) -> None:
    table = table_of(kind, kind.make(PAIRS))
    assert ask(table, "apple").value == "red"
    table.close()
    assert ask(table, "apple").value == "red"


def test_blocking_lookups_find_the_same(kind: Kind) -> None:
    with BlockingLookups(table_of(kind, kind.make(PAIRS))) as asks:
        assert asks.lookup(Question("case", "apple")).value == "red"
        assert asks.lookup(Question("CASE", "plum")).value == "dark blue"


def test_a_deferring_view_skips_maps_marked_so(kind: Kind) -> None:
    if isinstance(kind, Sequence):
        pytest.skip("has no flags of its own")
    arguments = kind.make(PAIRS)
    marked, plain = table_of(kind, f"-D {arguments}"), table_of(kind, arguments)
    assert asyncio.run(marked.deferring().answer(Question("case", "apple"))).kind is AnswerKind.TEMPORARY
    assert asyncio.run(awaited_answer(marked, Question("case", "apple"))).value == "red"

    async def unmarked() -> Answer:
        try:
            return await plain.deferring().answer(Question("case", "apple"))
        finally:
            plain.close()

    assert asyncio.run(unmarked()).value == "red"


@pytest.mark.parametrize("key", ["", "\0", "apple\0", "\xff" * 5000, "a" * 100_000, "\u2603", "%1", "\n", "-x", "../x"])
def test_no_key_is_too_strange(kind: Kind, key: str) -> None:
    assert ask(table_of(kind, kind.make(PAIRS)), key).kind in {AnswerKind.NOT_FOUND, AnswerKind.TEMPORARY}


@pytest.mark.parametrize("file_kind", FILES, ids=lambda kind: kind.name)
def test_a_changed_file_is_noticed(file_kind: type[Kind], tmp_path: Path) -> None:
    kind = file_kind(tmp_path)
    table = table_of(kind, kind.make(PAIRS))
    assert table.lookup(Question("case", "apple")).value == "red"
    before = table.generation("case")
    assert before is not None
    assert table.generation("case") == before
    kind.make({"apple": "green"})
    assert table.generation("case") != before
    assert table.lookup(Question("case", "apple")).value == "green"
    assert table.lookup(Question("case", "plum")).kind is AnswerKind.NOT_FOUND
    table.close()


def test_a_file_is_looked_at_once_a_second(tmp_path: Path) -> None:
    kind, now = Text(tmp_path), [100.0]
    environment = Environment(policy=ANYWHERE, clock=lambda: now[0], recheck=1.0)
    table = MapTable([Declaration("case", "text", kind.make(PAIRS))], environment)
    assert table.lookup(Question("case", "apple")).value == "red"
    kind.make({"apple": "green"})
    now[0] = 100.9
    assert table.lookup(Question("case", "apple")).value == "red"
    now[0] = 101.0
    assert table.lookup(Question("case", "apple")).value == "green"


@pytest.mark.parametrize("file_kind", FILES, ids=lambda kind: kind.name)
def test_a_file_that_appears_ends_the_failure(file_kind: type[Kind], tmp_path: Path) -> None:
    kind, said = file_kind(tmp_path), list[str]()
    arguments = kind.make(PAIRS)
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    for path in files:
        path.rename(f"{path}.away")
    table = table_of(kind, arguments, said)
    for _ in range(3):
        assert table.lookup(Question("case", "apple")).kind is AnswerKind.TEMPORARY
    assert len(said) == 1, "reported once"
    assert table.generation("case") is None
    for path in files:
        Path(f"{path}.away").rename(path)
    assert table.lookup(Question("case", "apple")).value == "red"
    table.close()


@pytest.mark.parametrize("file_kind", FILES, ids=lambda kind: kind.name)
def test_an_optional_file_may_be_missing(file_kind: type[Kind], tmp_path: Path) -> None:
    kind, said = file_kind(tmp_path), list[str]()
    arguments = kind.make(PAIRS)
    table = table_of(kind, f"-o {arguments}", said)
    assert table.is_open("case")
    for path in [path for path in tmp_path.iterdir() if path.is_file()]:
        path.unlink()
    assert not table.is_open("case")
    assert table.lookup(Question("case", "apple")).kind is AnswerKind.NOT_FOUND
    assert said == []
    kind.make(PAIRS)
    assert table.lookup(Question("case", "apple")).value == "red"
    table.close()


@pytest.mark.parametrize("file_kind", [Hash, Btree, Lmdb, Cdb], ids=lambda kind: kind.name)
def test_a_damaged_file_is_a_temporary_failure(file_kind: type[Kind], tmp_path: Path) -> None:
    kind, said = file_kind(tmp_path), list[str]()
    arguments = kind.make(PAIRS)
    for path in tmp_path.iterdir():
        path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    table = table_of(kind, arguments, said)
    assert table.lookup(Question("case", "apple")).kind is AnswerKind.TEMPORARY
    assert len(said) == 1
    table.close()


@pytest.mark.parametrize("file_kind", FILES, ids=lambda kind: kind.name)
def test_two_maps_may_use_one_file(file_kind: type[Kind], tmp_path: Path) -> None:
    kind = file_kind(tmp_path)
    arguments = kind.make(PAIRS)
    kind.before = [Declaration("other", kind.map_class, arguments)]
    table = table_of(kind, arguments)
    assert table.lookup(Question("other", "apple")).value == "red"
    assert table.lookup(Question("case", "apple")).value == "red"
    assert table.find("other") is not None
    kind.make({"apple": "green"})
    assert table.lookup(Question("case", "apple")).value == "green"
    assert table.lookup(Question("other", "apple")).value == "green"
    table.close()


@pytest.mark.parametrize("file_kind", FILES, ids=lambda kind: kind.name)
def test_a_file_strangers_could_have_put_there_is_refused(file_kind: type[Kind], tmp_path: Path) -> None:
    kind, said = file_kind(tmp_path), list[str]()
    arguments = kind.make(PAIRS)
    tmp_path.chmod(0o777)
    environment = Environment(policy=SafetyPolicy(frozenset({Relaxation.TRUST_STICKY_BIT})), report=said.append)
    table = MapTable([Declaration("case", kind.map_class, arguments)], environment)
    assert table.lookup(Question("case", "apple")).kind is AnswerKind.TEMPORARY
    assert len(said) == 1
    assert "unsafe map file" in said[0]
    assert "World writable directory" in said[0]
    table.close()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.dictionaries(
        st.text(st.characters(min_codepoint=33, max_codepoint=255), min_size=1, max_size=40).filter(
            lambda key: not key.startswith("#") and key == "".join(c.lower() if c < "\x80" else c for c in key)
        ),
        st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="%"), min_size=1, max_size=80),
        max_size=20,
    )
)
@pytest.mark.parametrize("file_kind", [Hash, Btree, Lmdb, Cdb, WithNul], ids=lambda kind: kind.name)
def test_a_database_gives_back_what_was_put_in(file_kind: type[Kind], tmp_path: Path, pairs: dict[str, str]) -> None:
    pairs = {key: value for key, value in pairs.items() if "\x85" not in key + value and "\xa0" not in key + value}
    kind = file_kind(tmp_path)
    table = table_of(kind, kind.make(pairs))
    for key, value in pairs.items():
        assert table.lookup(Question("case", key)) == Answer(AnswerKind.FOUND, value)
    table.close()
