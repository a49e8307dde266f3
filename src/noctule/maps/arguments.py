"""The argument text of a K line: flag words, then the file, then the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from noctule.base.errors import ConfigurationError
from noctule.base.text import BLANKS, first_word

_COMMON = "ANOadfkmoqStTDvz"


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a class reads its arguments.

    A flag's value runs from its letter to the next blank.  `spaced`: letters whose value may follow after blanks.
    `letters` None: letters nobody knows are skipped without a word, as some of Sendmail's classes do.
    """

    flags: bool = True  # False: what begins with `-` is an argument like any other
    letters: str | None = _COMMON
    spaced: str = "kv"
    first_word_only: bool = False  # flags after the first word are lost, as in Sendmail
    needs_file: bool = True
    quotes: bool = False  # a value may be in double quotes, and then hold blanks


GENERIC = Grammar()
GENERIC_WITHOUT_FILE = Grammar(needs_file=False)
FIRST_WORD = Grammar(letters=None, spaced="", first_word_only=True, needs_file=False)


@dataclass(frozen=True, slots=True)
class Arguments:
    """Flag letter to its value; then all text after the flags."""

    flags: Mapping[str, str]
    text: str

    @property
    def file(self) -> str:
        """The first word after the flags."""
        return first_word(self.text)[0]


def parse_arguments(text: str, grammar: Grammar, *, map_name: str, class_name: str) -> tuple[Arguments, list[str]]:
    """The arguments, and Sendmail's words for what is wrong with them.  Wrong flags are left out."""
    flags: dict[str, str] = {}
    errors: list[str] = []
    rest = text.lstrip(BLANKS)
    while grammar.flags and rest.startswith("-"):
        letter = rest[1:2].strip(BLANKS)
        value, rest = _value(rest[1 + len(letter) :], grammar)
        if not value and letter and letter in grammar.spaced:
            value, rest = _value(rest, grammar)
        if grammar.letters is not None and (not letter or letter not in grammar.letters):
            errors.append(f"Illegal option {letter} map {map_name}")
        else:
            flags[letter] = value
        if grammar.first_word_only:
            rest = ""
    arguments = Arguments(flags, rest.rstrip(BLANKS))
    if grammar.needs_file and not arguments.text:
        errors.append(f"No file name for {class_name} map {map_name}")
    return arguments, errors


def character(value: str) -> str:
    """A delimiter flag's value: its first character; `\\t` and `\\n` are understood."""
    return {"\\t": "\t", "\\n": "\n"}.get(value[:2], value[:1])


def number(value: str, what: str) -> int:
    """A non-negative number.  Raises ConfigurationError naming `what`."""
    if not value.isdecimal():
        raise ConfigurationError(f"{what} should specify a number, not {value}")
    return int(value)


def seconds(value: str, default: float) -> float:
    """A time: a number with an optional unit s, m, h."""
    unit = {"s": 1, "m": 60, "h": 3600}.get(value[-1:], 0)
    digits = value[:-1] if unit else value
    return float(digits) * (unit or 1) if digits.isdecimal() else default


def _value(text: str, grammar: Grammar) -> tuple[str, str]:
    """The text up to the next blank, which may be nothing, and what follows."""
    if grammar.quotes and text.startswith('"') and (end := text.find('"', 1)) > 0:
        return text[1:end], text[end + 1 :].lstrip(BLANKS)
    end = next((index for index, char in enumerate(text) if char in BLANKS), len(text))
    return text[:end], text[end:].lstrip(BLANKS)
