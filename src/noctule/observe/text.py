"""How values are written into a log line."""

import re

_UNPRINTABLE = re.compile(r"[^\x20-\x5b\x5d-\x7e]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}


def printable(text: str) -> str:
    """One line of printable ASCII: other bytes as backslash and three octal digits, a backslash doubled."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return _UNPRINTABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    named = _NAMED.get(char)
    if named is not None:
        return named
    return "".join(f"\\{byte:03o}" for byte in (char.encode("latin-1") if char <= "\xff" else char.encode()))


def shortened(text: str, limit: int) -> str:
    """A text over the limit keeps both ends around `...`."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def duration(seconds: float) -> str:
    """`[D+]hh:mm:ss`; never negative."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{days}+{hour:02d}:{minute:02d}:{second:02d}" if days else f"{hour:02d}:{minute:02d}:{second:02d}"


def address_lines(addresses: list[str], rest: int, limit: int) -> list[str]:
    """Addresses joined by commas, cut after a comma so that each part and `rest` characters more fit into `limit`.

    Every part but the last keeps its comma.  A part holds at least one address.
    """
    parts: list[str] = []
    part = ""
    for address in addresses[:-1]:
        if part and len(part) + len(address) + 1 > limit - rest:
            parts.append(part)
            part = ""
        part += f"{address},"
    last = addresses[-1] if addresses else ""
    if part and len(part) + len(last) >= limit - rest:
        parts.append(part)
        part = ""
    return [*parts, part + last]
