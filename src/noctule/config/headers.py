"""H lines: `H?flags?Name: value` and `HName: $>ruleset`."""

import re

from noctule.base.text import words_of
from noctule.config.complaints import Complaints
from noctule.config.rulesets import Rulesets
from noctule.symbols import codes
from noctule.symbols.expand import expand_codes, spell_codes
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros

_MACRO = re.compile(f"{codes.MACRO}{codes.NAME_BEGIN}([^{codes.NAME_END}]*){codes.NAME_END}")
_FIELD = re.compile(r"([!-9;-~]+)\s*:(.*)", re.DOTALL | re.ASCII)
_CHECK = re.compile(f"\\s*{codes.CALL}(\\+?)(.*)", re.DOTALL | re.ASCII)


def read_header(text: str, macros: Macros, rulesets: Rulesets, say: Complaints) -> HeaderTemplate | None:
    """One H line; None, after a complaint, when it cannot be understood."""
    flags: frozenset[str] = frozenset()
    macro = ""
    rest = text
    if text.startswith("?"):
        condition, question, rest = text[1:].partition("?")
        found = _MACRO.search(condition)
        letters = condition
        if found is not None:
            macro, letters = found[1], condition[: found.start()] + condition[found.end() :]
        if not question or (found is not None and letters):
            say.error(f'header syntax error, line "{spell_codes(text)}"')
            return None
        flags = frozenset("".join(words_of(letters)))
    field = _FIELD.fullmatch(rest)
    if field is None:
        say.error(f'header syntax error, line "{spell_codes(text)}"')
        return None
    name, value = field[1], field[2]
    check = _CHECK.match(value)
    if check is not None:
        ruleset, _ = rulesets.enter(check[2])
        if ruleset in {"", "0"}:  # 0 is no check in Sendmail
            return None
        return HeaderTemplate(name=name, ruleset=ruleset, keep_comments=check[1] == "+", position=say.position)
    expand_codes(value, macros, say.error)  # for the complaint about endless macros only: a template is expanded in use
    return HeaderTemplate(name=name, value=value, flags=flags, macro=macro, position=say.position)
