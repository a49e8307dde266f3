"""Expansion of macro references and conditionals, and spelling of codes for people.

Expansion makes whole passes over the text: a macro's value is inserted as it stands, and while inserted values hold
codes the result is gone over again. Sendmail does the same, and it shows: a conditional may begin in one macro and
end in another.
"""

import functools
import re
from collections.abc import Callable

from noctule.symbols import codes
from noctule.symbols.macros import Macros

MAX_PASSES = 10
MAX_INSERTED = 1 << 16  # characters one pass may insert; macros that multiply each other are cut off there
TOO_DEEP = f"expand: recursion too deep ({MAX_PASSES} max)"

_NAME = f"{codes.NAME_BEGIN}([^{codes.NAME_END}]*){codes.NAME_END}"
_STEP = re.compile(f"([{codes.MACRO}{codes.IF}]){_NAME}|[{codes.ELSE}{codes.FI}]")
_DEFERRED = re.compile(codes.DEFERRED + _NAME)
_CODE = re.compile("[" + "".join(map(re.escape, codes.SPELLING)) + "]")
_SPELL_NAME = re.compile(_NAME)
_AS_BYTES = str.maketrans(codes.BYTES)
_CODE_SPELLED = {spelling[1:]: code for code, spelling in codes.SPELLING.items()}
_DISARMED = re.compile(f"{codes.MACRO}([=~&?])?(?:{{([^}}]+)}}|(.))", re.DOTALL)
_CONTROL = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _ignore(_text: str) -> None:
    """Nobody wants to hear."""


def expand(template: str, scope: Macros) -> str:
    """The plain text a template stands for now: no code is left in it.

    `$&x` gives the value of x as it is; a code that means nothing in text (`$*`, a `$|` outside a conditional) comes
    out as it is spelled.
    """
    text = expand_codes(template, scope)
    if _CODE.search(text) is None:
        return text
    text = _DEFERRED.sub(lambda found: scope.get(found[1]) or "", text)
    return spell_codes(text)


def expand_codes(template: str, scope: Macros, complain: Callable[[str], None] = _ignore) -> str:
    """Replace macro references and conditionals, and leave `$&x` and all other codes in place.

    This is what happens to rules, classes and maps when they are read. `complain` hears of macros that never end;
    what is left of them then stays in the text.
    """
    text = template
    for _ in range(MAX_PASSES + 1):
        if _STEP.search(text) is None:
            return text
        text, again = _expand_once(text, scope)
        if not again:
            return text
    complain(TOO_DEEP)
    return text


def _expand_once(text: str, scope: Macros) -> tuple[str, bool]:
    """One pass; the flag says whether a value with codes in it was inserted."""
    out: list[str] = []
    shown: list[bool | None] = []  # of the conditionals around us; None: one that lies in text not shown itself
    again = False
    showing = True
    room = MAX_INSERTED
    for before, code, name in _cut(text):
        if showing:
            out.append(before)
        match code:
            case codes.MACRO:
                if showing:
                    value = (scope.get(name) or "")[:room]
                    room -= len(value)
                    out.append(value)
                    again = again or _CODE.search(value) is not None
            case codes.IF:
                shown.append(bool(scope.get(name)) if showing else None)
            case codes.ELSE | codes.FI if not shown:
                out.append(code)  # ordinary text: how separator tokens are made
            case codes.ELSE:
                shown[-1] = None if shown[-1] is None else not shown[-1]
            case codes.FI:
                shown.pop()
        showing = not shown or shown[-1] is True
    return "".join(out), again


@functools.lru_cache(maxsize=512)
def _cut(text: str) -> tuple[tuple[str, str, str], ...]:
    """The text in pieces: what stands before a code, the code, the name it refers to; "" for the end.

    Remembered, because the templates of header fields come by with every message.
    """
    pieces: list[tuple[str, str, str]] = []
    start = 0
    for step in _STEP.finditer(text):
        pieces.append((text[start : step.start()], step[1] or step[0], step[2] or ""))
        start = step.end()
    return (*pieces, (text[start:], "", ""))


def spell_codes(text: str) -> str:
    """Codes as `$x` forms, everything else as it is."""
    if _CODE.search(text) is None:
        return text
    return _CODE.sub(lambda found: codes.SPELLING[found[0]], _bare_names(text))


def as_bytes(text: str) -> str:
    """Codes as the bytes they are inside Sendmail, which show where it prints text without spelling them."""
    return text if text.isascii() else _bare_names(text).translate(_AS_BYTES)


def disarmed(text: str) -> str:
    """A macro's value as text that rules rewrite: each code falls apart into a `MACRO` sign and ordinary characters."""
    if _CODE.search(text) is None:
        return text
    return _CODE.sub(lambda found: codes.MACRO + codes.SPELLING[found[0]][1:], _bare_names(text))


def armed(text: str) -> str:
    """Text that held disarmed values, with their codes in one piece again."""
    if codes.MACRO not in text:
        return text
    return _DISARMED.sub(_rearmed, text)


def _rearmed(found: re.Match[str]) -> str:
    kind, name = found[1], found[2] or found[3]
    if kind:
        return _CODE_SPELLED[kind] + codes.named(name)
    return _CODE_SPELLED.get(name) or codes.MACRO + codes.named(name)


def _bare_names(text: str) -> str:
    """Names behind codes as they are spelled: `j`, `{client_addr}`."""
    return _SPELL_NAME.sub(lambda found: found[1] if len(found[1]) == 1 else f"{{{found[1]}}}", text)


def spell(text: str) -> str:
    """Text as the test mode and debugging output print it.

    Codes as `$x`; newline, return and tab as `\\n`, `\\r`, `\\t`; other control characters as `^X`; bytes with the high
    bit as `M-` and the other seven.
    """
    text = spell_codes(text)
    return text if text.isascii() and text.isprintable() else "".join(map(_spell_character, text))


def definition_line(scope: Macros, name: str, value: str | None) -> str:
    """How debugging tells that a macro gets a value."""
    again = "re" if scope.get(name) is not None else ""
    return f"{again}define({name} as {'<null>' if value is None else spell(value)})\n"


def _spell_character(character: str) -> str:
    byte = ord(character)
    if byte >= 0x80:
        return "M-" + _spell_character(chr(byte & 0x7F))
    if 0x20 <= byte < 0x7F:
        return character
    return _CONTROL.get(character) or "^" + chr(byte ^ 0x40)
