"""The header of a message that has been received: trace and default fields added, facts read off."""

from collections.abc import Iterable, Sequence

from noctule.base.text import BLANKS, ascii_lower
from noctule.mail.envelope import HeaderField
from noctule.rewrite.header_flags import RECIPIENT_FIELDS
from noctule.symbols import codes
from noctule.symbols.expand import expand
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros

TRACE = frozenset({"received", "via", "mail-from", "x400-received"})
WARNING = "X-Authentication-Warning"
_ALWAYS = TRACE | {"return-path"}
_LATE = codes.MACRO + codes.named("g")


def complete(
    fields: Sequence[tuple[str, str]],
    templates: Iterable[HeaderTemplate],
    scope: Macros,
    warnings: Sequence[str] = (),
    *,
    nameless: bool = True,
) -> tuple[HeaderField, ...]:
    """The header as it is queued: what the H lines add, then warnings, then the message's own fields.

    A template whose field the message has is left out, unless it is a trace field; fields without a value give way to
    their template.  Resent- templates count only in a message that has been resent.  Return-Path keeps its macro codes:
    only at delivery it is known how the sender is written.  A field that names the null sender stays empty if it may
    be `nameless`, else it is left out.
    """
    named = [(ascii_lower(name), name, value) for name, value in fields]
    resent = any(lowered.startswith("resent-") for lowered, _, _ in named)
    present = {lowered for lowered, _, value in named if value.strip(BLANKS)}
    replaced = set()
    null = scope.get("g") == "<>"
    of_null = scope.child({"g": ""}) if null else scope
    header = []
    for template in templates:
        name = ascii_lower(template.name)
        if template.ruleset or (name.startswith("resent-") and not resent):
            continue
        if name not in _ALWAYS:
            replaced.add(name)
            if name in present:
                continue
        of_sender = _LATE in template.value
        late = name == "return-path" and of_sender
        value = template.value if late else _expanded(template.value, of_null if of_sender else scope)
        if value.strip(BLANKS) or (of_sender and null and nameless):
            header.append(HeaderField(template.name, value, _condition(template)))
    header += [HeaderField(WARNING, f" {text}") for text in warnings]
    kept = (field for field in named if field[2].strip(BLANKS) or field[0] not in replaced)
    header += [HeaderField(name, value) for _, name, value in kept]
    return tuple(header)


def _expanded(template: str, scope: Macros) -> str:
    value = expand(template, scope)
    return value.replace("\r\n", "\n").replace("\n", "\r\n") if "\n" in value else value


def _condition(template: HeaderTemplate) -> str:
    if template.macro:
        return f"${{{template.macro}}}"
    return "".join(sorted(template.flags))


def for_no_recipient(
    action: str, fields: Iterable[tuple[str, str]], recipients: Iterable[str]
) -> list[tuple[str, str]]:
    """What NoRecipientAction adds to a message without any recipient field."""
    if any(ascii_lower(name) in RECIPIENT_FIELDS for name, _ in fields):
        return []
    match action:
        case "add-bcc":
            return [("Bcc", " ")]
        case "add-to-undisclosed":
            return [("To", " undisclosed-recipients:;")]
        case "add-to":
            return [("To", " " + ", ".join(recipients))]
        case "add-apparently-to":
            return [("Apparently-To", f" {recipient}") for recipient in reversed([*recipients])]
        case _:
            return []


def first(fields: Iterable[tuple[str, str]], name: str) -> str:
    """The value of the first field of that (lower-case) name, unfolded and stripped; "" when there is none."""
    for given, value in fields:
        if len(given) == len(name) and ascii_lower(given) == name:
            return value.replace("\r\n", "").strip(BLANKS)
    return ""


def hops(fields: Iterable[tuple[str, str]]) -> int:
    """How many trace fields a message came with."""
    return sum(ascii_lower(name) in TRACE for name, _ in fields)
