"""Times as the configuration writes them: `1h30m`, `5d`, `30` in the unit of the option."""

from noctule.config.translate import Complain

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_time(text: str, unit: str, complain: Complain) -> int:
    """Seconds.  `unit` is the letter a bare number stands for; an unknown unit is complained about and read as that."""
    sign = -1 if text.startswith("-") else 1
    if text.lower() == "now":
        return 0
    total = position = 0
    text = text.removeprefix("-")
    while position < len(text):
        end = position
        while end < len(text) and text[end].isdecimal():
            end += 1
        letter = text[end] if end < len(text) else unit
        if letter not in SECONDS:
            complain(f"Invalid time unit `{letter}'")
            letter = unit
        total += int(text[position:end][:12] or "0") * SECONDS[letter]
        position = end + 1
    return sign * total
