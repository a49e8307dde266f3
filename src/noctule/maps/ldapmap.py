"""ldap: searches in a directory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.base.text import ascii_lower, from_bytes
from noctule.directory import (
    Code,
    Directory,
    Entry,
    FilterError,
    Found,
    Scope,
    Search,
    UnreachableError,
    escaped,
    searched,
)
from noctule.maps import ldapspec
from noctule.maps.arguments import Arguments, character
from noctule.maps.environment import Environment
from noctule.maps.ldapspec import Kind, Wanted
from noctule.maps.map import Map

MAX_SEARCHES = 1000  # of one look-up
MAX_ANSWER = 1 << 20  # characters
_NO_MATCH = Answer(AnswerKind.NOT_FOUND, status=68)
_PARTS = re.compile(r"%([s0-9])")


class LdapMap(Map):
    """Kx ldap -H ldaps://ldap.example.org -b dc=example,dc=org -k (&(objectClass=person)(uid=%0)) -v mail

    The first value found; with -z all of them, joined.  Then attributes of -v may also lead on, to other entries.
    """

    class_name = "ldap"
    waits = True
    grammar = ldapspec.GRAMMAR

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        flags = ldapspec.with_defaults(arguments.flags, environment.ldap_spec)
        defaults = environment.ldap()
        self.settings = ldapspec.directory_settings(flags, name, environment.policy, defaults)
        self._wanted = ldapspec.attributes(flags, name)
        self._joint = character(flags.get("z", ""))
        self._prefixed = flags.get("V")
        self._single = "1" in flags
        self._with_arguments = "K" in flags
        self._names_only = "n" in flags
        self._template = flags.get("k", "")
        if not self._template:
            raise ConfigurationError(f"No filter given in map {name}")
        size, time = ldapspec.limits(flags)
        self._search = Search(
            base=flags.get("b", defaults.base),
            scope=ldapspec.scope(flags, name),
            dereference=ldapspec.dereference(flags, name),
            attributes=_asked_for(self._wanted),
            size_limit=size,
            time_limit=time,
            names_only=self._names_only,
        )
        self._reported = False
        self._own: Directory | None = None

    @property
    def directory(self) -> Directory:
        """The connections: those of the first map that asks the same servers in the same way."""
        first = next((known for known in self.maps.values() if self._same(known)), self)
        assert isinstance(first, LdapMap)
        if first._own is None:
            first._own = Directory(first.settings)
        return first._own

    def close(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        try:
            answer = await self._looked_up(replace(self._search, filter=self._filter(key, args)))
        except UnreachableError as error:
            self._report(f"ldap_init/ldap_bind failed in map {self.name}: {error}")
            if self.optional:
                return Answer(AnswerKind.NOT_FOUND)
            raise
        except (FilterError, TemporaryError) as error:
            self._report(f"Error getting LDAP results, map={self.name}: {error}")
            raise TemporaryError(str(error)) from error
        self._reported = False
        return answer

    async def _looked_up(self, search: Search) -> Answer:
        first = await self._found(search)
        if first.result.code == Code.NO_SUCH_OBJECT:
            raise TemporaryError(f"no such object: {search.base}")
        if not first.entries or (self._single and len(first.entries) > 1):
            return _NO_MATCH
        if self.match_only:
            return found("")
        if not self._joint:
            value = next((value for entry in first.entries for _, value in self._values(entry, self._wanted)), None)
            return _NO_MATCH if value is None else found(value)
        walk = _Walk(search)
        for entry in first.entries:
            self._collect(walk, entry, self._wanted)
        while (step := walk.next_step()) is not None and not (self._single and walk.values):
            await self._follow(walk, *step)
        if walk.values:
            return found(self._joint.join(walk.values))
        return Answer(AnswerKind.NOT_FOUND) if walk.steps else _NO_MATCH

    async def _follow(self, walk: "_Walk", kind: Kind, text: str) -> None:
        """Take one step further: what a value of an attribute with a type leads to."""
        wanted = self._wanted
        match kind:
            case Kind.DN:
                search = replace(walk.search, base=text, scope=Scope.BASE, filter="(objectClass=*)")
            case Kind.FILTER:
                search = replace(walk.search, filter=text)
            case _:
                search = _of_url(walk.search, text)
                wanted = tuple(Wanted(name) for name in search.attributes) or wanted
        # A member that has gone is no error: one left in a list must not hold up mail for the others.
        for entry in (await self._found(search)).entries:
            self._collect(walk, entry, wanted)

    async def _found(self, search: Search) -> Found:
        result = await self.directory.search(search)
        if result.result.code == Code.SIZE_LIMIT:
            raise TemporaryError("size limit exceeded")
        return result

    def _collect(self, walk: "_Walk", entry: Entry, wanted: tuple[Wanted, ...]) -> None:
        if walk.seen(entry):
            return
        for kind, value in self._values(entry, wanted):
            if kind is Kind.NORMAL:
                walk.add(value)
            else:
                walk.lead_to(kind, value)

    def _values(self, entry: Entry, wanted: tuple[Wanted, ...]) -> Iterable[tuple[Kind, str]]:
        """What of an entry counts, in the order of its attributes.  -n: their names, -V: both."""
        classes = {ascii_lower(from_bytes(value)) for value in entry.values("objectClass")}
        counting = {ascii_lower(each.name): each for each in wanted if not each.classes or each.classes & classes}
        for name, values in entry.attributes.items():
            known = counting.get(ascii_lower(name)) if wanted else Wanted(name)
            if known is None:
                continue
            if self._names_only:
                yield known.kind, name
            for value in values:
                text = from_bytes(value)
                prefixed = self._prefixed is not None and known.kind is Kind.NORMAL
                yield known.kind, f"{name}{self._prefixed}{text}" if prefixed else text

    def _filter(self, key: str, args: tuple[str, ...]) -> str:
        """%s is the key as it is, %0 the key as a value, and with -K %1..%9 the arguments as values."""

        def part(match: re.Match[str]) -> str:
            if match[1] == "s":
                return key
            if match[1] == "0":
                return escaped(key)
            if not self._with_arguments:
                return match[0]
            index = int(match[1]) - 1
            return escaped(args[index]) if index < len(args) else ""

        return _PARTS.sub(part, self._template)

    def _report(self, text: str) -> None:
        if not self._reported:
            self.environment.report(text)
            self._reported = True

    def _same(self, other: Map) -> bool:
        return isinstance(other, LdapMap) and other.settings == self.settings


class _Walk:
    """What one look-up has gathered, and where it still has to look: always the least first, as Sendmail does."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.values: list[str] = []
        self.steps: set[tuple[Kind, str]] = set()
        self._open: list[tuple[str, Kind, str]] = []
        self._entries: set[str] = set()
        self._size = 0

    def seen(self, entry: Entry) -> bool:
        """Has this entry been here before?  Each counts once."""
        name = ascii_lower(entry.name)
        if name in self._entries:
            return True
        self._entries.add(name)
        return False

    def add(self, value: str) -> None:
        self._size += len(value) + 1
        if self._size > MAX_ANSWER:
            raise TemporaryError("answer too long")
        self.values.append(value)

    def lead_to(self, kind: Kind, value: str) -> None:
        step = kind, ascii_lower(value)
        if step in self.steps:
            return
        if len(self.steps) >= MAX_SEARCHES:
            raise TemporaryError("too many steps of recursion")
        self.steps.add(step)
        self._open.append((step[1], kind, value))

    def next_step(self) -> tuple[Kind, str] | None:
        if not self._open:
            return None
        least = min(self._open, key=lambda step: step[0])
        self._open.remove(least)
        return least[1:]


def _asked_for(wanted: tuple[Wanted, ...]) -> tuple[str, ...]:
    """The attributes to ask the server for."""
    names = tuple(each.name for each in wanted)
    return (*names, "objectClass") if any(each.classes for each in wanted) else names


def _of_url(search: Search, url: str) -> Search:
    """The search of a URL, on the connection of the map.  Raises TemporaryError for one that is none."""
    try:
        named = searched(url)
    except ConfigurationError as error:
        raise TemporaryError(error.text) from error
    attributes = named.attributes or search.attributes
    return replace(search, base=named.base, scope=named.scope, filter=named.filter, attributes=attributes)
