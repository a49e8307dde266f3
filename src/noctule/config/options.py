"""The options of one configuration, typed."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from noctule.base.text import words_of
from noctule.config.c_numbers import leading_integer, leading_octal
from noctule.config.complaints import Complaints
from noctule.config.option_table import BY_NAME, TABLE, Kind, Option
from noctule.config.ports import DaemonPort
from noctule.config.times import parse_time
from noctule.config.translate import translate

Value = bool | int | str | tuple[str, ...] | tuple[int, int] | tuple[DaemonPort, ...]


def parse_boolean(text: str) -> bool:
    """Nothing at all, and whatever begins like true or yes, is true."""
    return text[:1] in ("", "t", "T", "y", "Y")


def parse_words(text: str) -> tuple[str, ...]:
    """Words between commas and white space."""
    return tuple(words_of(text.replace(",", " ")))


def parse_pair(text: str) -> tuple[int, int]:
    """`N/M`; M is half of N when it is left out."""
    first, slash, second = text.partition("/")
    number = leading_integer(first)
    return number, leading_integer(second) if slash else number // 2


def parse_value(option: Option, text: str, say: Complaints) -> Value:
    """Read a value as its kind says.  A value nobody can read is what C makes of it, mostly 0."""
    match option.kind:
        case Kind.BOOLEAN:
            return parse_boolean(text)
        case Kind.INTEGER:
            return leading_integer(text)
        case Kind.OCTAL:
            return leading_octal(text) & 0o777
        case Kind.TIME:
            return parse_time(text, option.unit, say.error)
        case Kind.LETTER:
            return text[:1]
        case Kind.WORDS:
            return parse_words(text)
        case Kind.PAIR:
            return parse_pair(text)
        case Kind.PORTS:
            return ()
        case _:
            return text


def _defaults() -> Mapping[str, Value]:
    say = Complaints()
    return MappingProxyType({o.name: parse_value(o, translate(o.default), say) for o in TABLE if o.name})


DEFAULTS = _defaults()


class Options:
    """Option name to value, with a getter for each type.

    Names are spelled as in the table (`option_table.TABLE`); any other is a KeyError, and asking for the wrong type an
    AssertionError: both are bugs of the caller. Strings may hold macro codes where the table says TEMPLATE.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}

    def put(self, name: str, value: Value) -> None:
        self._values[BY_NAME[name.lower()].name] = value

    def is_set(self, name: str) -> bool:
        """Whether the configuration or the command line says something about it."""
        return name in self._values

    def __getitem__(self, name: str) -> Value:
        return self._values[name] if name in self._values else DEFAULTS[name]

    def given(self) -> Iterator[tuple[str, Value]]:
        """What was set, in the order it was first set."""
        yield from self._values.items()

    def boolean(self, name: str) -> bool:
        value = self[name]
        assert isinstance(value, bool), name
        return value

    def integer(self, name: str) -> int:
        value = self[name]
        assert isinstance(value, int) and not isinstance(value, bool), name
        return value

    def seconds(self, name: str) -> int:
        return self.integer(name)

    def string(self, name: str) -> str:
        value = self[name]
        assert isinstance(value, str), name
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self[name]
        assert isinstance(value, tuple), name
        return tuple(str(word) for word in value)

    def pair(self, name: str) -> tuple[int, int]:
        value = self[name]
        assert isinstance(value, tuple), name
        first, second = (int(part) for part in value if isinstance(part, int))
        return first, second

    def ports(self, name: str) -> tuple[DaemonPort, ...]:
        value = self[name]
        assert isinstance(value, tuple), name
        return tuple(port for port in value if isinstance(port, DaemonPort))
