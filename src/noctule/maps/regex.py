"""regex: a pattern the key is held against."""

import re
from collections.abc import Mapping

from noctule.base.errors import ConfigurationError
from noctule.base.questions import NOT_FOUND, Answer, AnswerKind, found
from noctule.maps.arguments import Arguments, Grammar
from noctule.maps.environment import Environment
from noctule.maps.ere import PatternError, compile_posix
from noctule.maps.linear import Bounded, Groups, TooComplexError
from noctule.maps.map import Map
from noctule.symbols import codes

_CONFIG = 78  # what Sendmail says of a group that the pattern does not have
_PROTECTED = re.compile(r'\\.|"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"[ \t]*[+-]?[0-9]{1,9}")


class RegexMap(Map):
    """Kx regex -a@MATCH ^[0-9]+<@(aol|msn)\\.com

    Extended and without case unless -b, -f.  The answer is empty, or with -s the groups joined by -d (default: the `$|`
    token); -s1,3 says which groups, and so does the first argument of the look-up.  -n: found when there is no match.
    Groups with blanks outside of quotes, or with unbalanced quotes or brackets, are no answer.
    """

    class_name = "regex"
    grammar = Grammar(letters=None, spaced="", needs_file=False)
    fixed_generation = 0

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        flags = arguments.flags
        try:
            pattern = compile_posix(arguments.text, extended="b" not in flags, ignore_case="f" not in flags)
            self._pattern = Bounded(pattern)
        except (PatternError, TooComplexError) as error:
            raise ConfigurationError(f"pattern-compile-error: {error}") from error
        self._negated = "n" in flags
        self._delimiter = flags.get("d", codes.ELSE)
        self._groups: tuple[int, ...] | None = None
        if "s" in flags:
            total = pattern.groups + 1
            self._groups = _selected(flags["s"]) if flags["s"] else tuple(range(total))
            for group in self._groups:
                if not 0 <= group < total:
                    raise ConfigurationError(f"field ({group}) out of range, only {total} substrings in pattern")

    def folded(self, key: str) -> str:
        return key

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        match = self._pattern.search(key)
        if (match is None) is not self._negated:
            return NOT_FOUND
        if match is None or self._groups is None:
            return found("")
        groups = _selected(args[0]) if args else self._groups
        if any(not 0 <= 2 * group < len(match) for group in groups):
            return Answer(AnswerKind.NOT_FOUND, status=_CONFIG)
        texts = [_text(key, match, group) for group in groups]
        return found(self._delimiter.join(texts)) if _is_balanced("".join(texts)) else NOT_FOUND


def _selected(fields: str) -> tuple[int, ...]:
    """The groups of `1,3`: each field is the number it begins with, 0 without one."""
    return tuple(int(number[0]) if (number := _NUMBER.match(field)) else 0 for field in fields.split(","))


def _text(key: str, match: Groups, group: int) -> str:
    begin, end = match[2 * group : 2 * group + 2]
    return key[begin:end] if begin >= 0 else ""


def _is_balanced(text: str) -> bool:
    bare = _PROTECTED.sub("", text)
    pairs = bare.count("(") == bare.count(")") and bare.count("<") == bare.count(">")
    return pairs and not any(char in bare for char in ' "\\')
