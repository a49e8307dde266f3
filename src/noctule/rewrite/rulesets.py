"""The compiled rulesets of one configuration, by name and number."""

from collections.abc import Iterable

from noctule.rewrite.compile import CompiledRuleset, compile_ruleset
from noctule.rewrite.tokenizer import Tokenizer
from noctule.symbols.classes import Classes
from noctule.symbols.rules import Ruleset

_MAX_DIGITS = 2  # of the numbers that always exist


class Rulesets:
    """What `$>name`, a mailer's `S=` and the roles look rulesets up in."""

    def __init__(self, rulesets: Iterable[Ruleset], classes: Classes, tokenizer: Tokenizer) -> None:
        self._by_name: dict[str, CompiledRuleset] = {}
        self._by_number: dict[int, CompiledRuleset] = {}
        for source in rulesets:
            compiled = compile_ruleset(source, classes, tokenizer)
            self._by_number[source.number] = compiled
            if source.name:
                self._by_name[source.name] = compiled

    def find(self, name: str) -> CompiledRuleset | None:
        """The ruleset of that name or number; numbers below 100 always exist, if only as empty ones."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        digits = leading_digits(name)
        if not digits or len(digits) > _MAX_DIGITS:
            return None
        number = int(digits)
        found = self._by_number.setdefault(number, CompiledRuleset("", number))
        if digits == name:
            self._by_name[name] = found
        return found


def leading_digits(name: str) -> str:
    """The number a ruleset reference such as `3` begins with, "" if it begins with none."""
    end = 0
    while end < len(name) and name[end] in "0123456789":
        end += 1
    return name[:end]
