"""C, T and F lines: words for classes, written down, read from files and programs, or looked up in maps."""

import re

from noctule.base.debug import Topic
from noctule.base.text import BLANKS, ascii_lower, words_of
from noctule.config.complaints import EX_OSERR, Complaints
from noctule.config.model import Configuration, Opener
from noctule.config.scanning import scan
from noctule.config.translate import macro_name
from noctule.symbols import codes
from noctule.symbols.expand import expand_codes, spell_codes

TRUSTED = "t"
_COPY = re.compile(f"{codes.MATCH_CLASS}{codes.NAME_BEGIN}([^{codes.NAME_END}]*){codes.NAME_END}")
_FROM_MAP = re.compile(r"([^@/|\s][^@]*|)@([A-Za-z0-9]+)(?::(.*))?", re.DOTALL | re.ASCII)
_FIRST_WORD = "%s"
_OPTIONAL = re.compile(r"-o\S*\s*", re.ASCII)


class ClassReader:
    """Fills classes."""

    def __init__(self, conf: Configuration, opener: Opener, say: Complaints) -> None:
        self._classes = conf.classes
        self._macros = conf.macros
        self._options = conf.options
        self._debug = conf.debug
        self._opener = opener
        self._say = say

    def written(self, text: str) -> None:
        """`C{name}word word`: macros are expanded, and a word `$=X` copies class X."""
        name, end = macro_name(text, 0, self._say.error)
        if not name:
            return
        for word in words_of(expand_codes(text[end:], self._macros, self._say.error)):
            copied = _COPY.match(word)
            members = list(self._classes.members(copied[1])) if copied else [spell_codes(word)]
            self._add(name, members)

    def trusted(self, text: str) -> None:
        """`Tword word`: nothing is expanded."""
        self._add(TRUSTED, words_of(spell_codes(text)))

    def read(self, text: str) -> None:
        """`F{name}[-o] file [format]`, `F{name}|command`, `F{name}key@class:map`."""
        name, end = macro_name(text, 0, self._say.error)
        if not name:
            return
        source = spell_codes(text[end:]).strip(BLANKS)
        optional = _OPTIONAL.match(source)
        if optional is not None:
            source = source[optional.end() :]
        asked = _FROM_MAP.fullmatch(source)
        if asked is not None:
            map_class, arguments = asked[2], asked[3] or ""
            if ascii_lower(map_class) == "ldap":
                map_class, arguments = (
                    "ldap",
                    rf"-z\n {self._options.string('LDAPDefaultSpec')} {arguments or self._ldap_class(name)}",
                )
            self._from_map(name, asked[1] or name, map_class, arguments, optional=optional is not None)
            return
        place, pattern = _place_and_format(source)
        if not place:
            self._say.error("fileclass: missing file name")
            return
        self._debug.say(Topic.OPTIONS, 2, f"fileclass({place}, fmt={pattern or _FIRST_WORD})")
        try:
            content = self._content(place)
        except FileNotFoundError as error:
            if optional is None:
                self._cannot_open(place, error)
        except OSError as error:
            self._cannot_open(place, error)
        else:
            self._from_lines(name, content, pattern or _FIRST_WORD)

    def _ldap_class(self, name: str) -> str:
        """What `F{name}@LDAP` asks for: the members that entries keep for this cluster or host."""
        cluster, host = (self._value(macro) for macro in ("sendmailMTACluster", "j"))
        place = f"(|(sendmailMTACluster={cluster})(sendmailMTAHost={host}))"
        return (
            f"-k (&(objectClass=sendmailMTAClass)(sendmailMTAClassName={name}){place})"
            " -v sendmailMTAClassValue,sendmailMTAClassSearch:FILTER:sendmailMTAClass,"
            "sendmailMTAClassURL:URL:sendmailMTAClass"
        )

    def _value(self, macro: str) -> str:
        return expand_codes(self._macros.get(macro) or "", self._macros, self._say.error)

    def _content(self, place: str) -> str:
        if place.startswith("|"):
            return self._opener.command_output(place[1:].strip(BLANKS))
        return self._opener.file_text(place)

    def _from_lines(self, name: str, content: str, pattern: str) -> None:
        for line in content.split("\n"):
            taken = None if line.startswith("#") else scan(line, pattern)
            self._add(name, words_of(taken or ""))

    def _from_map(self, name: str, key: str, map_class: str, arguments: str, *, optional: bool) -> None:
        shown = f"fileclass: F{{{name}}}"
        try:
            value = self._opener.map_value(map_class, arguments, key)
        except LookupError:
            self._say.error(f"{shown}: class {map_class} not available")
        except OSError:
            if not optional:
                self._say.error(f"{shown}: map open failed", EX_OSERR)
        else:
            self._add(name, words_of(value or ""))

    def _cannot_open(self, place: str, error: OSError) -> None:
        self._say.error(f"fileclass: cannot open '{place}': {error.strerror}", EX_OSERR)

    def _add(self, name: str, words: list[str]) -> None:
        for word in words:
            self._debug.say(Topic.OPTIONS, 8, f"setclass({name}, {word})")
            self._classes.add(name, word)


def _place_and_format(source: str) -> tuple[str, str]:
    """A place in quotes may hold blanks; only a blank ends one that has none, a tab belongs to it."""
    if source.startswith('"') and '"' in source[1:]:
        place, _, rest = source[1:].partition('"')
        if not rest or rest[0] in BLANKS:
            return place, rest.strip(BLANKS)
        return place + rest, ""
    place, _, rest = source.partition(" ")
    return place, rest.strip(BLANKS)
