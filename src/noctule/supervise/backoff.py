"""When to start a worker again after it died."""

_FIRST = 0.1  # seconds; a killed worker is back well within one
_LIMIT = 30.0
_HEALTHY = 60.0  # a worker that lived this long starts with a clean record


def restart_delay(lifetimes: list[float]) -> float:
    """Seconds to wait, given how long the slot's latest workers lived, oldest first.

    The delay doubles with each short life in a row, up to half a minute: a worker that dies at once because of a bug
    or a full disk must not turn the machine into a fork loop.
    """
    short = 0
    for lifetime in reversed(lifetimes):
        if lifetime >= _HEALTHY:
            break
        short += 1
    return 0.0 if short == 0 else min(_LIMIT, _FIRST * 2.0 ** min(short - 1, 10))
