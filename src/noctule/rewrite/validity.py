"""Characters and lengths that an address must not have, before it is rewritten and after."""

from noctule.rewrite.tokenizer import shorten
from noctule.rewrite.tracing import Complaint
from noctule.symbols import codes

MAX_ADDRESS = 255
_USAGE, _DATAERR = 64, 65


def invalid(address: str, *, sender: bool = False) -> Complaint | None:
    """What is wrong with an address from outside: too long, or bytes that Sendmail uses for symbols."""
    if len(address) > MAX_ADDRESS:
        text = f'Address "{address[:MAX_ADDRESS]}" too long ({MAX_ADDRESS} bytes max)'
        return Complaint("553 5.1.0", f"{shorten(address[:MAX_ADDRESS])}... {text}", _DATAERR)
    if address.isascii() or not any(map(_is_symbol, address)):
        return None
    shown = "".join("?" if _is_symbol(char) else char for char in address)
    return Complaint("501 5.1.7" if sender else "501 5.1.3", f'8-bit character in mailbox address "{shown}"', _USAGE)


def syntax_problem(user: str) -> tuple[Complaint, str] | None:
    """What is wrong with the user part of a resolved address, and how it is shown.

    Control characters are allowed in quotes only, quotes must be balanced, a backslash must have something to protect.
    """
    if user.isascii() and user.isprintable() and '"' not in user and "\\" not in user:
        return None
    reason = ""
    quoted = escaped = False
    shown: list[str] = []
    for char in user:
        if _is_symbol(char):
            reason, char = "8-bit character", "?"  # noqa: PLW2901 - what is shown in its place
        elif escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif not quoted and (char < " " or char == "\x7f"):
            reason, char = "non-printable character", "?"  # noqa: PLW2901
        shown.append(char)
    if escaped:
        reason = "trailing \\ character"
    elif quoted:
        reason = "unbalanced quote"
    if not reason:
        return None
    text = "".join(shown)
    status = _USAGE if reason == "8-bit character" else 0
    return Complaint("501 5.1.3", f'Syntax error in mailbox address "{text}" ({reason})', status), text


def _is_symbol(char: str) -> bool:
    return "\x80" <= char <= "\x9f" or char >= codes.MATCH_ANY
