"""xtext of RFC 3461 section 4: printable ASCII in which `+` and `=` and all else is `+XX`."""

import re

_ENCODED = re.compile(r"\+([0-9A-F]{2})")
_WHOLE = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_PLAIN = re.compile(r"[ -~]*")


def decode_xtext(text: str) -> str | None:
    """The text an xtext stands for; None when it is not xtext, or stands for bytes that are not printable ASCII.

    A line end smuggled through `+0D+0A` into a report would forge fields: such a value is not decoded by anybody.
    """
    if _WHOLE.fullmatch(text) is None:
        return None
    decoded = _ENCODED.sub(lambda found: chr(int(found[1], 16)), text)
    return decoded if _PLAIN.fullmatch(decoded) else None
