"""dns: the records of one type."""

from collections.abc import Mapping
from ipaddress import IPv6Address

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.base.text import first_word, words_of
from noctule.maps.arguments import Arguments, Grammar, character
from noctule.maps.environment import Environment, Priority
from noctule.maps.host import ResolverMap
from noctule.maps.map import Map
from noctule.resolve import Found, NotFound, Temporary

_TYPES = ("A", "AAAA", "AFSDB", "CNAME", "MX", "NS", "PTR", "SRV", "TXT", "TLSA")
_LOG_LEVEL = 10
_MAX_KEY = 255


class DnsMap(ResolverMap):
    """Kx dns -R TXT -B example.org

    The first record's value; with -z all of them (at most -Z), joined.  MX and SRV give the host only.  -B appends a
    domain to the key.
    """

    class_name = "dns"
    grammar = Grammar(letters=None, spaced="BRrZ", needs_file=False)

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        flags = arguments.flags
        self._type = flags.get("R", "").upper()
        if self._type not in _TYPES:
            if self._type:
                self.problems.append(f"dns map {name}: wrong type {flags['R']}")
            self.problems.append(f"dns map {name}: missing -R type")
            self._type = ""
        self._base = flags.get("B", "").strip(".")
        self._delimiter = character(flags.get("z", ""))
        self._limit = int(flags["Z"]) if flags.get("Z", "").isdecimal() else 0

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        name = f"{key}.{self._base}" if self._base else key
        if not self._type or not key or len(name) > _MAX_KEY:
            return Answer(AnswerKind.NOT_FOUND, status=68)
        match await self.within(self.resolver().records(name, self._type)):
            case Found(records):
                if self._type in {"MX", "SRV"}:
                    records = tuple(sorted(records, key=_preference))
                values = [_value(self._type, record) for record in records]
                value = self._delimiter.join(values[: self._limit or None]) if self._delimiter else values[0]
                self.environment.log(Priority.INFO, _LOG_LEVEL, f"dns {key:.100} => {value:.100}")
                return found(value)
            case NotFound():
                return Answer(AnswerKind.NOT_FOUND, status=68)
            case Temporary(reason):
                raise TemporaryError(reason)


def _preference(record: str) -> int:
    return int(first_word(record)[0])


def _value(kind: str, record: str) -> str:
    """What of a record in presentation form is the answer."""
    match kind:
        case "MX" | "SRV" | "AFSDB":
            return words_of(record)[-1].removesuffix(".")
        case "CNAME" | "NS" | "PTR":
            return record.removesuffix(".")
        case "TXT":
            return _unquoted(record)
        case "AAAA":
            return "IPv6:" + ":".join(f"{int(group, 16):x}" for group in IPv6Address(record).exploded.split(":"))
        case "TLSA":
            usage, selector, matching, *data = words_of(record)
            octets = bytes.fromhex("".join(data)).hex(":").upper()
            return f"{int(usage):02} {int(selector):02} {int(matching):02} {octets}"
    return record


def _unquoted(record: str) -> str:
    """The character strings of a TXT record, put together; X stands for control characters, which mean no good."""
    text: list[str] = []
    quoted = False
    characters = iter(record)
    for char in characters:
        if char == '"':
            quoted = not quoted
        elif char == "\\":
            escaped = next(characters, "")
            if escaped.isdecimal():
                escaped = chr(int(escaped + next(characters, "") + next(characters, "")))
                escaped = "X" if escaped < " " or escaped == "\x7f" else escaped
            text.append(escaped)
        elif quoted:
            text.append(char)
    return "".join(text)
